import type { Result, Step } from "../values/command";
import type { Begun } from "./planning";
import { failedStep } from "./remedies";

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
  if (step.mayFail) return false;
  return result?.exitCode !== 0 || (step.failsOnStderr === true && result.stderr.trim() !== "");
}
