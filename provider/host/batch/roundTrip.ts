import type { Result } from "../../values/command";
import type { Step } from "../../values/step";
import type { Group, RunOptions, Shell } from "../shell";
import type { Observation } from "./observation";
import { attributeFailures } from "./outcome";
import type { StartedChange } from "./planning";
import type { Query } from "./query";

/** What one round trip runs on a host. */
export interface RoundTrip {
  /** The steps of each change. */
  readonly steps: readonly (readonly Step[])[];
  /** Writes the files that make parts again; it runs after the steps. Its failure is one of every change. */
  readonly boot: readonly Step[];
  /** The commands that all changes share; they run last. */
  readonly commonCommands: Group;
  /** The steps of each change that run after those, each only where nothing has failed. */
  readonly last: readonly (readonly Step[])[];
  /** The query that runs last. */
  readonly query: Query;
  readonly options: RunOptions;
}

/** The outcome of a round trip. A change whose step failed carries its own error. */
interface RoundTripOutcome {
  /** Whether all common commands succeeded. */
  readonly succeeded: boolean;
  /** Whether the files that make parts again were written. */
  readonly hasBootFiles: boolean;
  readonly observation: Observation;
}

/** Runs the steps of each change, then the common commands, then the query. */
export async function runRoundTrip(
  shell: Shell,
  host: string,
  changes: readonly StartedChange[],
  { steps, boot, commonCommands, last, query, options }: RoundTrip,
): Promise<RoundTripOutcome> {
  // Two changes can have the same step: two VIPs share a tunnel.
  const groups = steps.map((group) => group.map((step) => ({ ...step, oncePerRun: true })));
  const lastGroups = last.map((group) => group.map((step) => ({ ...step, oncePerRun: true })));
  const all = [...groups, boot, commonCommands, ...lastGroups, ...query.commands];
  const results = await shell.run(all, options);
  attributeFailures(changes, groups, results, host);
  const [bootResults = [], commonResults = [], ...others] = results.slice(groups.length);
  const queryResults = others.slice(lastGroups.length);
  attributeFailures(changes, lastGroups, others.slice(0, lastGroups.length), host);
  const ofEach = <T>(value: T) => changes.map(() => value);
  attributeFailures(changes, ofEach(boot), ofEach(bootResults), host);
  return {
    succeeded: allSucceeded(commonCommands, commonResults),
    hasBootFiles: allSucceeded(boot, bootResults),
    observation: query.parse(queryResults),
  };
}

function allSucceeded(group: Group, results: readonly (Result | undefined)[]): boolean {
  return group.every((_, index) => results[index]?.exitCode === 0);
}
