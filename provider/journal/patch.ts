import { z } from "zod";
import {
  type Entry,
  entrySchema,
  isSameClaim,
  type Journal,
  type Owner,
  ownerSchema,
} from "./journal";

/** The added and the removed claims of a part whose other claims stay. */
const claimChangesSchema = z.strictObject({
  claimed: z.array(ownerSchema),
  released: z.array(ownerSchema),
});

type ClaimChanges = Readonly<z.infer<typeof claimChangesSchema>>;

/** The changed entries of a journal by key: null for a removed entry, a whole entry, or added and removed claims. */
export const patchSchema = z.record(
  z.string(),
  z.union([z.null(), entrySchema, claimChangesSchema]),
);

export type Patch = Readonly<z.infer<typeof patchSchema>>;

/** The patch from an old journal to the next one. The patch contains only the changed claims of a part. */
export function patchBetween(old: Journal, next: Journal): Patch {
  const gone = Object.keys(old).filter((key) => !(key in next));
  const changed = Object.entries(next).filter(([key, entry]) => !isSame(old[key], entry));
  return Object.fromEntries([
    ...gone.map((key) => [key, null] as const),
    ...changed.map(([key, entry]) => [key, claimChanges(old[key], entry) ?? entry] as const),
  ]);
}

/** Whether two journals have equal entries. */
export function isSameJournal(one: Journal, other: Journal): boolean {
  return Object.keys(patchBetween(one, other)).length === 0;
}

/** Applies patches to a journal in order. Throws when a patch was made from a different journal. */
export function applyPatches(journal: Journal, patches: readonly Patch[]): Journal {
  const entries = new Map(Object.entries(journal).map(([key, entry]) => [key, indexClaims(entry)]));
  for (const [key, change] of patches.flatMap((patch) => Object.entries(patch))) {
    if (change === null) entries.delete(key);
    else if ("value" in change) entries.set(key, indexClaims(change));
    else changeClaims(entries.get(key), change);
  }
  const listed = [...entries].map(([key, { claims, ...entry }]): [string, Entry] => {
    return [key, { ...entry, claims: [...claims.values()] }];
  });
  return Object.fromEntries(listed);
}

/** Indexes the claims of an entry by their text, because a module can have ten thousand claims. */
function indexClaims({ before, value, claims }: Entry) {
  return { before, value, claims: new Map(claims.map((owner) => [text(owner), owner])) };
}

function changeClaims(
  entry: ReturnType<typeof indexClaims> | undefined,
  { claimed, released }: ClaimChanges,
): void {
  if (!entry) throw new Error("claims of a part that is not there");
  for (const owner of released) entry.claims.delete(text(owner));
  for (const owner of claimed) entry.claims.set(text(owner), owner);
}

/** The changed claims between two entries; undefined when something else than the claims differs. */
function claimChanges(old: Entry | undefined, next: Entry): ClaimChanges | undefined {
  if (!old) return undefined;
  const claimed = ownersMissingFrom(next.claims, old.claims);
  const released = ownersMissingFrom(old.claims, next.claims);
  const stay = ownersMissingFrom(old.claims, released);
  return isSame({ ...old, claims: [...stay, ...claimed] }, next)
    ? { claimed, released }
    : undefined;
}

/** The owners that a second list lacks. Identical objects are dropped first, because most claims are identical. */
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
