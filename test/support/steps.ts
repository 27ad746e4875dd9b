import type { Step } from "../../provider/values/step";

/** The commands of steps, each as one text. */
export function argvOf(steps: readonly Pick<Step, "run">[]): string[] {
  return steps.map(({ run }) => run.argv.join(" "));
}
