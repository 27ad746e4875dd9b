import type { Result } from "../../values/command";
import type { Step } from "../../values/step";
import type { Group, RunOptions, Shell } from "../shell";
import { judge } from "./judge";
import type { Answer, Question } from "./observation";
import type { Begun } from "./planning";

/** What is carried out in one round trip. */
export interface Trip {
  /** The steps of each change. */
  readonly groups: readonly (readonly Step[])[];
  /** What is run for all of them, after these. */
  readonly last: Group;
  /** What is looked at when all that is done. */
  readonly question: Question;
  readonly options: RunOptions;
}

/** How it went; a change whose step has failed says so itself. */
export interface Done {
  /** Whether all went well that was run for all. */
  readonly isWell: boolean;
  readonly after: Answer;
}

/** Runs the steps of each change, then the commands for all of them, and looks again. */
export async function carryOut(
  shell: Shell,
  host: string,
  begun: readonly Begun[],
  { groups: steps, last, question, options }: Trip,
): Promise<Done> {
  // What another one brings as well (a tunnel that two VIPs share) is done once.
  const groups = steps.map((group) => group.map((step) => ({ ...step, once: true })));
  const results = await shell.run([...groups, last, ...question.groups], options);
  judge(begun, groups, results, host);
  const [ofLast = [], ...answers] = results.slice(groups.length);
  return { isWell: isWell(last, ofLast), after: question.read(answers) };
}

function isWell(group: Group, results: readonly (Result | undefined)[]): boolean {
  return group.every((_, at) => results[at]?.exitCode === 0);
}
