import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

/** A program of the lab that runs until it is killed by its process id. */
export interface LabProcess {
  pid: number;
  /** Resolves when the program has ended; never rejects. */
  ended: Promise<void>;
  isAlive(): boolean;
  /** The output so far. */
  output(): string;
  kill(): Promise<void>;
}

/**
 * Starts a program with its output in a file. The program ends with this process, even when this process is killed. A
 * detached program goes on.
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
    child.once("error", () => resolve()); // The program did not start.
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

/** The start time of a process in the kernel's ticks. Process id and start time together identify a process. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined; // The process has ended.
  }
}
