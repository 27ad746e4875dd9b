import type { FactName } from "./facts";

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

/** A command with the reason why it has to be run: what a plan is made of. */
export interface Step {
  readonly run: Command;
  /** Said in progress and in errors, in the words of the field: "hide 192.0.2.80 from ARP on eth1". */
  readonly because: string;
  /** A failure of this step is not a failure of the change (unloading a module that is in use). */
  readonly mayFail?: boolean;
  /** Its exit code proves nothing: whatever it says on standard error is a failure (ipvsadm(8) -R). @default false */
  readonly failsOnStderr?: boolean;
  /** What it tells ipvsadm: one ipvsadm can be told the lines of many steps. @default - nothing */
  readonly lines?: readonly string[];
  /** The virtual service that it makes, when the kernel's list shows all of it (ipvs/list.ts). @default - none */
  readonly makesListed?: string;
  /** The facts that it may change. @default - any of them */
  readonly changes?: readonly FactName[];
}

/** Commands that show a part of a host's live state and change nothing, and the pure reader of their answers. */
export interface Fact<T> {
  readonly commands: readonly Command[];
  /** One result for each command, in order. Throws a ParseError for anything it does not understand. */
  parse(results: readonly Result[]): T;
}

/** A command from its words. */
export function command(...argv: string[]): Command {
  return { argv };
}
