import type { Command } from "./command";
import { LvsError } from "./errors";

/** Words that a POSIX shell reads literally: without expansions, assignments or operators. */
const PLAIN = /^[A-Za-z0-9_/:.,@%+-]+$/;

/** Reserved words of the shell, which need quotes when a command has such a name. */
const RESERVED =
  /^(if|then|elif|else|fi|for|in|do|done|while|until|case|esac|function|select|time|coproc)$/;

/** Quotes a word for a POSIX shell, so that the command gets exactly this text as one argument. */
export function quote(word: string): string {
  if (word.includes("\0")) {
    throw new LvsError("input", "a word of a command cannot contain a NUL character");
  }
  if (/\p{Surrogate}/u.test(word)) {
    throw new LvsError("input", "a word of a command cannot contain half of a surrogate pair");
  }
  return PLAIN.test(word) && !RESERVED.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * A command as shell text. Standard input is always redirected, because the command would otherwise read the rest of the
 * script. `printf` is a builtin of dash, bash and busybox, so ARG_MAX does not limit the text.
 */
export function commandLine(command: Command): string {
  if (command.argv.length === 0) {
    throw new LvsError("input", "a command needs at least one word");
  }
  const words = command.argv.map(quote).join(" ");
  return command.stdin === undefined
    ? `${words} </dev/null`
    : `printf %s ${quote(command.stdin)} | ${words}`;
}
