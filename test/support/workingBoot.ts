import { PARTS_DIRECTORY } from "../../provider/system/paths";
import { ENABLED_FILE, SYSTEM_FILES } from "../../provider/system/units";
import type { Command, Result } from "../../provider/values/command";

/** The files that make a host's parts again, in memory, as the steps of provider/system/bootCommand.ts change them. */
export class WorkingBoot {
  readonly files = new Map<string, string>();

  /** Whether a command is one that changes these files. */
  knows({ argv: [shell, , text = ""] }: Command): boolean {
    return shell === "sh" && text.includes("pulumi-lvs.service");
  }

  run({ argv: [, , , , ...words] }: Command): Result {
    if (words.length === 0) this.files.clear();
    else this.write(words);
    return { stdout: "", stderr: "", exitCode: 0 };
  }

  show(): string {
    const files = [...this.files].sort(([one], [other]) => (one < other ? -1 : 1));
    const lines = files.flatMap(([path, text]) =>
      text
        .split("\n")
        .slice(0, -1)
        .map((line) => `${path}:${line}\n`),
    );
    return lines.join("");
  }

  private write([repairs, ...words]: readonly string[]): void {
    const isNew = repairs !== "" || !this.files.has(ENABLED_FILE.path);
    const [system, parts, gone] = lists(words);
    for (const [path, text] of isNew ? pairs(system) : []) this.files.set(path, text);
    if (isNew) this.files.set(ENABLED_FILE.path, ENABLED_FILE.text);
    for (const [name, text] of pairs(parts)) this.files.set(`${PARTS_DIRECTORY}/${name}`, text);
    for (const name of gone) this.files.delete(`${PARTS_DIRECTORY}/${name}`);
  }
}

/** Two lists that end with an empty word, and a third one. */
function lists(words: readonly string[]): [string[], string[], string[]] {
  const first = SYSTEM_FILES.length * 2;
  const second = words.indexOf("", first + 1);
  return [words.slice(0, first), words.slice(first + 1, second), words.slice(second + 1)];
}

function pairs(words: readonly string[]): [string, string][] {
  return words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? ""]] : []));
}
