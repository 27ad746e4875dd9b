import { partTypes } from "../registry/partTypes";
import type { BootChanges } from "../system/bootCommand";
import type { BootFiles } from "../system/bootFact";
import { isSetUp } from "../system/bootFact";
import { bootFileName, commandsText } from "../system/bootFile";
import { PARTS_DIRECTORY } from "../system/paths";
import { type Entry, isClaimedBy, isSameOwner, type Journal, type Owner } from "./journal";
import { type Named, namedBy, parseKey } from "./key";

/** The boot file of a claimed part: its name and its text, which makes the part again. */
export function bootFile(key: string, { value }: Entry): { name: string; text: string } {
  const { type, id } = parseKey(key);
  const { set, boot } = partTypes[type];
  const { conditions = [], afterwards = [] } = boot?.(id, value) ?? {};
  const steps = set(id, value, undefined);
  const lines = steps.flatMap((step) => step.lines ?? []);
  const text =
    lines.length > 0
      ? lines.map((line) => `${line}\n`).join("")
      : commandsText(
          steps.map(({ run }) => run),
          conditions,
          afterwards,
        );
  return { name: bootFileName({ type, id }), text: `# ${key}\n${text}` };
}

/** Whether a part is made again at boot, which a single claim with `persist` is enough for. */
function hasPersistentClaim(entry: Entry | undefined): entry is Entry {
  return entry?.claims.some(({ persists }) => persists) ?? false;
}

/** The entries of the parts that are made again at boot, without the types that this version does not know. */
function persistentEntries(journal: Journal): [string, Entry, Named][] {
  return Object.entries(journal).flatMap(([key, entry]): [string, Entry, Named][] => {
    const part = hasPersistentClaim(entry) ? namedBy(key) : undefined;
    return part ? [[key, entry, part]] : [];
  });
}

/**
 * The boot files that a new journal adds, changes and removes. The files of all parts that these owners claim are
 * written without reading the existing files: an interrupted change or another program may have left a different text.
 */
export function bootChanges(
  before: Journal,
  after: Journal,
  owners: readonly Owner[],
  repairs: boolean,
): BootChanges {
  const names = new Set(owners.map(nameOf));
  const write = new Map<string, string>();
  for (const [key, entry] of persistentEntries(after)) {
    const old = before[key];
    const isAsBefore = hasPersistentClaim(old) && old.value === entry.value;
    if (isAsBefore && !entry.claims.some((one) => names.has(nameOf(one)))) continue;
    const { name, text } = bootFile(key, entry);
    write.set(name, text);
  }
  const gone = persistentEntries(before).filter(([key]) => !hasPersistentClaim(after[key]));
  const remove = gone.map(([, , part]) => bootFileName(part));
  return { write, remove, isNeeded: Object.values(after).some(hasPersistentClaim), repairs };
}

/** Whether the files on the host make every part again that an owner claims. */
export function isPersistent(owner: Owner, journal: Journal, files: BootFiles): boolean {
  const held = Object.entries(journal).filter(([, entry]) => isClaimedBy(entry, owner));
  if (held.length === 0 || !isSetUp(files)) return false;
  return held.every(([key, entry]) => {
    const claim = entry.claims.find((one) => isSameOwner(one, owner));
    const { name, text } = bootFile(key, entry);
    return claim?.persists && files.get(`${PARTS_DIRECTORY}/${name}`) === text;
  });
}

const nameOf = ({ urn, id }: Owner) => `${urn} ${id}`;
