import { z } from "zod";
import { type Command, command } from "../values/command";
import { commandError, LvsError } from "../values/errors";
import type { Fact } from "../values/fact";
import { entrySchema, type Journal } from "./journal";
import { applyPatches, isSameJournal, type Patch, patchBetween, patchSchema } from "./patch";

/** The content of the journal file of a host. */
export interface JournalFile {
  readonly journal: Journal;
  /** The length of the file in bytes; undefined when the file is absent, or when no line can be appended to it. */
  readonly length?: number;
  /**
   * Whether the file ends with the mark that the files which make parts again at boot are those of this journal. A change
   * that was interrupted before its files has left no mark. @default false
   */
  readonly hasBootFiles?: boolean;
}

/** The command that stores a journal, and the content of the file after that command. */
interface JournalWrite {
  /** Undefined when the file already contains the journal. */
  readonly run?: Command;
  readonly file: JournalFile;
}

const DIRECTORY = "/var/lib/pulumi-lvs";
const FILE = `${DIRECTORY}/journal.jsonl`;

/** The file is rewritten when it would exceed twice the length of its whole journal by more than this, in bytes. */
const SLACK = 16_384;

/** The line of the mark: a patch that changes nothing, which earlier versions read as such. */
const MARK = "{}\n";

/** The longest journal file that is read, in bytes. 10,000 real servers need 7 MB, and the file grows to twice that. */
const LONGEST = 32 * 1024 * 1024;

/** The first line of the file: a whole journal. Each later line is the patch of one change. */
const wholeSchema = z.strictObject({
  version: z.literal(1),
  parts: z.record(z.string(), entrySchema),
});

/** The journal of a host. A host without a journal file has an empty journal. */
export const journalFact: Fact<JournalFile> = {
  commands: [
    command(
      "sh",
      "-c",
      `if [ -L ${FILE} ] || { [ -e ${FILE} ] && [ ! -f ${FILE} ]; }; then
echo "it is not a regular file" >&2; false
elif [ -e ${FILE} ]; then head -c ${LONGEST + 1} ${FILE}; fi`,
    ),
  ],
  parse([shown]) {
    if (shown?.exitCode !== 0) throw commandError(`read ${FILE}`, shown);
    if (Buffer.byteLength(shown.stdout) > LONGEST) {
      throw new LvsError(
        "parse",
        `cannot read ${FILE}: it is longer than ${LONGEST / 1024 / 1024} MiB, which no journal of pulumi-lvs is; nothing was changed`,
      );
    }
    return shown.stdout === "" ? { journal: {} } : parseFile(shown.stdout);
  },
};

function parseFile(text: string): JournalFile {
  try {
    const [first = "", ...others] = text.split("\n");
    const last = others.pop();
    const { parts } = wholeSchema.parse(JSON.parse(first));
    const patches = others.filter(Boolean).map((line) => patchSchema.parse(JSON.parse(line)));
    const journal = applyPatches(parts, [...patches, ...(last ? completePatches(last) : [])]);
    if (last !== "") return { journal };
    const hasBootFiles = text.endsWith(`\n${MARK}`);
    return { journal, length: Buffer.byteLength(text), ...(hasBootFiles && { hasBootFiles }) };
  } catch (cause) {
    throw new LvsError(
      "parse",
      `cannot read ${FILE}: it is not a journal that this version of pulumi-lvs wrote; nothing was changed. ` +
        "It holds who owns what on this host and what was there before: repair it, or use the version that wrote it",
      { cause },
    );
  }
}

/** Drops a last line without a line end: the host lost its power during the write, or a user edited the file. */
function completePatches(line: string): Patch[] {
  try {
    return [patchSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}

/**
 * Stores a journal on the host atomically, with the mark if the files at boot are those of this journal already. An empty
 * journal removes the file.
 */
export function writeJournal(old: JournalFile, next: Journal, hasBootFiles = false): JournalWrite {
  const patch = patchBetween(old.journal, next);
  if (Object.keys(patch).length === 0) return { file: old };
  const whole = anew(old, next, hasBootFiles);
  const needed = whole.file.length;
  const change = `${lineOf(patch)}${hasBootFiles ? MARK : ""}`;
  const length = (old.length ?? Number.POSITIVE_INFINITY) + Buffer.byteLength(change);
  if (needed === undefined || length > 2 * needed + SLACK) return whole;
  const file = { journal: next, length, ...(hasBootFiles && { hasBootFiles }) };
  return { run: fileCommand(APPEND, old, change), file };
}

/**
 * Adds the mark to a journal that is stored. The mark need not be on the disk: without the mark, the next change writes
 * the files at boot again.
 */
export function markBootFiles(file: JournalFile): JournalWrite {
  if (file.length === undefined) return { file };
  const length = file.length + MARK.length;
  const run = command("sh", "-c", `printf '{}\\n' >>${FILE}`);
  return { run, file: { journal: file.journal, length, hasBootFiles: true } };
}

/** Stores a whole journal where appending a patch has failed. */
export function rewriteJournal(old: JournalFile, next: Journal): JournalWrite {
  return isSameJournal(old.journal, next) ? { file: old } : anew(old, next);
}

function anew(old: JournalFile, next: Journal, hasBootFiles = false): JournalWrite {
  if (Object.keys(next).length === 0)
    return { run: fileCommand(REMOVE, old), file: { journal: {} } };
  const text = `${lineOf({ version: 1, parts: next })}${hasBootFiles ? MARK : ""}`;
  const length = Buffer.byteLength(text);
  const file = { journal: next, length, ...(hasBootFiles && { hasBootFiles }) };
  return { run: fileCommand(REPLACE, old, text), file };
}

function fileCommand(text: string, { length }: JournalFile, stdin?: string): Command {
  const told = command("sh", "-c", text, "sh", String(length ?? ""));
  return stdin === undefined ? told : { ...told, stdin };
}

const lineOf = (value: unknown) => `${JSON.stringify(value)}\n`;

// The file is not read again while the lock is held. `wc` shows its length, because no builtin of a shell does.
const unlessChanged = (text: string) =>
  `if [ "$1" ] && [ "$(wc -c 2>/dev/null <${FILE})" != "$1" ]; then
echo "${FILE} has changed meanwhile" >&2; false
else
${text}
fi`;

// Without sync, a host that loses its power may come back with the old file. busybox may only sync all disks.
const SYNC = `{ sync ${DIRECTORY} 2>/dev/null || sync; }`;

const REMOVE_FILE = `rm -f ${FILE} ${FILE}.new && ${SYNC} && { rmdir ${DIRECTORY} 2>/dev/null || :; }`;

const REMOVE = unlessChanged(REMOVE_FILE);

const REPLACE = unlessChanged(
  `{ [ -d ${DIRECTORY} ] || mkdir -p -m 700 ${DIRECTORY}; } &&
dd of=${FILE}.new bs=64k conv=fsync status=none && mv ${FILE}.new ${FILE} && ${SYNC}`,
);

// A line that was not written, or may not be on the disk, is removed again, and its change is not made.
const APPEND = unlessChanged(
  `dd of=${FILE} oflag=append bs=64k conv=notrunc,fsync status=none || { truncate -s "$1" ${FILE}; false; }`,
);

/** Shell text that keeps the journal in the working directory, and that puts it back from there, to the byte. */
export const journalCopy = {
  save: `{ [ ! -e ${FILE} ] || cp ${FILE} journal; }`,
  restore: `if [ -e journal ]; then
{ [ -d ${DIRECTORY} ] || mkdir -p -m 700 ${DIRECTORY}; } && cp journal ${FILE}.new && mv ${FILE}.new ${FILE} && ${SYNC}
else
${REMOVE_FILE}
fi`,
};
