import type { Journal } from "../../journal/journal";
import type { Result } from "../../values/command";
import { LvsError } from "../../values/errors";
import type { Step } from "../../values/step";
import { failedStep } from "../shell";
import type { Observation } from "./observation";
import { PartialChangeError } from "./partialChangeError";
import type { StartedChange } from "./planning";
import type { PendingRequest } from "./request";
import type { Snapshot } from "./snapshot";
import { UndoneChangeError } from "./undoneChangeError";

/** Gives each change the error of its first step that failed. */
export function attributeFailures(
  changes: readonly StartedChange[],
  steps: readonly (readonly Step[])[],
  results: readonly (Result | undefined)[][],
  host: string,
): void {
  for (const [index, change] of changes.entries()) {
    const failed = firstFailure(steps[index] ?? [], results[index] ?? []);
    if (!failed || change.failure !== undefined) continue;
    change.failure = failedStep(failed.step, failed.result, host);
    change.failedRun = failed.step.run;
  }
}

/** The first step that failed, with its result. */
export function firstFailure(
  steps: readonly Step[],
  results: readonly (Result | undefined)[],
): { readonly step: Step; readonly result: Result | undefined } | undefined {
  const at = steps.findIndex((step, index) => hasFailed(step, results[index]));
  const step = steps[at];
  return step && { step, result: results[at] };
}

function hasFailed(step: Step, result: Result | undefined): boolean {
  return !step.mayFail && result?.exitCode !== 0;
}

/** Gives each change an error for which a plan on the host's new state still has steps. */
export function requireConvergence(
  changes: readonly StartedChange[],
  after: Observation,
  claimed: Journal,
  host: string,
): void {
  for (const started of changes) {
    const { request, change, draining } = started;
    try {
      const withClaims = after.snapshot(request.facts, claimed);
      const left = [
        ...change.planClaims(withClaims).steps,
        ...(draining ? [] : change.planReleases(withClaims).steps),
      ].filter((step) => !step.mayFail);
      if (left.length > 0) started.failure ??= notConverged(host, left);
    } catch (error) {
      started.failure ??= error;
    }
  }
}

/** Resolves a change that has no failure, and rejects the others. */
export function resolveChange(
  { request, change, failure, draining }: StartedChange,
  before: Observation,
  after: Observation,
): void {
  let snapshot: Snapshot | undefined;
  try {
    if (failure instanceof UndoneChangeError) throw failure;
    snapshot = after.snapshot(request.facts);
    if (failure) throw failure;
    const look = change.undoTo ?? before.look(request.facts);
    request.resolve({ ...snapshot, before: look, ...(draining && { draining }) });
  } catch (error) {
    const isUndone = error instanceof UndoneChangeError;
    request.reject(isUndone ? error : PartialChangeError.of(error, snapshot));
  }
}

/** Resolves a request that only reads. */
export function resolveRead(request: PendingRequest, observation: Observation): void {
  try {
    request.resolve(observation.snapshot(request.facts));
  } catch (error) {
    request.reject(error);
  }
}

/** No step failed, and yet the host is not as planned. */
function notConverged(host: string, left: readonly Step[]): LvsError {
  const steps = left.map((step) => `  ${step.description}`).join("\n");
  return new LvsError(
    "notConverged",
    `${host} is not as planned after the change; these steps are still needed:\n${steps}\n` +
      "Something else may be changing this host (keepalived, ldirectord, another person): stop it, then run pulumi up --refresh",
  );
}
