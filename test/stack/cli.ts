import { type ChildProcess, spawn } from "node:child_process";
import { atExit } from "../lab/run";
import { killTree } from "./processTree";

/** The output of a run of the CLI. */
export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Receives the standard output while the CLI runs. */
  readonly onOutput?: (text: string) => void;
}

export interface Started {
  readonly child: ChildProcess;
  /** The output so far. */
  readonly texts: { stdout: string; stderr: string };
  readonly ended: Promise<Run>;
}

/** Starts the Pulumi CLI in a separate process group. The CLI and its plugins end with this process. */
export function startPulumi(args: readonly string[], { cwd, env, onOutput }: CliOptions): Started {
  const child = spawn("pulumi", args, {
    ...{ cwd, env, detached: true },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const forget = atExit(() => child.pid && killTree(child.pid));
  const texts = { stdout: "", stderr: "" };
  child.stdout.on("data", (data: Buffer) => {
    texts.stdout += data;
    onOutput?.(String(data));
  });
  child.stderr.on("data", (data: Buffer) => {
    texts.stderr += data;
  });
  const ended = new Promise<Run>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...texts, exitCode: code ?? -1 }));
  });
  return { child, texts, ended: ended.finally(forget) };
}
