import { CHECKS_DIRECTORY, HEALTH } from "../../provider/keepalived/paths";
import type { Command, Result } from "../../provider/values/command";

/** The files for keepalived in memory, as the steps of provider/keepalived/healthChecksPart.ts change them. */
export class WorkingHealth {
  readonly files = new Map<string, string>();
  /** What the fact healthLog reads. */
  log = "";
  private readonly waiting = new Map<string, string>();

  /** Whether a command is one that changes these files. */
  knows({ argv: [shell, , text = ""] }: Command): boolean {
    const texts = [HEALTH, `${CHECKS_DIRECTORY} &&`, `rm -f ${CHECKS_DIRECTORY}`];
    return shell === "sh" && texts.some((one) => text.includes(one));
  }

  run({ argv: [, , text = "", ...words] }: Command): Result {
    const [, name = "", ...rest] = words;
    if (text.includes(HEALTH)) this.take();
    else if (text.startsWith("rm ")) this.files.delete(name);
    else this.waiting.set(name, rest.join(""));
    return { stdout: "", stderr: "", exitCode: 0 };
  }

  show(): string {
    const files = [...this.files].sort(([one], [other]) => (one < other ? -1 : 1));
    const linesOf = (text: string) => text.split("\n").slice(0, -1);
    return files
      .flatMap(([name, text]) =>
        linesOf(text).map((line) => `${CHECKS_DIRECTORY}/${name}:${line}\n`),
      )
      .join("");
  }

  private take(): void {
    for (const [name, text] of this.waiting) this.files.set(name, text);
    this.waiting.clear();
  }
}
