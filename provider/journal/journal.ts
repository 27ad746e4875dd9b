import { z } from "zod";

export const ownerSchema = z.strictObject({
  urn: z.string(),
  id: z.string(),
  persists: z.literal(true).optional(),
});

/**
 * Who claims a part: the resource's URN, and its ID, which tells a replacement from what it replaces; and whether the
 * part is to be made again when the host has lost it.
 */
export type Owner = Readonly<z.infer<typeof ownerSchema>>;

export const entrySchema = z.strictObject({
  /** The value from before anybody of ours came; null when the part was absent. */
  before: z.string().nullable(),
  /** The value that we set. */
  value: z.string(),
  claims: z.array(ownerSchema),
});

/** One part of the host that is claimed. */
export type Entry = Readonly<z.infer<typeof entrySchema>>;

/** What a host remembers of us: who claims which part, and what each was before. */
export type Journal = Readonly<Record<string, Entry>>;

/** The stack of a URN: `urn:pulumi:dev::web`. Resources of one stack do not stand in each other's way. */
export function stackOf(urn: string): string {
  return urn.split("::").slice(0, 2).join("::");
}

/** The host of an owner, as its resource names it. */
export function hostOf(owner: Owner): string {
  return owner.id.split(" ")[0] ?? "";
}

export function isSameOwner(a: Owner, b: Owner): boolean {
  return a.urn === b.urn && a.id === b.id;
}

/** Whether two claims of a part are one and the same. */
export function isSameClaim(a: Owner, b: Owner): boolean {
  return isSameOwner(a, b) && a.persists === b.persists;
}

export function isClaimedBy(entry: Entry, owner: Owner): boolean {
  return entry.claims.some((one) => isSameOwner(one, owner));
}

/** The claims of an entry without those of an owner. */
export function othersOf(entry: Entry | undefined, owner: Owner): Owner[] {
  return (entry?.claims ?? []).filter((one) => !isSameOwner(one, owner));
}
