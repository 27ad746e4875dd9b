import { spawn } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { progress } from "./progress";

/** Where what is expensive to make is kept; always outside the checkout. */
export function cacheDir(...names: string[]): string {
  const root =
    process.env.PULUMI_LVS_CACHE ||
    join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-lvs");
  return join(root, ...names);
}

/**
 * A directory that is made once: `make` fills a temporary one, which is then renamed, so that a
 * directory that exists is complete. A second process waits for the first.
 */
export async function cached(
  directory: string,
  make: (directory: string) => Promise<void>,
): Promise<string> {
  if (existsSync(directory)) return directory;
  return withLock(`${directory}.lock`, async () => {
    if (existsSync(directory)) return directory;
    const unfinished = `${directory}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    await make(unfinished);
    renameSync(unfinished, directory);
    return directory;
  });
}

/**
 * One process at a time. The lock is the kernel's (flock), held by a child that ends when we do,
 * however we end.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const holder = spawn("flock", [file, "sh", "-c", "echo locked; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const locked = new Promise<void>((resolve, reject) => {
    holder.stdout.once("data", () => resolve());
    holder.once("error", reject);
    holder.once("exit", () => reject(new Error(`cannot lock ${file}`)));
  });
  await progress(`waiting for another process that holds ${file}`, locked);
  try {
    return await work();
  } finally {
    holder.stdin.end();
  }
}
