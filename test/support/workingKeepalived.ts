import type { Command, Result } from "../../provider/values/command";

/** The files of ours for a keepalived in memory, as the steps of provider/keepalived change them. */
export class WorkingKeepalived {
  readonly files = new Map<string, string>();
  private readonly waiting = new Map<string, string>();

  constructor(
    private readonly directory: string,
    private readonly program: string,
  ) {}

  /** Whether a command changes these files. */
  knows({ argv: [shell, , text = ""] }: Command): boolean {
    return shell === "sh" && (this.isProgram(text) || text.includes(`${this.directory} &&`));
  }

  run({ argv: [, , text = "", ...words] }: Command): Result {
    const [, name = "", ...rest] = words;
    if (text.includes("rm -f")) this.files.delete(name);
    else if (!this.isProgram(text)) this.waiting.set(name, rest.join(""));
    else if (words.at(-1) === "take") this.take();
    return { stdout: "", stderr: "", exitCode: 0 };
  }

  show(): string {
    const files = [...this.files].sort(([one], [other]) => (one < other ? -1 : 1));
    const linesOf = (text: string) => text.split("\n").slice(0, -1);
    return files
      .flatMap(([name, text]) => linesOf(text).map((line) => `${this.directory}/${name}:${line}\n`))
      .join("");
  }

  private isProgram(text: string): boolean {
    return text.includes(`sh ${this.program} "$@"`);
  }

  private take(): void {
    for (const [name, text] of this.waiting) this.files.set(name, text);
    this.waiting.clear();
  }
}
