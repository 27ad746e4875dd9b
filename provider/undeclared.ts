import type { Snapshot } from "./host/batch";
import type { Journal, Owner } from "./journal/journal";
import { claimForRemoval, undeclaredServices } from "./journal/undeclared";
import type { HostInputs } from "./kinds/kind";

/**
 * The virtual services that nobody declares on the host of an exclusive resource. Read puts them into the inputs, so that
 * the next preview shows them as removed.
 */
export function undeclaredInputs(
  { exclusive }: HostInputs,
  { facts, journal }: Snapshot,
): Pick<HostInputs, "undeclared"> {
  return exclusive ? { undeclared: undeclaredServices(facts.ipvs, journal) } : {};
}

/** The journal with claims of the undeclared virtual services to remove: those that the state has, which were shown. */
export function withRemovals(
  { exclusive }: HostInputs,
  olds: HostInputs | undefined,
  owner: Owner,
  { facts, journal }: Snapshot,
): Journal {
  const names = exclusive ? Object.keys(olds?.undeclared ?? {}) : [];
  return names.length > 0 ? claimForRemoval({ names, owner }, journal, facts.ipvs) : journal;
}

/** A warning about undeclared virtual services that a change has left, because no preview has shown them yet. */
export function undeclaredWarnings(inputs: HostInputs, after: Snapshot): string[] {
  const [first, ...more] = Object.keys(undeclaredInputs(inputs, after).undeclared ?? {});
  if (first === undefined) return [];
  const others = more.length > 0 ? ` and ${more.length} more` : "";
  return [
    `nobody declares ${first}${others}, and no preview has shown that yet: after pulumi refresh the next preview lists ` +
      "what exclusive removes, and pulumi up removes it",
  ];
}
