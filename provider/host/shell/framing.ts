import type { Command, Result } from "../../values/command";
import { BadAnswer } from "./answerLimit";
import { type Group, labelOf, renderGroups, SuccessFlags } from "./groupText";

/** The output of one command on one stream: the text before its mark. */
export interface Frame {
  readonly label: string;
  readonly exitCode: number;
  readonly text: string;
}

/**
 * Shell text that a new shell reads once. `mark LABEL CODE` prints the nonce of the run on both streams after a command.
 * The marks separate the outputs of commands without files or another process. When the connection is lost, a script
 * still runs to its end: a broken pipe does not end the shell, and later output is discarded.
 */
export const prelude = [
  "LC_ALL=C; export LC_ALL; unset LANGUAGE",
  // The PATH of a shell without a login often lacks the sbin directories.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a parameter expansion of the shell
  "PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH",
  "umask 077; cd /",
  "trap '' PIPE",
  "mark() {",
  `printf '%s %s %s\\n' "$nonce" "$1" "$2" && printf '%s %s %s\\n' "$nonce" "$1" "$2" >&2 || exec >/dev/null 2>&1`,
  'return "$2"; }',
].join("\n");

/** Constant shell text around the groups, which runs in the shell itself and not in a subshell. */
export interface SurroundingText {
  /** A command that must succeed before any group runs. */
  readonly first?: string;
  readonly last?: string;
}

/**
 * Renders all groups as one compound command. A shell reads a compound command to its end before it runs anything, so
 * that a script that was cut off in transit does nothing.
 */
export function renderScript(
  nonce: string,
  groups: readonly Group[],
  surrounding: SurroundingText = {},
): string {
  const flags = new SuccessFlags(groups);
  const body = renderGroups(groups, flags);
  const { first, last } = surrounding;
  return [
    "{",
    `nonce=${nonce}; failed=`,
    ...flags.reset(),
    first === undefined ? body : `${first}; if mark first $?; then :\n${body}\nelse failed=1; fi`,
    ...(last === undefined ? [] : [last]),
    "mark end 0",
    "}\n",
  ].join("\n");
}

/** Shell text that runs only if no group of the script has failed. */
export function ifNoneFailed(text: string): string {
  return `if test -z "$failed"; then ${text}; fi`;
}

/** The results in the shape of the groups. A command that did not run has no result. */
export function collectResults(
  groups: readonly Group[],
  stdout: ReadonlyMap<string, Frame>,
  stderr: ReadonlyMap<string, Frame>,
): (Result | undefined)[][] {
  return groups.map((group, g) =>
    group.map((_, i) => {
      const label = labelOf(g, i);
      const out = stdout.get(label);
      const errors = stderr.get(label);
      return out && errors
        ? { stdout: out.text, stderr: errors.text, exitCode: out.exitCode }
        : undefined;
    }),
  );
}

/** The command without a mark yet, which the shell is running; undefined when all commands have run. */
export function runningCommand(
  groups: readonly Group[],
  frames: ReadonlyMap<string, Frame>,
): Command | undefined {
  for (const [g, group] of groups.entries()) {
    for (const [i, { run, mayFail }] of group.entries()) {
      const frame = frames.get(labelOf(g, i));
      if (frame === undefined) return run;
      if (frame.exitCode !== 0 && !mayFail) break;
    }
  }
  return undefined;
}

/** Returns a test for the labels that the script of these groups may print, with the labels of the surrounding text. */
export function expectedLabels(
  groups: readonly Group[],
  surrounding: readonly string[],
): (label: string) => boolean {
  const groupLabels = groups.flatMap((group, g) => group.map((_, i) => labelOf(g, i)));
  const labels = new Set([...surrounding, ...groupLabels]);
  return (label) => labels.has(label);
}

/** The part of a mark after the nonce: the label and the exit code of a command. */
const MARK_END = /^(\S+) (\d{1,3})$/;

/** The maximum length of that part. The label of a command has two numbers. */
const LONGEST_MARK_END = 64;

/**
 * Cuts a stream at the marks of a run. The reader searches each byte once, so that a large output takes linear time.
 * `push` throws a BadAnswer for a mark that our script cannot have printed.
 */
export class FrameReader {
  private readonly seen = new Set<string>();
  private readonly chunks: Buffer[] = [];
  /** The last received bytes, because a mark may be split over two chunks. */
  private tail: Buffer = Buffer.alloc(0);
  /** Whether the kept bytes contain the start of a mark. */
  private hasOpenMark = false;
  private readonly mark: Buffer;

  constructor(
    nonce: string,
    private readonly onFrame: (frame: Frame) => void,
    private readonly isExpected: (label: string) => boolean = () => true,
  ) {
    this.mark = Buffer.from(`${nonce} `);
  }

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    const searched = Buffer.concat([this.tail, chunk]);
    this.tail = searched.subarray(Math.max(0, searched.length - this.mark.length));
    if (this.hasOpenMark || searched.includes(this.mark)) {
      this.keep(this.cut(Buffer.concat(this.chunks)));
    }
  }

  /** The text since the last mark. */
  unframedText(): string {
    return Buffer.concat(this.chunks).toString();
  }

  private keep(remainder: Buffer): void {
    this.chunks.splice(0, this.chunks.length, remainder);
    this.tail = remainder.subarray(Math.max(0, remainder.length - this.mark.length));
    this.hasOpenMark = remainder.includes(this.mark);
  }

  /** Emits every complete frame, and returns the remaining output, which may contain the start of a mark. */
  private cut(all: Buffer): Buffer {
    let from = 0;
    for (;;) {
      const at = all.indexOf(this.mark, from);
      const end = at < 0 ? -1 : all.indexOf("\n", at);
      const markEnd = at + this.mark.length;
      const isTooLong = at >= 0 && (end < 0 ? all.length : end) - markEnd > LONGEST_MARK_END;
      if (isTooLong) throw new BadAnswer("a mark between two answers is too long");
      if (end < 0) return all.subarray(from);
      const frame = this.frameOf(all.toString("latin1", markEnd, end));
      this.onFrame({ ...frame, text: all.toString("utf8", from, at) });
      from = end + 1;
    }
  }

  private frameOf(markEnd: string): Pick<Frame, "label" | "exitCode"> {
    const [, label, code] = MARK_END.exec(markEnd) ?? [];
    if (label === undefined || !this.isExpected(label) || this.seen.has(label)) {
      throw new BadAnswer("a mark between two answers is not one that was asked for");
    }
    this.seen.add(label);
    return { label, exitCode: Number(code) };
  }
}
