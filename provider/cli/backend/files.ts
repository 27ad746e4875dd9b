import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileStore } from "./store";

/** The files of a backend in a directory of this machine. */
export function directoryStore(root: string): FileStore {
  return {
    root,
    async list(directory) {
      const found = await unlessMissing(readdir(join(root, directory), { withFileTypes: true }));
      return (found ?? []).filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    },
    read: (path) => unlessMissing(readFile(join(root, path))),
  };
}

function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  return found.catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}
