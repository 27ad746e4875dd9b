import type { Result } from "./command";

/**
 * What went wrong, by stage:
 * `connect` nothing was tried; `command` a command failed; `parse` an answer was not understood, nothing was
 * changed; `conflict` something unlike ours, or somebody else's, is in the place; `notConverged` after the change
 * the host is not as planned; `input` the arguments cannot be carried out on this host.
 */
export type ErrorKind = "connect" | "command" | "parse" | "conflict" | "notConverged" | "input";

/** The root of all errors of this package. Tell them apart by `kind`: serialized code has its own classes. */
export class LvsError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "LvsError";
    this.kind = kind;
  }
}

/** An answer of a tool that we do not understand: without understanding it, nothing is changed. */
export function parseError(tool: string, line: number, text: string, why: string): LvsError {
  return new LvsError("parse", `cannot read line ${line} of ${tool}: ${why}\n  ${text}`);
}

/** A command of a fact that failed: what we wanted to know, and what the tool said. */
export function commandError(doing: string, result: Result | undefined): LvsError {
  const why = result?.stderr.trim() || `exit code ${result?.exitCode}`;
  return new LvsError("command", `cannot ${doing}: ${why}`);
}
