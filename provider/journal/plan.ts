import type { Facts } from "../registry/facts";
import { type AnyPartType, partTypes, readPart } from "../registry/partTypes";
import { LvsError } from "../values/errors";
import { inOrder, type Part, partKey } from "../values/part";
import type { Step } from "../values/step";
import {
  type Entry,
  hostOf,
  isClaimedBy,
  isSameClaim,
  isSameOwner,
  type Journal,
  type Owner,
  othersOf,
  stackOf,
} from "./journal";

/** The steps to run, and the journal to store: before the steps of claims, after the steps of releases. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly journal: Journal;
}

/**
 * Claims parts for an owner and brings them to their values. The first claim stores the value from before.
 * Throws a `conflict` error for a part of another stack, for a part of a resource that names this host differently, and,
 * unless `adopt` is set, for a live value that differs from the declared value.
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
    const live = readPart(part, facts);
    const key = partKey(part);
    const entry = next[key];
    if (entry) refuseOthers(part, owner, entry);
    else if (!adopt) refuseUnlike(part, live);
    const before = entry ? entry.before : valueBeforeClaim(part, live, next, facts);
    next[key] = { before, value: part.value, claims: claimsWith(entry, owner) };
    return holds(type, part.value, live) ? [] : type.set(part.id, part.value, live);
  });
  return { steps, journal: next };
}

/** The claims of an entry with the claim of an owner added or replaced. */
function claimsWith(entry: Entry | undefined, owner: Owner): Owner[] {
  if (entry?.claims.some((one) => isSameClaim(one, owner))) return entry.claims;
  return [...othersOf(entry, owner), owner];
}

/** The value to restore. A part in a container that we claim has only the value that the container had before. */
function valueBeforeClaim(
  part: Part,
  live: string | undefined,
  journal: Journal,
  facts: Facts,
): string | null {
  const type = partTypes[part.type];
  const around = type.container?.(part.id);
  const outer = around && journal[around.key];
  if (outer) return (outer.before !== null && around.valueIn(outer.before)) || null;
  if (live === undefined) return null;
  return type.valueToRestore?.(part, live, facts[type.fact]) ?? live;
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

function refuseOthers(part: Part, owner: Owner, entry: Entry): void {
  refuseForeign(part, owner, entry);
  if (!part.shared) refuseOtherName(part, owner, entry);
}

function refuseForeign(part: Part, owner: Owner, entry: Entry): void {
  const stack = `${stackOf(owner.urn)}::`;
  const foreign = entry.claims.find((one) => !one.urn.startsWith(stack));
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

/** Refuses a claim under a second name of the host: the first release would take the part from the other resource. */
function refuseOtherName(part: Part, owner: Owner, entry: Entry): void {
  const host = hostOf(owner);
  const other = entry.claims.find((one) => one.urn !== owner.urn && hostOf(one) !== host);
  if (!other) return;
  throw new LvsError(
    "conflict",
    `${partKey(part)} belongs to ${other.urn} already, which calls this host ${hostOf(other)}; ` +
      `here it is ${host}, and both are one machine: nothing was changed. ` +
      "Declare it in one of the two only. If the host was renamed, keep the name of the resource " +
      "(in a Cluster, by name of its director)",
  );
}

/** Moves the claims of an owner to its new name, after a resource or a stack was renamed. */
export function handOver(journal: Journal, from: Owner, to: Owner): Journal {
  const handed = Object.entries(journal).map(([key, entry]): [string, Entry] => {
    if (!isClaimedBy(entry, from)) return [key, entry];
    const others = othersOf(entry, from).filter((one) => !isSameOwner(one, to));
    return [key, { ...entry, claims: [...others, to] }];
  });
  return Object.fromEntries(handed);
}

/** Whether an owner has claims on a host. */
export function hasClaims(owner: Owner, journal: Journal): boolean {
  return Object.values(journal).some((entry) => isClaimedBy(entry, owner));
}

/** Whether a live value satisfies the declared value. */
export function holds(type: AnyPartType, value: string, live: string | undefined): boolean {
  return value === live || (type.matches?.(value, live) ?? false);
}
