/**
 * One command for a host: an argument vector and what it reads on standard input. Shell text is a constant of ours
 * only, as `sh -c TEXT` or `sh -c TEXT sh WORDS`, which the shell that is there reads itself.
 */
export interface Command {
  readonly argv: readonly string[];
  /** Text on standard input; without it the command reads from /dev/null. */
  readonly stdin?: string;
}

/** What a command answered. */
export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A command from its words. */
export function command(...argv: string[]): Command {
  return { argv };
}
