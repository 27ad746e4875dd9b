import { z } from "zod";
import {
  type Entry,
  entrySchema,
  isSameClaim,
  type Journal,
  type Owner,
  ownerSchema,
} from "./journal";

/** Who has come to a part that others claim too, and who has left it. */
const movesSchema = z.strictObject({
  claimed: z.array(ownerSchema),
  released: z.array(ownerSchema),
});

type Moves = Readonly<z.infer<typeof movesSchema>>;

/** What has become of parts: gone, another entry, or the same one with other claims. */
export const patchSchema = z.record(z.string(), z.union([z.null(), entrySchema, movesSchema]));

export type Patch = Readonly<z.infer<typeof patchSchema>>;

/** What makes one journal of another: no longer than what has changed, however many claim the same part. */
export function patchBetween(old: Journal, next: Journal): Patch {
  const gone = Object.keys(old).filter((key) => !(key in next));
  const changed = Object.entries(next).filter(([key, entry]) => !isSame(old[key], entry));
  return Object.fromEntries([
    ...gone.map((key) => [key, null] as const),
    ...changed.map(([key, entry]) => [key, movesBetween(old[key], entry) ?? entry] as const),
  ]);
}

/** Whether two journals say the same. */
export function isSameJournal(one: Journal, other: Journal): boolean {
  return Object.keys(patchBetween(one, other)).length === 0;
}

/** A journal with patches, one after another. Throws for patches of another one. */
export function patched(journal: Journal, patches: readonly Patch[]): Journal {
  const entries = new Map(Object.entries(journal).map(([key, entry]) => [key, opened(entry)]));
  for (const [key, change] of patches.flatMap((patch) => Object.entries(patch))) {
    if (change === null) entries.delete(key);
    else if ("value" in change) entries.set(key, opened(change));
    else move(entries.get(key), change);
  }
  const closed = [...entries].map(([key, { claims, ...entry }]): [string, Entry] => {
    return [key, { ...entry, claims: [...claims.values()] }];
  });
  return Object.fromEntries(closed);
}

/** An entry whose claims are found by their text: a module can have a claim of each of ten thousand services. */
function opened({ before, value, claims }: Entry) {
  return { before, value, claims: new Map(claims.map((owner) => [text(owner), owner])) };
}

function move(entry: ReturnType<typeof opened> | undefined, { claimed, released }: Moves): void {
  if (!entry) throw new Error("claims of a part that is not there");
  for (const owner of released) entry.claims.delete(text(owner));
  for (const owner of claimed) entry.claims.set(text(owner), owner);
}

function movesBetween(old: Entry | undefined, next: Entry): Moves | undefined {
  if (!old) return undefined;
  const claimed = without(next.claims, old.claims);
  const released = without(old.claims, next.claims);
  const stay = without(old.claims, released);
  return isSame({ ...old, claims: [...stay, ...claimed] }, next)
    ? { claimed, released }
    : undefined;
}

/** Those whom others lack. Of ten thousand claims most are the same objects, whose texts are not needed. */
function without(owners: readonly Owner[], others: readonly Owner[]): Owner[] {
  const known = new Set(lacking(others, owners).map(text));
  return lacking(owners, others).filter((owner) => !known.has(text(owner)));
}

function lacking(owners: readonly Owner[], others: readonly Owner[]): Owner[] {
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
