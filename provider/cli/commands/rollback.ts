import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { readText } from "../backend/compression";
import type { HistoryEntry } from "../backend/history";
import { readHistory } from "../backend/open";
import { CliError } from "../cliError";
import { isColored } from "../color";
import { type GlobalOptions, projectOf } from "../options";
import type { Project } from "../project";
import { lastGood, type RollbackResult, rollBack } from "../rollback/rollback";
import { type Deployment, readDeployment } from "../state/checkpoint";

export interface RollbackOptions extends GlobalOptions {
  readonly lastGood?: boolean;
  readonly from?: string;
  readonly preview?: boolean;
  readonly yes?: boolean;
  readonly target: readonly string[];
  readonly message?: string;
}

/** The state to go back to. */
interface RollbackGoal {
  readonly deployment: Deployment;
  readonly title: string;
  readonly commit: string | undefined;
}

/** Brings the clusters back to an earlier state. Returns the exit code. */
export async function rollback(
  number: string | undefined,
  options: RollbackOptions,
): Promise<number> {
  const project = await projectOf(options);
  const { deployment, title, commit } = await findGoal(project, number, options);
  const isAsked = options.yes !== true && options.preview !== true;
  if (isAsked && (options.json || !process.stdin.isTTY))
    throw new CliError("nobody can be asked here: give --yes to go back, or --preview to look");
  const stream = options.json ? process.stderr : process.stdout;
  const result = await rollBack(project, {
    ...{ deployment, title, only: options.target, message: options.message },
    color: options.color === "auto" && isColored("auto", stream) ? "always" : options.color,
    previewOnly: options.preview === true,
    confirm: isAsked ? () => ask(`Go back to ${title}?`) : undefined,
    say: (text) => void stream.write(text),
  });
  if (options.json) process.stdout.write(jsonOf(project, title, commit, result));
  else if (result.isDone) process.stdout.write(successText(title, commit));
  else if (isAsked) process.stdout.write("Nothing was changed.\n");
  return 0;
}

function jsonOf(
  { stackName: stack }: Project,
  to: string,
  commit: string | undefined,
  { isDone, changes, operations }: RollbackResult,
): string {
  const source = commit === undefined ? {} : { commit };
  const output = { stack, to, ...source, isDone, changes, operations };
  return `${JSON.stringify(output, null, 2)}\n`;
}

async function findGoal(
  project: Project,
  number: string | undefined,
  { from, lastGood: isLastGood }: RollbackOptions,
): Promise<RollbackGoal> {
  if ([number, from, isLastGood].filter(Boolean).length !== 1)
    throw new CliError(
      "say where to go back to: the number of an update, --last-good, or --from FILE",
    );
  if (from !== undefined) {
    return { deployment: readDeployment(fileText(from), from), title: from, commit: undefined };
  }
  const entries = await readHistory(project);
  const entry = isLastGood ? lastGood(entries) : findUpdate(entries, number as string);
  const title = `update ${entry.number}`;
  return { deployment: await entry.deployment(true), title, commit: entry.environment["git.head"] };
}

function fileText(path: string): string {
  try {
    return readText(path, readFileSync(path));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`--from ${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Finds an update by the number that the user gave. */
export function findUpdate(entries: readonly HistoryEntry[], number: string): HistoryEntry {
  const found = entries.find((entry) => String(entry.number) === number);
  if (found) return found;
  throw new CliError(
    entries.length === 0
      ? "the stack has no history yet"
      : `there is no update ${number}: the history has updates ${entries[0]?.number} to ${entries.at(-1)?.number} (pulumi-lvs history)`,
  );
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // The end of the input without an answer counts as "no".
  const ended = new Promise<undefined>((resolve) => terminal.once("close", resolve));
  const answer = await Promise.race([terminal.question(`${question} (yes/no) `), ended]);
  terminal.close();
  return answer?.trim() === "yes";
}

function successText(title: string, commit: string | undefined): string {
  const source = commit === undefined ? "" : `, which commit ${commit} described`;
  return (
    `\nThe clusters are as they were at ${title}${source}.\n` +
    "The next ordinary pulumi up applies the program again: change the program too.\n"
  );
}
