import { userInfo } from "node:os";
import { join, resolve } from "node:path";

const FILES = "file://";

/**
 * The URL of a backend with an absolute path where it is one of files: Pulumi also takes `file://~`, as
 * `pulumi login --local` writes, and paths from the directory of the program. Other URLs come back unchanged.
 */
export function absoluteBackend(url: string, directory: string): string {
  const path = pathOf(url);
  if (path === undefined) return url;
  const isAtHome = path === "~" || path.startsWith("~/");
  const whole = isAtHome ? join(userInfo().homedir, path.slice(1)) : resolve(directory, path);
  return FILES + whole + url.slice(FILES.length + path.length);
}

/** The path of a backend of files, which Pulumi takes as it is written; undefined for other backends. */
export function pathOf(url: string): string | undefined {
  return url.startsWith(FILES) ? (url.slice(FILES.length).split("?")[0] as string) : undefined;
}
