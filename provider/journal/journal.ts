import { z } from "zod";
import { type Command, command, type Fact } from "../values/command";
import { commandError, LvsError } from "../values/errors";

/** Who claims a part: the resource's URN, and its ID, which tells a replacement from what it replaces. */
export interface Owner {
  readonly urn: string;
  readonly id: string;
}

const entrySchema = z.strictObject({
  /** The value from before anybody of ours came; null when the part was absent. */
  before: z.string().nullable(),
  /** The value that we set. */
  value: z.string(),
  claims: z.array(z.strictObject({ urn: z.string(), id: z.string() })),
});

const journalSchema = z.strictObject({
  version: z.literal(1),
  parts: z.record(z.string(), entrySchema),
});

/** One part of the host that is claimed. */
export type Entry = Readonly<z.infer<typeof entrySchema>>;

/** What a host remembers of us: who claims which part, and what each was before. */
export type Journal = Readonly<Record<string, Entry>>;

const DIRECTORY = "/var/lib/pulumi-lvs";
const FILE = `${DIRECTORY}/journal.json`;

/** The journal of a host; a host without one has an empty one. */
export const journalFact: Fact<Journal> = {
  commands: [command("sh", "-c", `[ ! -e ${FILE} ] || cat ${FILE}`)],
  parse([shown]) {
    if (shown?.exitCode !== 0) throw commandError(`read ${FILE}`, shown);
    return shown.stdout.trim() === "" ? {} : parseJournal(shown.stdout);
  },
};

function parseJournal(text: string): Journal {
  try {
    return journalSchema.parse(JSON.parse(text)).parts;
  } catch (cause) {
    throw new LvsError(
      "parse",
      `cannot read ${FILE}: it is not a journal that this version of pulumi-lvs wrote; nothing was changed. ` +
        "It holds who owns what on this host and what was there before: repair it, or use the version that wrote it",
      { cause },
    );
  }
}

/** The command that keeps a journal on the host: whole or not at all; an empty one leaves no file behind. */
export function writeJournal(journal: Journal): Command {
  if (Object.keys(journal).length === 0) {
    return command(
      "sh",
      "-c",
      `rm -f ${FILE} ${FILE}.new && { [ ! -d ${DIRECTORY} ] || rmdir ${DIRECTORY}; }`,
    );
  }
  const text = JSON.stringify({ version: 1, parts: journal }, undefined, 1);
  const write = `{ [ -d ${DIRECTORY} ] || mkdir -p -m 700 ${DIRECTORY}; } && dd of=${FILE}.new bs=64k conv=fsync status=none && mv ${FILE}.new ${FILE}`;
  return { argv: ["sh", "-c", write], stdin: `${text}\n` };
}

/** The stack of a URN: `urn:pulumi:dev::web`. Resources of one stack do not stand in each other's way. */
export function stackOf(urn: string): string {
  return urn.split("::").slice(0, 2).join("::");
}
