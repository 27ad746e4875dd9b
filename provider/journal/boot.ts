import { partTypes } from "../registry/partTypes";
import type { BootChanges } from "../system/bootCommand";
import type { BootFiles } from "../system/bootFact";
import { isSetUp } from "../system/bootFact";
import { bootFileName, commandsText } from "../system/bootFile";
import { PARTS_DIRECTORY } from "../system/paths";
import { type Entry, isClaimedBy, isSameOwner, type Journal, type Owner } from "./journal";
import { type Named, namedBy, parseKey } from "./key";

/** The name and the text of the file that makes a claimed part again. */
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

/** Whether a part survives: somebody who claims it wants it to. */
function survives(entry: Entry | undefined): entry is Entry {
  return entry?.claims.some(({ persists }) => persists) ?? false;
}

/** The surviving parts that this version knows. */
function survivors(journal: Journal): [string, Entry, Named][] {
  return Object.entries(journal).flatMap(([key, entry]): [string, Entry, Named][] => {
    const part = survives(entry) ? namedBy(key) : undefined;
    return part ? [[key, entry, part]] : [];
  });
}

/**
 * What becomes of the files of a host when its journal does. All files of parts that these owners claim are written,
 * without a look at what is there: a change that was cut off, or somebody else, may have left another text.
 */
export function bootChanges(
  before: Journal,
  after: Journal,
  owners: readonly Owner[],
  repairs: boolean,
): BootChanges {
  const names = new Set(owners.map(nameOf));
  const write = new Map<string, string>();
  for (const [key, entry] of survivors(after)) {
    const old = before[key];
    const isAsBefore = survives(old) && old.value === entry.value;
    if (isAsBefore && !entry.claims.some((one) => names.has(nameOf(one)))) continue;
    const { name, text } = bootFile(key, entry);
    write.set(name, text);
  }
  const gone = survivors(before).filter(([key]) => !survives(after[key]));
  const remove = gone.map(([, , part]) => bootFileName(part));
  return { write, remove, isNeeded: Object.values(after).some(survives), repairs };
}

/** Whether all that an owner claims survives, as the files on the host say. */
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
