import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "../../../provider/values/command";

/** A directory that stands for the root of a host, and programs that write down how they were called. */
export class FakeRoot {
  readonly path = mkdtempSync(join(tmpdir(), "root-"));
  private readonly log = join(this.path, "calls");

  /** `shell` is the command of the shell that runs everything. */
  constructor(
    programs: Readonly<Record<string, string>>,
    private readonly shell: readonly [string, ...string[]] = ["sh"],
  ) {
    for (const directory of ["bin", "etc/systemd/system", "proc/net", "run/lock", "sys/class/net"])
      mkdirSync(join(this.path, directory), { recursive: true });
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(
        join(this.path, "bin", name),
        `#!/bin/sh\necho "${name} $*" >> ${this.log}\n${text}\n`,
      );
      chmodSync(join(this.path, "bin", name), 0o755);
    }
  }

  /** Shell text with this root in the place of the host's. */
  text(text: string): string {
    return text
      .replaceAll(/(?<![\w}])\/(etc|proc|run|sys)\b/g, `${this.path}/$1`)
      .replace(/PATH=\S+/, `PATH=${this.path}/bin:$PATH`);
  }

  sh(text: string, ...words: string[]) {
    const env = { ...process.env, PATH: `${this.path}/bin:${process.env.PATH}` };
    const [shell, ...options] = this.shell;
    const args = [...options, "-c", this.text(text), "sh", ...words];
    const run = spawnSync(shell, args, { env, encoding: "utf8" });
    return { exitCode: run.status, output: run.stdout + run.stderr };
  }

  /** Runs a command of ours, `sh -c TEXT sh WORDS`. */
  run({ argv: [, , text = "", , ...words] }: Command) {
    return this.sh(
      text,
      ...words.map((word) => (word.startsWith("/etc/") ? this.text(word) : word)),
    );
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.path, path, ".."), { recursive: true });
    writeFileSync(join(this.path, path), text);
  }

  read(path: string): string | undefined {
    const file = join(this.path, path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  }

  /** Every file below a directory. */
  files(directory: string): string[] {
    const all = readdirSync(join(this.path, directory), { recursive: true, withFileTypes: true });
    return all
      .filter((one) => one.isFile())
      .map((one) => one.name)
      .sort();
  }

  /** The calls of programs since they were last asked for. */
  calls(): string[] {
    const calls = existsSync(this.log) ? readFileSync(this.log, "utf8").split("\n") : [];
    rmSync(this.log, { force: true });
    return calls.filter(Boolean);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
