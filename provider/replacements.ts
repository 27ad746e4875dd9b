import type { Owner } from "./journal/journal";

/**
 * The resources that this process has created. Pulumi can replace a resource although its identity stays (`pulumi up
 * --replace`, `pulumi state taint`, `replaceOnChanges`): it creates the resource anew and then deletes the original,
 * which has the same parts of the host. That deletion must remove nothing.
 */
const created = new Set<string>();

export function rememberCreation(owner: Owner): void {
  created.add(keyOf(owner));
}

/** Whether a deletion is that of an original, whose replacement this process has created before. */
export function isReplacedInPlace(owner: Owner): boolean {
  return created.has(keyOf(owner));
}

/** Forgets all creations, as a new process does. */
export function forgetCreations(): void {
  created.clear();
}

const keyOf = ({ urn, id }: Owner) => `${urn} ${id}`;
