import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { cacheDir } from "../../../toolchain/cache";
import { atExit } from "../../run";

const ROOT = join(__dirname, "../../../..");
const PROGRAM = ["--import", "tsx", "test/lab/cli.ts"];

/** The output of `npm run lab`. */
export interface Said {
  readonly exitCode: number | null;
  readonly text: string;
}

/**
 * `npm run lab` with a separate cache that has the existing disks and snapshots, so that a user's running lab is not
 * touched. The cache also has the temporary files (`tmp`), and programs that come first in PATH (`bin`).
 */
export class LabCommand {
  readonly cache = mkdtempSync(join(tmpdir(), "pulumi-lvs-lab-command-"));
  private readonly forget = atExit(() => this.remove());

  constructor() {
    for (const name of ["bin", "tmp"]) mkdirSync(join(this.cache, name));
    for (const name of ["keys", "images", "snapshots"]) {
      mkdirSync(cacheDir(name), { recursive: true });
      symlinkSync(cacheDir(name), join(this.cache, name));
    }
  }

  start(...words: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, [...PROGRAM, ...words], this.options());
  }

  /** The process ids of the running lab. */
  processes(): number[] {
    const running = JSON.parse(readFileSync(this.state(), "utf8"));
    return running.processes.map(({ pid }: { pid: number }) => pid);
  }

  async run(...words: readonly string[]): Promise<Said> {
    const child = this.start(...words);
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data: Buffer) => {
        text += data;
      });
    child.stdin.end();
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    return { exitCode, text };
  }

  /** Removes the cache, and ends a lab that a failed story has left running. */
  remove(): void {
    this.forget();
    if (existsSync(this.state())) spawnSync(process.execPath, [...PROGRAM, "down"], this.options());
    rmSync(this.cache, { recursive: true, force: true });
  }

  private state(): string {
    return join(this.cache, "running.json");
  }

  private options() {
    const at = (name: string) => join(this.cache, name);
    const PATH = [at("bin"), process.env.PATH].join(delimiter);
    const env = { ...process.env, PATH, TMPDIR: at("tmp"), PULUMI_LVS_CACHE: this.cache };
    return { cwd: ROOT, env };
  }
}
