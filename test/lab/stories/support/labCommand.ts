import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { cacheDir } from "../../../toolchain/cache";
import { atExit } from "../../run";

const ROOT = join(__dirname, "../../../..");
const PROGRAM = ["--import", "tsx", "test/lab/cli.ts"];

/** What a run of `npm run lab` printed. */
export interface Said {
  readonly exitCode: number | null;
  readonly text: string;
}

/**
 * `npm run lab`, with the disks and snapshots that are there and without the lab that a person may have up. Its
 * temporary files are in `tmp` of its cache; programs in `bin` there come before others.
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

  /** The programs of the lab that is up. */
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

  /** Also a lab that a story which fails has left up. */
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
