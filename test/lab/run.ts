import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startTimeOf } from "./process";

const PREFIX = "pulumi-lvs-lab-";

/** Makes a temporary directory for a run of a lab: disks, logs, and sockets, whose paths must be short. */
export function makeRunDirectory(): string {
  sweepLeftovers();
  const directory = mkdtempSync(join(tmpdir(), PREFIX));
  ownRunDirectory(directory, process.pid);
  return directory;
}

/** Records the owner of a directory. When the owner has ended, another run may remove the directory. */
export function ownRunDirectory(directory: string, pid: number): void {
  writeFileSync(join(directory, "owner"), `${pid} ${startTimeOf(pid)}`);
}

/** Removes the directories of killed processes. Their programs have ended with them. */
function sweepLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = join(tmpdir(), name, "owner");
    if (!name.startsWith(PREFIX) || !existsSync(owner)) continue;
    const [pid, startTime] = readFileSync(owner, "utf8").split(" ");
    if (startTimeOf(Number(pid)) !== startTime) removeRunDirectory(join(tmpdir(), name));
  }
}

export function removeRunDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** Waits until a condition is true. The condition may throw to give up at once. */
export async function waitUntil(
  what: string,
  until: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs = 20,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await until())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await sleep(everyMs);
  }
}

const undone = new Set<() => void>();
let isListening = false;

/** Runs a clean-up when this process ends in any way that it can notice. */
export function atExit(undo: () => void): () => void {
  undone.add(undo);
  if (!isListening) listen();
  return () => undone.delete(undo);
}

function listen(): void {
  isListening = true;
  const undoAll = () => {
    for (const undo of undone) undo();
    undone.clear();
  };
  process.on("exit", undoAll);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      undoAll();
      process.kill(process.pid, signal);
    });
  }
  // A killed test runner does not end its workers, so that a worker ends when its parent is gone.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(1), 500).unref();
}
