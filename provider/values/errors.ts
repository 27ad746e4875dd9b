import type { Result } from "./command";

/**
 * The kinds of errors:
 * `connect`: no connection, nothing was tried. `command`: a command failed. `parse`: the output of a tool was not
 * understood, nothing was changed. `conflict`: a part already exists with another value or another owner.
 * `notConverged`: the host differs from the plan after the change. `input`: this host cannot have what is declared.
 * `unhealthy`: the change was made, and too few real servers are healthy.
 */
export type ErrorKind =
  | "connect"
  | "command"
  | "parse"
  | "conflict"
  | "notConverged"
  | "input"
  | "unhealthy";

/** The base class of all errors of this package. Check `kind`, not the class: serialized code has its own classes. */
export class LvsError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "LvsError";
    this.kind = kind;
  }
}

/** The error for a line of a tool's output that we do not understand. Nothing is changed then. */
export function parseError(tool: string, line: number, text: string, why: string): LvsError {
  return new LvsError("parse", `cannot read line ${line} of ${tool}: ${why}\n  ${text}`);
}

/** The error for a failed command of a fact, with the purpose of the command and the tool's message. */
export function commandError(doing: string, result: Result | undefined): LvsError {
  const why = result?.stderr.trim() || `exit code ${result?.exitCode}`;
  return new LvsError("command", `cannot ${doing}: ${why}`);
}
