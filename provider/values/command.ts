/**
 * A command for a host: an argument vector and its standard input. Shell text is allowed only as a constant of this
 * package, in the form `sh -c TEXT` or `sh -c TEXT sh WORDS`, which the running shell evaluates itself.
 */
export interface Command {
  readonly argv: readonly string[];
  /** The text on standard input. @default - /dev/null */
  readonly stdin?: string;
}

/** The output and the exit code of a command. */
export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A command from its words. */
export function command(...argv: string[]): Command {
  return { argv };
}
