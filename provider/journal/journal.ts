import { z } from "zod";

export const ownerSchema = z.strictObject({
  urn: z.string(),
  id: z.string(),
  persists: z.literal(true).optional(),
});

/**
 * The owner of a claim: the URN of a resource, its ID, which distinguishes a replacement from the resource that it
 * replaces, and whether the part is made again after a boot.
 */
export type Owner = Readonly<z.infer<typeof ownerSchema>>;

export const entrySchema = z.strictObject({
  /** The value before the first claim, which the last release restores; null when the part was absent. */
  before: z.string().nullable(),
  /** The value that we set. */
  value: z.string(),
  claims: z.array(ownerSchema),
});

/** The entry of one claimed part of the host. */
export type Entry = Readonly<z.infer<typeof entrySchema>>;

/** The record that a host keeps of our changes: the claims of each part, and its value before the first claim. */
export type Journal = Readonly<Record<string, Entry>>;

/** The stack of a URN: `urn:pulumi:dev::web`. Resources of one stack may claim the same part. */
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

/** Whether two claims of a part are equal in every field. */
export function isSameClaim(a: Owner, b: Owner): boolean {
  return isSameOwner(a, b) && a.persists === b.persists;
}

export function isClaimedBy(entry: Entry, owner: Owner): boolean {
  return entry.claims.some((one) => isSameOwner(one, owner));
}

/** The claims of an entry that belong to other owners. */
export function othersOf(entry: Entry | undefined, owner: Owner): Owner[] {
  return (entry?.claims ?? []).filter((one) => !isSameOwner(one, owner));
}
