import type { Command } from "../../values/command";
import { line, quote } from "./quote";

/** A command of a group. A failure that is not allowed ends the group. */
export interface Runnable {
  readonly run: Command;
  readonly mayFail?: boolean;
  /** Run it only until it has succeeded once in this run: another group may have the very same command. */
  readonly once?: boolean;
  /** Run it only when no command before it in this run has failed and ended its group; else it fails as well. */
  readonly onlyIfAllWell?: boolean;
  /** It only looks, and does not end the shell: those next to it that only look too are run in the same process. */
  readonly looks?: boolean;
  /** Whatever it says on standard error is a failure; what it says on standard output is lost. */
  readonly failsOnStderr?: boolean;
}

/** Commands of which each is run only when the one before it did not fail. */
export type Group = readonly Runnable[];

/** The label of a command: its group and its place there. */
export function labelOf(group: number, index: number): string {
  return `${group}.${index}`;
}

/** All groups, one after another. */
export function groupsText(groups: readonly Group[], flags: Flags): string {
  const looks = (group: Group = []) => group.length > 0 && group.every((one) => one.looks);
  return groups
    .map((group, index) => {
      if (!looks(group)) return loop(group, index, flags);
      const begin = looks(groups[index - 1]) ? "" : "(\n";
      const end = looks(groups[index + 1]) ? "" : "\n) 9>&-";
      return `${begin}${loop(group, index, flags)}${end}`;
    })
    .join("\n");
}

/** A loop that runs once and that the first failure leaves. */
function loop(group: Group, index: number, flags: Flags): string {
  const commands = group.map((one, i) => {
    const then = one.mayFail ? ":" : "{ failed=1; break; }";
    return `${flags.guard(one)}; mark ${labelOf(index, i)} $? || ${then}`;
  });
  return ["while :; do", ...commands, "break; done"].join("\n");
}

/** The shell's variables that say which commands of several groups have succeeded in this run. */
export class Flags {
  private readonly names = new Map<string, string>();

  constructor(groups: readonly Group[]) {
    const texts = groups
      .flat()
      .filter(({ once }) => once)
      .map(({ run }) => isolated(run));
    const several = texts.filter((text, at) => texts.indexOf(text) !== at);
    for (const text of several) this.names.set(text, `done${this.names.size}`);
  }

  unset(): string[] {
    return [...new Set(this.names.values())].map((name) => `${name}=`);
  }

  guard({ run, once, onlyIfAllWell, failsOnStderr, looks }: Runnable): string {
    const here = lineHere(run);
    const told = failsOnStderr ? silent(here) : looks ? here : isolated(run);
    const text = onlyIfAllWell ? `test -z "$failed" && ${told}` : told;
    const name = once ? this.names.get(isolated(run)) : undefined;
    return name === undefined ? text : `test "$${name}" || { ${text} && ${name}=1; }`;
  }
}

/**
 * In a process of its own: `exit` or `cd` cannot touch the shell, and the descriptor that holds the lock is closed,
 * so that a process which stays behind does not keep it.
 */
function isolated(command: Command): string {
  return `( unset nonce; ${lineHere(command)} ) 9>&-`;
}

/**
 * In a process of its own; fails as well when the text says anything on standard error, with exit code 1 where its own
 * is 0.
 */
export function silent(text: string): string {
  return [
    `{ said=$( unset nonce; { ${text}; } 2>&1 >/dev/null 9>&- ); code=$?`,
    'test $code = 0 && test -z "$said" || { printf %s "$said" >&2; ( exit $((code ? code : 1)) ); }; }',
  ].join("; ");
}

/** A text for `sh` is read by the shell that is there: another one would take as long as what it is to run. */
export function lineHere({ argv, ...rest }: Command): string {
  const [shell, option, text, ...words] = argv;
  if (shell !== "sh" || option !== "-c" || text === undefined) return line({ argv, ...rest });
  const [, ...parameters] = words;
  const setting = words.length > 0 ? `set -- ${parameters.map(quote).join(" ")}\n` : "";
  return line({ ...rest, argv: ["eval", `${setting}${text}`] });
}
