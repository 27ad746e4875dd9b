import type { Step } from "../../provider/values/step";

/** The command of each step as a text. */
export function argvOf(steps: readonly Pick<Step, "run">[]): string[] {
  return steps.map(({ run }) => run.argv.join(" "));
}
