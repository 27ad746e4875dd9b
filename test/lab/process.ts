import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

/** A program of the lab that runs until it is ended, by its id. */
export interface LabProcess {
  pid: number;
  /** Resolves when the program has ended, for whatever reason. */
  ended: Promise<void>;
  isAlive(): boolean;
  /** What it has written so far. */
  output(): string;
  kill(): Promise<void>;
}

/**
 * Starts a program whose output goes to a file. It dies with us, even when we are killed, unless
 * it is detached: then it goes on until somebody ends it.
 */
export function startProcess(
  argv: readonly string[],
  logFile: string,
  detached = false,
): LabProcess {
  const log = openSync(logFile, "w");
  const [program = "", ...args] = detached ? argv : ["setpriv", "--pdeathsig", "KILL", ...argv];
  const child = spawn(program, args, { stdio: ["ignore", log, log], detached });
  closeSync(log);
  if (detached) child.unref();
  return watch(child, program, logFile);
}

function watch(child: ChildProcess, program: string, logFile: string): LabProcess {
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve()); // did not start at all
  });
  if (child.pid === undefined) throw new Error(`${program} cannot be started`);
  const pid = child.pid;
  return {
    pid,
    ended,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    output: () => readFileSync(logFile, "utf8"),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** When a process started, in the kernel's ticks: with its id, it names one process for ever. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined; // it is gone
  }
}
