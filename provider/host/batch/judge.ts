import type { Journal } from "../../journal/journal";
import type { Result } from "../../values/command";
import { LvsError } from "../../values/errors";
import type { Step } from "../../values/step";
import { failedStep } from "../shell";
import { HalfDone, type Waiting } from "./change";
import type { Answer } from "./observation";
import type { Observed } from "./observed";
import type { Begun } from "./planning";

/** Says of each change which of its steps failed first. */
export function judge(
  begun: readonly Begun[],
  groups: readonly (readonly Step[])[],
  results: readonly (Result | undefined)[][],
  host: string,
): void {
  for (const [index, one] of begun.entries()) {
    const steps = groups[index] ?? [];
    const failed = steps.findIndex((step, at) => hasFailed(step, results[index]?.[at]));
    const step = steps[failed];
    if (step) one.failure ??= failedStep(step, results[index]?.[failed], host);
  }
}

function hasFailed(step: Step, result: Result | undefined): boolean {
  return !step.mayFail && result?.exitCode !== 0;
}

/** Tells one resource how it went: a change counts only when reading back shows nothing left to do. */
export function finish(
  { one, change, failure }: Begun,
  after: Answer,
  journal: Journal,
  host: string,
): void {
  let seen: Observed | undefined;
  try {
    seen = after.seen(one.facts);
    if (failure) throw failure;
    const claimed = after.seen(one.facts, journal);
    const left = [...change.claims(claimed).steps, ...change.releases(claimed).steps];
    const failed = left.filter((step) => !step.mayFail);
    if (failed.length > 0) throw notConverged(host, failed);
    one.resolve(seen);
  } catch (error) {
    one.reject(new HalfDone(error, seen));
  }
}

/** Tells one that only looks what was seen. */
export function settle(one: Waiting, seen: () => Observed): void {
  try {
    one.resolve(seen());
  } catch (error) {
    one.reject(error);
  }
}

/** The error of a host that is not as planned after the change, although no step failed. */
function notConverged(host: string, left: readonly Step[]): LvsError {
  const steps = left.map((step) => `  ${step.because}`).join("\n");
  return new LvsError(
    "notConverged",
    `${host} is not as planned after the change; what is left to do:\n${steps}\n` +
      "Something else may be changing this host (keepalived, ldirectord, another person): stop it, then run pulumi up --refresh",
  );
}
