import { partTypes } from "../parts";
import type { Step } from "../values/command";
import { LvsError } from "../values/errors";
import type { Facts } from "../values/facts";
import { PART_ORDER, type Part, type PartName, type PartType, partKey } from "../values/part";
import { type Entry, type Journal, type Owner, stackOf } from "./journal";

/** Steps to run, and the journal as it has to be: before them when claiming, after them when releasing. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly journal: Journal;
}

/**
 * Claims parts for an owner and brings them to their values. What was there is remembered at the first claim.
 * Throws a conflict for a part of another stack, and for something unlike ours unless `adopt` is set.
 */
export function planClaims(
  parts: readonly Part[],
  owner: Owner,
  journal: Journal,
  facts: Facts,
  adopt: boolean,
): Plan {
  const next: Record<string, Entry> = { ...journal };
  const steps = inOrder(parts).flatMap((part) => {
    const type = partTypes[part.type];
    const live = type.read(facts, part.id);
    next[partKey(part)] = claim(part, owner, next[partKey(part)], live, adopt);
    return holds(type, part.value, live) ? [] : type.set(part.id, part.value, live);
  });
  return { steps, journal: next };
}

function claim(
  part: Part,
  owner: Owner,
  entry: Entry | undefined,
  live: string | undefined,
  adopt: boolean,
): Entry {
  if (!entry) {
    if (!adopt) refuseUnlike(part, live);
    return { before: live ?? null, value: part.value, claims: [owner] };
  }
  refuseForeign(part, owner, entry);
  const others = entry.claims.filter((one) => one.urn !== owner.urn || one.id !== owner.id);
  return { ...entry, value: part.value, claims: [...others, owner] };
}

function refuseUnlike(part: Part, live: string | undefined): void {
  const type = partTypes[part.type];
  if (live === undefined || type.takesOver || holds(type, part.value, live)) return;
  throw new LvsError(
    "conflict",
    `${partKey(part)} is there already, and unlike what is declared; nothing was changed.\n` +
      `  there:    ${live.replaceAll("\n", "\n            ")}\n` +
      `  declared: ${part.value.replaceAll("\n", "\n            ")}\n` +
      "Remove it by hand, or set adopt: true to take it over (destroy then puts it back)",
  );
}

function refuseForeign(part: Part, owner: Owner, entry: Entry): void {
  const foreign = entry.claims.find((one) => stackOf(one.urn) !== stackOf(owner.urn));
  if (!foreign || (part.shared && entry.value === part.value)) return;
  const why = part.shared
    ? `needs it to be ${entry.value}, and here it is ${part.value}`
    : "owns it";
  throw new LvsError(
    "conflict",
    `${partKey(part)} belongs to another stack: ${foreign.urn} ${why}; nothing was changed. ` +
      "Declare it in one of the two stacks only",
  );
}

/**
 * Releases what an owner holds and no longer wants. The last one that leaves puts back what was there before; a
 * setting that somebody else has changed since is left as it is.
 */
export function planReleases(
  wanted: readonly Part[],
  owner: Owner,
  journal: Journal,
  facts: Facts,
): Plan {
  const next: Record<string, Entry> = { ...journal };
  const keep = new Set(wanted.map(partKey));
  const held = Object.entries(journal)
    .filter(([key, entry]) => !keep.has(key) && entry.claims.some((one) => isSame(one, owner)))
    .map(([key]) => parseKey(key));
  const steps = inOrder(held)
    .reverse()
    .flatMap((part) => {
      const key = partKey(part);
      const entry = next[key] as Entry;
      const claims = entry.claims.filter((one) => !isSame(one, owner));
      if (claims.length > 0) {
        next[key] = { ...entry, claims };
        return [];
      }
      delete next[key];
      return restore(part, entry, facts);
    });
  return { steps, journal: next };
}

function restore(part: { type: PartName; id: string }, entry: Entry, facts: Facts): Step[] {
  const type = partTypes[part.type];
  const live = type.read(facts, part.id);
  if (entry.before === null) return live === undefined ? [] : type.unset(part.id, live);
  const isOurs = live !== undefined && holds(type, entry.value, live);
  if (live === entry.before || (type.takesOver && !isOurs)) return [];
  return type.set(part.id, entry.before, live);
}

/**
 * Forgets claims of the owner's stack on parts that are gone: a virtual service that was deleted by hand, and that a
 * refresh has taken out of the stack's state.
 */
export function sweep(owner: Owner, journal: Journal, facts: Facts): Journal {
  const isStale = ([key, entry]: [string, Entry]) => {
    const part = parseKey(key);
    return (
      ["address", "virtualService", "realServer"].includes(part.type) &&
      entry.before === null &&
      entry.claims.every((one) => stackOf(one.urn) === stackOf(owner.urn)) &&
      partTypes[part.type].read(facts, part.id) === undefined
    );
  };
  return Object.fromEntries(Object.entries(journal).filter((entry) => !isStale(entry)));
}

/** Whether an owner has claims on a host. */
export function hasClaims(owner: Owner, journal: Journal): boolean {
  return Object.values(journal).some((entry) => entry.claims.some((one) => isSame(one, owner)));
}

function isSame(a: Owner, b: Owner): boolean {
  return a.urn === b.urn && a.id === b.id;
}

function holds(type: PartType, value: string, live: string | undefined): boolean {
  return type.holds ? type.holds(value, live) : value === live;
}

function parseKey(key: string): { type: PartName; id: string } {
  const [type = "", ...id] = key.split(" ");
  if (!PART_ORDER.includes(type as PartName)) {
    throw new LvsError("parse", `the journal has a part that this version does not know: ${key}`);
  }
  return { type: type as PartName, id: id.join(" ") };
}

function inOrder<T extends { type: PartName }>(parts: readonly T[]): T[] {
  return [...parts].sort((a, b) => PART_ORDER.indexOf(a.type) - PART_ORDER.indexOf(b.type));
}
