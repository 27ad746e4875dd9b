import { partTypes } from "../registry/partTypes";
import type { BootChanges } from "../system/bootCommand";
import type { BootFiles } from "../system/bootFact";
import { isSetUp } from "../system/bootFact";
import { bootFileName, commandsText } from "../system/bootFile";
import { PARTS_DIRECTORY } from "../system/paths";
import type { JournalFile } from "./file";
import { type Entry, isClaimedBy, isSameOwner, type Journal, type Owner } from "./journal";
import { namedBy, parseKey } from "./key";

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
function persistentEntries(journal: Journal): [string, Entry][] {
  const entries = Object.entries(journal);
  return entries.filter(([key, entry]) => hasPersistentClaim(entry) && namedBy(key));
}

/**
 * The boot files that a new journal adds, changes and removes. All files are written after a change that was interrupted
 * before its files. Those of `repaired` owners are written too: a refresh has found that they are not as they should be.
 */
export function bootChanges(
  { journal: before, hasBootFiles = Object.keys(before).length === 0 }: JournalFile,
  after: Journal,
  repaired: readonly Owner[],
): BootChanges {
  const names = new Set(repaired.map(nameOf));
  const write = new Map<string, string>();
  for (const [key, entry] of persistentEntries(after)) {
    const old = before[key];
    const isAsBefore = hasBootFiles && hasPersistentClaim(old) && old.value === entry.value;
    if (isAsBefore && !entry.claims.some((one) => names.has(nameOf(one)))) continue;
    const { name, text } = bootFile(key, entry);
    write.set(name, text);
  }
  const isNeeded = Object.values(after).some(hasPersistentClaim);
  // Where a change was interrupted, a part that was not to survive any more may still have its file.
  const mayHaveFile = (key: string) => hasPersistentClaim(before[key]) || !hasBootFiles;
  const gone = Object.keys({ ...before, ...after }).filter(
    (key) => mayHaveFile(key) && !hasPersistentClaim(after[key]),
  );
  const remove = gone.flatMap((key) => namedBy(key) ?? []).map(bootFileName);
  return { write, remove, isNeeded, repairs: repaired.length > 0 };
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
