import { userInfo } from "node:os";
import { join, resolve } from "node:path";

const FILES = "file://";

/**
 * Makes the path of a `file://` URL absolute, because Pulumi also accepts `file://~` (from `pulumi login --local`) and
 * paths relative to the program's directory. Other URLs stay unchanged.
 */
export function absoluteBackend(url: string, directory: string): string {
  const path = pathOf(url);
  if (path === undefined) return url;
  const isAtHome = path === "~" || path.startsWith("~/");
  const absolute = isAtHome ? join(userInfo().homedir, path.slice(1)) : resolve(directory, path);
  return FILES + absolute + url.slice(FILES.length + path.length);
}

/** The path of a `file://` URL, not decoded, as Pulumi reads it; undefined for other URLs. */
export function pathOf(url: string): string | undefined {
  return url.startsWith(FILES) ? (url.slice(FILES.length).split("?")[0] as string) : undefined;
}
