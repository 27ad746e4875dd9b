import type { Result } from "../../values/command";
import type { Step } from "../../values/step";
import type { Group, RunOptions, Shell } from "../shell";
import type { Observation } from "./observation";
import { attributeFailures } from "./outcome";
import type { Phase } from "./phase";
import { reportSteps, type StartedChange } from "./planning";

/** The outcome of a phase. A change whose step failed carries its own error. */
interface PhaseOutcome {
  /** Whether all shared commands succeeded. */
  readonly succeeded: boolean;
  /** What was read again, with the journal file after the phase. */
  readonly observation: Observation;
}

/** Runs a phase in one round trip. Throws if its prerequisite failed, so that nothing else was run. */
export async function runPhase(
  shell: Shell,
  changes: readonly StartedChange[],
  phase: Phase,
  options: RunOptions,
): Promise<PhaseOutcome> {
  const { prerequisite, bootSteps, sharedCommands, query } = phase;
  reportSteps(changes, phase.reported);
  const steps = runOnce(phase.steps);
  // The last steps of a change let keepalived use what its other steps have made.
  const lastSteps = runOnce(phase.lastSteps).map((own, index) =>
    own.map((step) => ({ ...step, onlyIfSucceeded: index })),
  );
  const results = await shell.run(
    [...steps, bootSteps, sharedCommands, ...lastSteps, ...query.commands],
    { ...(prerequisite && { prerequisite }), ...options },
  );
  const rest = [...results];
  const stepResults = rest.splice(0, steps.length);
  const [bootResults = [], sharedResults = []] = rest.splice(0, 2);
  const lastResults = rest.splice(0, lastSteps.length);
  const forAll = <T>(value: T) => changes.map(() => value);
  attributeFailures(changes, steps, stepResults, shell.host);
  attributeFailures(changes, lastSteps, lastResults, shell.host);
  attributeFailures(changes, forAll(bootSteps), forAll(bootResults), shell.host);
  const hasBootFiles = allSucceeded(bootSteps, bootResults);
  const journalFile = hasBootFiles ? phase.markedJournalFile : phase.journalFile;
  return {
    succeeded: allSucceeded(sharedCommands, sharedResults),
    observation: query.parse(rest).withJournalFile(journalFile),
  };
}

/** Two changes can have the same step: two VIPs share a tunnel. */
function runOnce<S extends Step>(groups: readonly (readonly S[])[]): S[][] {
  return groups.map((group) => group.map((step) => ({ ...step, oncePerRun: true })));
}

function allSucceeded(group: Group, results: readonly (Result | undefined)[]): boolean {
  return group.every((_, index) => results[index]?.exitCode === 0);
}
