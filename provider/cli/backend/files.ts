import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileStore } from "./store";

/** The files of a backend in a local directory. */
export function directoryStore(root: string): FileStore {
  return {
    root,
    async list(directory) {
      const reading = readdir(join(root, directory), { withFileTypes: true });
      const entries = (await undefinedIfMissing(reading)) ?? [];
      return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    },
    read: (path) => undefinedIfMissing(readFile(join(root, path))),
  };
}

function undefinedIfMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}
