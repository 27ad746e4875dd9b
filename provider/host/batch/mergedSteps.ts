import { ipvsadmCommand } from "../../ipvs/render";
import type { Step } from "../../values/step";

/** The steps of each change without those of ipvsadm, and one step with the ipvsadm lines of all. */
export interface MergedSteps {
  readonly steps: readonly (readonly Step[])[];
  /** Undefined if no lines were merged. */
  readonly ipvsadm: Step | undefined;
  /** The steps of each change that run after the merged ipvsadm. */
  readonly lastSteps: readonly (readonly Step[])[];
}

/**
 * Merges the ipvsadm lines of several steps, of one change or of many, into one step: one ipvsadm for all virtual
 * services takes about as long as one for a single virtual service.
 */
export function mergeIpvsadmLines(
  planned: readonly (readonly Step[])[],
  mergesLines: boolean,
): MergedSteps {
  const lastSteps = planned.map((own) => own.filter(({ isLast }) => isLast));
  const steps = planned.map((own) => own.filter(({ isLast }) => !isLast));
  const stepsWithLines = steps.flat().filter((step) => step.lines);
  if (!mergesLines || stepsWithLines.length <= 1) return { steps, ipvsadm: undefined, lastSteps };
  const lines = stepsWithLines.flatMap((step) => step.lines ?? []);
  return {
    steps: steps.map((own) => own.filter((step) => !step.lines)),
    ipvsadm: {
      run: ipvsadmCommand(lines),
      description: "change the IPVS table",
      failsOnStderr: true,
    },
    lastSteps,
  };
}
