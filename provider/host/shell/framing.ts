import type { Command, Result } from "../../values/command";
import { Flags, type Group, groupsText, labelOf } from "./groupText";

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
  const body = groupsText(groups, flags);
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
