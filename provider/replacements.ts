import type { Owner } from "./journal/journal";

/**
 * The resources that stay on their hosts in this run: those that this process has created, and those that the program
 * declares with an identity that is in the state. Pulumi can replace a resource although its identity stays (`pulumi up
 * --replace`, `pulumi state taint`, `replaceOnChanges`): it creates the resource anew and then deletes the original,
 * which has the same parts of the host, or the next run does when that one was cut off. That deletion must remove nothing.
 */
const staying = new Set<string>();

export function rememberCreation(owner: Owner): void {
  staying.add(keyOf(owner));
}

/** Remembers what a diff has found of a resource in the state: that it stays, or that another one takes its place. */
export function rememberDiff(owner: Owner, replaces: readonly string[]): void {
  if (replaces.length === 0) staying.add(keyOf(owner));
  else staying.delete(keyOf(owner));
}

/** Whether a deletion is that of an original, whose replacement has the same parts of the host. */
export function isReplacedInPlace(owner: Owner): boolean {
  return staying.has(keyOf(owner));
}

/** Forgets everything, as a new process does. */
export function forgetCreations(): void {
  staying.clear();
}

const keyOf = ({ urn, id }: Owner) => `${urn} ${id}`;
