import { z } from "zod";
import { type Command, command, type Fact } from "../values/command";
import { commandError, LvsError } from "../values/errors";
import { entrySchema, type Journal } from "./journal";
import { type Patch, patchBetween, patched, patchSchema } from "./patch";

/** The journal as the file on the host has it. */
export interface Written {
  readonly journal: Journal;
  /** How long the file is, in bytes; undefined when nothing can be added to it. */
  readonly length?: number;
}

/** How the file comes to say something else, and how it is then. */
interface Writing {
  /** Undefined when it says so already. */
  readonly run?: Command;
  readonly written: Written;
}

const DIRECTORY = "/var/lib/pulumi-lvs";
const FILE = `${DIRECTORY}/journal.jsonl`;

/** The file is written anew when it would be longer than twice what it says, and this. */
const SLACK = 16_384;

/** The first line: a whole journal. What has changed since follows, a line for each change. */
const wholeSchema = z.strictObject({
  version: z.literal(1),
  parts: z.record(z.string(), entrySchema),
});

/** The journal of a host; a host without one has an empty one. */
export const journalFact: Fact<Written> = {
  commands: [command("sh", "-c", `[ ! -e ${FILE} ] || cat ${FILE}`)],
  parse([shown]) {
    if (shown?.exitCode !== 0) throw commandError(`read ${FILE}`, shown);
    return shown.stdout === "" ? { journal: {} } : parseFile(shown.stdout);
  },
};

function parseFile(text: string): Written {
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
export function writeJournal(old: Written, next: Journal): Writing {
  const patch = patchBetween(old.journal, next);
  if (Object.keys(patch).length === 0) return { written: old };
  if (Object.keys(next).length === 0) return { run: REMOVE, written: { journal: next } };
  const [change, whole] = [lineOf(patch), lineOf({ version: 1, parts: next })];
  const needed = Buffer.byteLength(whole);
  const length = (old.length ?? Number.POSITIVE_INFINITY) + Buffer.byteLength(change);
  if (length > 2 * needed + SLACK)
    return { run: { ...REPLACE, stdin: whole }, written: { journal: next, length: needed } };
  const append = command("sh", "-c", APPEND, "sh", String(old.length));
  return { run: { ...append, stdin: change }, written: { journal: next, length } };
}

const lineOf = (value: unknown) => `${JSON.stringify(value)}\n`;

const REMOVE = command(
  "sh",
  "-c",
  `rm -f ${FILE} ${FILE}.new && { rmdir ${DIRECTORY} 2>/dev/null || :; }`,
);

const REPLACE = command(
  "sh",
  "-c",
  `{ [ -d ${DIRECTORY} ] || mkdir -p -m 700 ${DIRECTORY}; } && dd of=${FILE}.new bs=64k conv=fsync status=none && mv ${FILE}.new ${FILE}`,
);

// A line that could not be written, or may not be on the disk, is taken back: its change is not carried out.
const APPEND = `if [ -s ${FILE} ]; then
dd of=${FILE} oflag=append bs=64k conv=notrunc,fsync status=none || { truncate -s "$1" ${FILE}; false; }
else echo "${FILE} is not there any more" >&2; false; fi`;
