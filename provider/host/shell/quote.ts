import type { Command } from "../../values/command";
import { LvsError } from "../../values/errors";

/** Words that every POSIX shell takes as they are: no expansion, no assignment, no operator. */
const plain = /^[A-Za-z0-9_/:.,@%+-]+$/;

/** Words of the shell's own grammar, which would not be read as the name of a command. */
const reserved =
  /^(if|then|elif|else|fi|for|in|do|done|while|until|case|esac|function|select|time|coproc)$/;

/** One word for a POSIX shell: whatever it holds, the command gets exactly this text as one argument. */
export function quote(word: string): string {
  if (word.includes("\0")) {
    throw new LvsError("input", "a word of a command cannot contain a NUL character");
  }
  return plain.test(word) && !reserved.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * A command as shell text. Its standard input is its own text or nothing, so that it can never read what follows
 * it in a script. `printf` is a builtin of dash, bash and busybox: the text has no limit of length (ARG_MAX).
 */
export function line(command: Command): string {
  if (command.argv.length === 0) {
    throw new LvsError("input", "a command needs at least one word");
  }
  const words = command.argv.map(quote).join(" ");
  return command.stdin === undefined
    ? `${words} </dev/null`
    : `printf %s ${quote(command.stdin)} | ${words}`;
}
