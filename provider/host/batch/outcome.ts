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

/** Gives each change the error of its first step that failed. */
export function attributeFailures(
  changes: readonly StartedChange[],
  steps: readonly (readonly Step[])[],
  results: readonly (Result | undefined)[][],
  host: string,
): void {
  for (const [index, change] of changes.entries()) {
    const own = steps[index] ?? [];
    const failed = own.findIndex((step, at) => hasFailed(step, results[index]?.[at]));
    const step = own[failed];
    if (step) change.failure ??= failedStep(step, results[index]?.[failed], host);
  }
}

function hasFailed(step: Step, result: Result | undefined): boolean {
  return !step.mayFail && result?.exitCode !== 0;
}

/** Resolves a change if a plan on the host's new state has no step left, and rejects the change otherwise. */
export function resolveChange(
  { request, change, failure, draining }: StartedChange,
  after: Observation,
  claimed: Journal,
  host: string,
): void {
  let snapshot: Snapshot | undefined;
  try {
    snapshot = after.snapshot(request.facts);
    if (failure) throw failure;
    const withClaims = after.snapshot(request.facts, claimed);
    const left = [
      ...change.planClaims(withClaims).steps,
      ...(draining ? [] : change.planReleases(withClaims).steps),
    ].filter((step) => !step.mayFail);
    if (left.length > 0) throw notConverged(host, left);
    request.resolve(draining ? { ...snapshot, draining } : snapshot);
  } catch (error) {
    request.reject(new PartialChangeError(error, snapshot));
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
