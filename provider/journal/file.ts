import { z } from "zod";
import { type Command, command } from "../values/command";
import { commandError, LvsError } from "../values/errors";
import type { Fact } from "../values/fact";
import { entrySchema, type Journal } from "./journal";
import { isSameJournal, type Patch, patchBetween, patched, patchSchema } from "./patch";

/** The journal as the file on the host has it. */
export interface JournalFile {
  readonly journal: Journal;
  /** How long the file is, in bytes; undefined when it is not there, or nothing can be added to it. */
  readonly length?: number;
}

/** How the file comes to say something else, and how it is then. */
interface JournalWrite {
  /** Undefined when it says so already. */
  readonly run?: Command;
  readonly file: JournalFile;
}

const DIRECTORY = "/var/lib/pulumi-lvs";
const FILE = `${DIRECTORY}/journal.jsonl`;

/** The file is written anew when it would be longer than twice what it says, and this. */
const SLACK = 16_384;

/** The longest journal that is read, in bytes: 10,000 real servers need 7 MB, and the file is written anew at twice that. */
const LONGEST = 32 * 1024 * 1024;

/** The first line: a whole journal. What has changed since follows, a line for each change. */
const wholeSchema = z.strictObject({
  version: z.literal(1),
  parts: z.record(z.string(), entrySchema),
});

/** The journal of a host; a host without one has an empty one. */
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
    const journal = patched(parts, [...patches, ...(last ? whatIsWhole(last) : [])]);
    return last === "" ? { journal, length: Buffer.byteLength(text) } : { journal };
  } catch (cause) {
    throw new LvsError(
      "parse",
      `cannot read ${FILE}: it is not a journal that this version of pulumi-lvs wrote; nothing was changed. ` +
        "It holds who owns what on this host and what was there before: repair it, or use the version that wrote it",
      { cause },
    );
  }
}

/** A last line without an end was cut off when the host lost its power; or somebody has edited the file. */
function whatIsWhole(line: string): Patch[] {
  try {
    return [patchSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}

/** Keeps a journal on the host: all of a change or nothing of it. An empty journal leaves no file behind. */
export function writeJournal(old: JournalFile, next: Journal): JournalWrite {
  const patch = patchBetween(old.journal, next);
  if (Object.keys(patch).length === 0) return { file: old };
  const whole = anew(old, next);
  const needed = whole.file.length;
  const change = lineOf(patch);
  const length = (old.length ?? Number.POSITIVE_INFINITY) + Buffer.byteLength(change);
  if (needed === undefined || length > 2 * needed + SLACK) return whole;
  return { run: telling(APPEND, old, change), file: { journal: next, length } };
}

/** The same for a file to which a change could not be added. */
export function rewriteJournal(old: JournalFile, next: Journal): JournalWrite {
  return isSameJournal(old.journal, next) ? { file: old } : anew(old, next);
}

function anew(old: JournalFile, next: Journal): JournalWrite {
  if (Object.keys(next).length === 0) return { run: telling(REMOVE, old), file: { journal: {} } };
  const text = lineOf({ version: 1, parts: next });
  const written = { journal: next, length: Buffer.byteLength(text) };
  return { run: telling(REPLACE, old, text), file: written };
}

function telling(text: string, { length }: JournalFile, stdin?: string): Command {
  const told = command("sh", "-c", text, "sh", String(length ?? ""));
  return stdin === undefined ? told : { ...told, stdin };
}

const lineOf = (value: unknown) => `${JSON.stringify(value)}\n`;

// While the lock is kept the file is not read again. A program shows its length: no builtin of a shell does.
const unlessChanged = (text: string) =>
  `if [ "$1" ] && [ "$(wc -c 2>/dev/null <${FILE})" != "$1" ]; then
echo "${FILE} has changed meanwhile" >&2; false
else
${text}
fi`;

// Without it a host that loses its power may have the old file again. busybox can have a sync for all disks only.
const SYNC = `{ sync ${DIRECTORY} 2>/dev/null || sync; }`;

const REMOVE = unlessChanged(
  `rm -f ${FILE} ${FILE}.new && ${SYNC} && { rmdir ${DIRECTORY} 2>/dev/null || :; }`,
);

const REPLACE = unlessChanged(
  `{ [ -d ${DIRECTORY} ] || mkdir -p -m 700 ${DIRECTORY}; } &&
dd of=${FILE}.new bs=64k conv=fsync status=none && mv ${FILE}.new ${FILE} && ${SYNC}`,
);

// A line that could not be written, or may not be on the disk, is taken back: its change is not carried out.
const APPEND = unlessChanged(
  `dd of=${FILE} oflag=append bs=64k conv=notrunc,fsync status=none || { truncate -s "$1" ${FILE}; false; }`,
);
