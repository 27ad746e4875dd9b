import { z } from "zod";
import {
  type Entry,
  entrySchema,
  isSameClaim,
  type Journal,
  type Owner,
  ownerSchema,
} from "./journal";

/** The claims that were added to a part, and those that were removed from it, while other claims stayed. */
const movesSchema = z.strictObject({
  claimed: z.array(ownerSchema),
  released: z.array(ownerSchema),
});

type Moves = Readonly<z.infer<typeof movesSchema>>;

/** The changed entries of a journal by key: null for a removed entry, a whole entry, or added and removed claims. */
export const patchSchema = z.record(z.string(), z.union([z.null(), entrySchema, movesSchema]));

export type Patch = Readonly<z.infer<typeof patchSchema>>;

/** The patch from one journal to the next. It contains the changed claims only, however many a part has. */
export function patchBetween(old: Journal, next: Journal): Patch {
  const gone = Object.keys(old).filter((key) => !(key in next));
  const changed = Object.entries(next).filter(([key, entry]) => !isSame(old[key], entry));
  return Object.fromEntries([
    ...gone.map((key) => [key, null] as const),
    ...changed.map(([key, entry]) => [key, movesBetween(old[key], entry) ?? entry] as const),
  ]);
}

/** Whether two journals have equal entries. */
export function isSameJournal(one: Journal, other: Journal): boolean {
  return Object.keys(patchBetween(one, other)).length === 0;
}

/** Applies patches to a journal in order. Throws when a patch was made from a different journal. */
export function patched(journal: Journal, patches: readonly Patch[]): Journal {
  const entries = new Map(Object.entries(journal).map(([key, entry]) => [key, indexClaims(entry)]));
  for (const [key, change] of patches.flatMap((patch) => Object.entries(patch))) {
    if (change === null) entries.delete(key);
    else if ("value" in change) entries.set(key, indexClaims(change));
    else move(entries.get(key), change);
  }
  const closed = [...entries].map(([key, { claims, ...entry }]): [string, Entry] => {
    return [key, { ...entry, claims: [...claims.values()] }];
  });
  return Object.fromEntries(closed);
}

/** Indexes the claims of an entry by their text: a module can have a claim of each of ten thousand services. */
function indexClaims({ before, value, claims }: Entry) {
  return { before, value, claims: new Map(claims.map((owner) => [text(owner), owner])) };
}

function move(
  entry: ReturnType<typeof indexClaims> | undefined,
  { claimed, released }: Moves,
): void {
  if (!entry) throw new Error("claims of a part that is not there");
  for (const owner of released) entry.claims.delete(text(owner));
  for (const owner of claimed) entry.claims.set(text(owner), owner);
}

function movesBetween(old: Entry | undefined, next: Entry): Moves | undefined {
  if (!old) return undefined;
  const claimed = ownersMissingFrom(next.claims, old.claims);
  const released = ownersMissingFrom(old.claims, next.claims);
  const stay = ownersMissingFrom(old.claims, released);
  return isSame({ ...old, claims: [...stay, ...claimed] }, next)
    ? { claimed, released }
    : undefined;
}

/** The owners that a second list lacks. Equal objects are dropped first, since most of ten thousand claims are. */
function ownersMissingFrom(owners: readonly Owner[], others: readonly Owner[]): Owner[] {
  const known = new Set(objectsMissingFrom(others, owners).map(text));
  return objectsMissingFrom(owners, others).filter((owner) => !known.has(text(owner)));
}

function objectsMissingFrom(owners: readonly Owner[], others: readonly Owner[]): Owner[] {
  const known = new Set(others);
  return owners.filter((owner) => !known.has(owner));
}

function isSame(one: Entry | undefined, other: Entry): boolean {
  if (one === other) return true;
  if (one?.before !== other.before || one.value !== other.value) return false;
  const isThere = (owner: Owner, at: number) => {
    const there = one.claims[at];
    return there === owner || (there !== undefined && isSameClaim(there, owner));
  };
  return one.claims.length === other.claims.length && other.claims.every(isThere);
}

const text = (owner: Owner) => JSON.stringify(owner);
