import type { Command } from "../../values/command";
import { commandLine, quote } from "../../values/quote";

/** A command of a group. */
export interface GroupCommand {
  readonly run: Command;
  /** Whether the group goes on after a failure. @default false */
  readonly mayFail?: boolean;
  /** Skip the command once the same command has succeeded in another group of the run. @default false */
  readonly oncePerRun?: boolean;
  /** Fail without running if a group before this command has failed. @default false */
  readonly onlyIfNoneFailed?: boolean;
  /** Fail without running if the group with this number, before this command, has failed. @default - always run */
  readonly onlyIfSucceeded?: number;
  /** Adjacent groups that only read share one subshell; their commands must not end that subshell. @default false */
  readonly readOnly?: boolean;
  /** Any text on standard error is a failure; standard output is discarded. @default false */
  readonly failsOnStderr?: boolean;
}

/** Commands that run one after another until one of them fails. */
export type Group = readonly GroupCommand[];

/** The label of a command: the number of the group and the index in the group. */
export function labelOf(group: number, index: number): string {
  return `${group}.${index}`;
}

/** Renders all groups, one after another. */
export function renderGroups(groups: readonly Group[], flags: SuccessFlags): string {
  const isReadOnly = (group: Group = []) =>
    group.length > 0 && group.every((command) => command.readOnly);
  return groups
    .map((group, index) => {
      if (!isReadOnly(group)) return renderGroup(group, index, flags);
      const begin = isReadOnly(groups[index - 1]) ? "" : "(\n";
      const end = isReadOnly(groups[index + 1]) ? "" : "\n) 9>&-";
      return `${begin}${renderGroup(group, index, flags)}${end}`;
    })
    .join("\n");
}

/** Renders a group as a loop that runs once: `break` skips the remaining commands. */
function renderGroup(group: Group, index: number, flags: SuccessFlags): string {
  const commands = group.map((command, i) => {
    const onFailure = command.mayFail ? ":" : `{ ${flags.failureText(index)}; break; }`;
    return `${flags.commandText(command)}; mark ${labelOf(index, i)} $? || ${onFailure}`;
  });
  return ["while :; do", ...commands, "break; done"].join("\n");
}

/** Shell variables that record what later commands ask for: whether a command succeeded, or whether a group failed. */
export class SuccessFlags {
  /** The variables of commands with `oncePerRun` that several groups repeat. */
  private readonly names = new Map<string, string>();
  /** The groups that commands with `onlyIfSucceeded` ask for. */
  private readonly awaited: ReadonlySet<number | undefined>;

  constructor(groups: readonly Group[]) {
    const texts = groups
      .flat()
      .filter(({ oncePerRun }) => oncePerRun)
      .map(({ run }) => inSubshell(run));
    this.awaited = new Set(groups.flat().map(({ onlyIfSucceeded }) => onlyIfSucceeded));
    const repeated = texts.filter((text, at) => texts.indexOf(text) !== at);
    for (const text of repeated) this.names.set(text, `done${this.names.size}`);
  }

  reset(): string[] {
    const ofGroups = [...this.awaited].filter((group) => group !== undefined).map(failedName);
    return [...new Set(this.names.values()), ...ofGroups].map((name) => `${name}=`);
  }

  /** Shell text that records the failure of a group. */
  failureText(group: number): string {
    return this.awaited.has(group) ? `failed=1; ${failedName(group)}=1` : "failed=1";
  }

  commandText({ run, oncePerRun, failsOnStderr, readOnly, ...conditions }: GroupCommand): string {
    const inline = inlineCommandLine(run);
    const plain = failsOnStderr ? failOnStderr(inline) : readOnly ? inline : inSubshell(run);
    const text = `${conditionText(conditions)}${plain}`;
    const name = oncePerRun ? this.names.get(inSubshell(run)) : undefined;
    return name === undefined ? text : `test "$${name}" || { ${text} && ${name}=1; }`;
  }
}

/** The variable that records the failure of a group. */
const failedName = (group: number) => `failed${group}`;

type Conditions = Pick<GroupCommand, "onlyIfNoneFailed" | "onlyIfSucceeded">;

function conditionText({ onlyIfNoneFailed, onlyIfSucceeded }: Conditions): string {
  const isNone = onlyIfNoneFailed ? 'test -z "$failed" && ' : "";
  if (onlyIfSucceeded === undefined) return isNone;
  return `${isNone}test -z "$${failedName(onlyIfSucceeded)}" && `;
}

/**
 * Shell text that runs a command in a subshell, so that `exit` and `cd` do not affect the shell. Descriptor 9 is closed,
 * so that a background process of the command does not keep the host's lock.
 */
function inSubshell(command: Command): string {
  return `( unset nonce; ${inlineCommandLine(command)} ) 9>&-`;
}

/** Shell text that runs another text in a subshell. Output on stderr turns a success into exit code 1. */
export function failOnStderr(text: string): string {
  return [
    `{ said=$( unset nonce; { ${text}; } 2>&1 >/dev/null 9>&- ); code=$?`,
    'test $code = 0 && test -z "$said" || { printf %s "$said" >&2; ( exit $((code ? code : 1)) ); }; }',
  ].join("; ");
}

/** The command line of a command. `sh -c TEXT` becomes `eval TEXT`, because another shell takes long to start. */
export function inlineCommandLine({ argv, ...rest }: Command): string {
  const [shell, option, text, ...words] = argv;
  if (shell !== "sh" || option !== "-c" || text === undefined)
    return commandLine({ argv, ...rest });
  const [, ...parameters] = words;
  const setting = words.length > 0 ? `set -- ${parameters.map(quote).join(" ")}\n` : "";
  return commandLine({ ...rest, argv: ["eval", `${setting}${text}`] });
}
