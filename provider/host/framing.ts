import type { Command, Result } from "../values/command";
import { line } from "./quote";

/** A command of a group. A failure that is not allowed ends the group. */
export interface Runnable {
  readonly run: Command;
  readonly mayFail?: boolean;
  /** Run it only until it has succeeded once in this run: another group may have the very same command. */
  readonly once?: boolean;
  /** Run it only when no command before it in this run has failed and ended its group; else it fails as well. */
  readonly onlyIfAllWell?: boolean;
  /** Whatever it says on standard error is a failure. */
  readonly failsOnStderr?: boolean;
}

/** Commands of which each is run only when the one before it did not fail. */
export type Group = readonly Runnable[];

/** What stood between two marks on one stream. */
export interface Frame {
  readonly label: string;
  readonly exitCode: number;
  readonly text: string;
}

/**
 * Shell text that a shell reads once. `mark LABEL CODE` prints the nonce of this run on both streams after a command:
 * so its two outputs can be told from those of the next one, without files and without another process.
 */
export const prelude = [
  "LC_ALL=C; export LC_ALL; unset LANGUAGE",
  // What is on the PATH of root's login is often missing where nobody logs in.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the shell's
  "PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH",
  "umask 077; cd /",
  `mark() { printf '%s %s %s\\n' "$nonce" "$1" "$2"; printf '%s %s %s\\n' "$nonce" "$1" "$2" >&2; return "$2"; }`,
].join("\n");

/** What is run around the groups, in the shell itself: shell text of ours. */
export interface Around {
  /** A condition: without it, no group is run. */
  readonly first?: string;
  readonly last?: string;
}

/**
 * All groups as one compound command. A shell reads a compound command to its end before it starts it, so that a
 * text that was cut off on its way does nothing at all.
 */
export function script(nonce: string, groups: readonly Group[], around: Around = {}): string {
  const flags = new Flags(groups);
  const body = groups.map((group, index) => loop(group, index, flags)).join("\n");
  const { first, last } = around;
  return [
    "{",
    `nonce=${nonce}; failed=`,
    ...flags.unset(),
    first === undefined ? body : `${first}; if mark first $?; then :\n${body}\nelse failed=1; fi`,
    ...(last === undefined ? [] : [last]),
    "mark end 0",
    "}\n",
  ].join("\n");
}

/** Text for the end of a script that is read only when everything before it went well. */
export function ifAllWell(text: string): string {
  return `if test -z "$failed"; then ${text}; fi`;
}

/** The label of a command: its group and its place there. */
export function labelOf(group: number, index: number): string {
  return `${group}.${index}`;
}

/** The answers in the shape of the groups; a command that was not run has none. */
export function answers(
  groups: readonly Group[],
  stdout: ReadonlyMap<string, Frame>,
  stderr: ReadonlyMap<string, Frame>,
): (Result | undefined)[][] {
  return groups.map((group, g) =>
    group.map((_, i) => {
      const out = stdout.get(labelOf(g, i));
      const errors = stderr.get(labelOf(g, i));
      return out && errors
        ? { stdout: out.text, stderr: errors.text, exitCode: out.exitCode }
        : undefined;
    }),
  );
}

/** The command that a shell is at, from the marks it has printed; undefined between commands. */
export function underWay(
  groups: readonly Group[],
  done: ReadonlyMap<string, Frame>,
): Command | undefined {
  for (const [g, group] of groups.entries()) {
    for (const [i, { run, mayFail }] of group.entries()) {
      const frame = done.get(labelOf(g, i));
      if (frame === undefined) return run;
      if (frame.exitCode !== 0 && !mayFail) break;
    }
  }
  return undefined;
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
class Flags {
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

  guard({ run, once, onlyIfAllWell, failsOnStderr }: Runnable): string {
    const alone = isolated(run);
    const told = failsOnStderr ? silent(alone) : alone;
    const text = onlyIfAllWell ? `test -z "$failed" && ${told}` : told;
    const name = once ? this.names.get(alone) : undefined;
    return name === undefined ? text : `test "$${name}" || ${text} && ${name}=1`;
  }
}

/**
 * In a process of its own: `exit` or `cd` cannot touch the shell, and the descriptor that holds the lock is closed,
 * so that a process which stays behind does not keep it.
 */
function isolated(command: Command): string {
  return `( unset nonce; ${lineHere(command)} ) 9>&-`;
}

/** Fails as well when the text says anything on standard error, and says it there. */
function silent(text: string): string {
  return `{ said=$( ${text} 2>&1 >/dev/null ) && test -z "$said" || { printf %s "$said" >&2; false; }; }`;
}

/** A text for `sh` is read by the shell that is there: another one would take as long as what it is to run. */
export function lineHere({ argv, ...rest }: Command): string {
  const [shell, option, text, ...more] = argv;
  const isText = shell === "sh" && option === "-c" && text !== undefined && more.length === 0;
  return line({ ...rest, argv: isText ? ["eval", text] : argv });
}

/** Cuts one stream at the marks of a run. What it keeps is searched once, however large the output is. */
export class FrameReader {
  private readonly pieces: Buffer[] = [];
  private tail: Buffer = Buffer.alloc(0);
  private isCut = false;
  private readonly mark: Buffer;

  constructor(
    nonce: string,
    private readonly onFrame: (frame: Frame) => void,
  ) {
    this.mark = Buffer.from(`${nonce} `);
  }

  push(piece: Buffer): void {
    this.pieces.push(piece);
    const seam = Buffer.concat([this.tail, piece]);
    this.tail = seam.subarray(Math.max(0, seam.length - this.mark.length));
    if (this.isCut || seam.includes(this.mark)) {
      this.keep(this.cut(Buffer.concat(this.pieces)));
    }
  }

  /** What has come since the last mark. */
  rest(): string {
    return Buffer.concat(this.pieces).toString();
  }

  private keep(rest: Buffer): void {
    this.pieces.splice(0, this.pieces.length, rest);
    this.tail = rest.subarray(Math.max(0, rest.length - this.mark.length));
    this.isCut = rest.includes(this.mark);
  }

  /** Tells of every whole frame and returns what is left: output, and perhaps a mark that is not yet complete. */
  private cut(all: Buffer): Buffer {
    let from = 0;
    for (;;) {
      const at = all.indexOf(this.mark, from);
      const end = at < 0 ? -1 : all.indexOf("\n", at);
      if (end < 0) return all.subarray(from);
      const [label = "", code = ""] = all.toString("latin1", at + this.mark.length, end).split(" ");
      this.onFrame({ label, exitCode: Number(code), text: all.toString("utf8", from, at) });
      from = end + 1;
    }
  }
}
