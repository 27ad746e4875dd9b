import type { Step } from "../../../provider/values/step";
import type { FakeRoot } from "../../system/support/fakeRoot";

/** Runs steps on a root until one fails. The program that a step writes is for this root too. */
export function carryOut(root: FakeRoot, steps: readonly Step[]): string {
  for (const { run } of steps) {
    const [, , text = "", , ...words] = run.argv;
    const { exitCode, output } = root.sh(text, ...words.map((word) => root.text(word)));
    if (exitCode !== 0) return output || `exit code ${exitCode}`;
  }
  return "";
}
