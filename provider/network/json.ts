import type { Result } from "../values/command";
import { commandError, LvsError } from "../values/errors";

/** The objects that `ip -json` printed. An empty answer is an empty list; anything else unread is an error. */
export function parseJsonList<T>(what: string, result: Result | undefined): T[] {
  if (result?.exitCode !== 0) throw commandError(`read ${what}`, result);
  const text = result.stdout.trim();
  if (text === "") return [];
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list as T[];
  } catch (cause) {
    throw new LvsError("parse", `cannot read ${what}: not JSON (ip -json needs iproute2 4.14)`, {
      cause,
    });
  }
  throw new LvsError("parse", `cannot read ${what}: not a list`);
}
