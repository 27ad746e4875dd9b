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

/** Steps to run, and the journal as it has to be: before them when claiming, after them when releasing. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly journal: Journal;
}

/**
 * Claims parts for an owner and brings them to their values. What was there is remembered at the first claim.
 * Throws a conflict for a part of another stack, or of another resource by another name of the host, and for something
 * unlike ours unless `adopt` is set.
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
    const before = entry ? entry.before : whatWasBefore(part, live, next, facts);
    next[key] = { before, value: part.value, claims: claimsWith(entry, owner) };
    return holds(type, part.value, live) ? [] : type.set(part.id, part.value, live);
  });
  return { steps, journal: next };
}

/** The claims of an entry, and that of an owner. */
function claimsWith(entry: Entry | undefined, owner: Owner): Owner[] {
  if (entry?.claims.some((one) => isSameClaim(one, owner))) return entry.claims;
  return [...othersOf(entry, owner), owner];
}

/** What came into a thing of ours came with it or after it, whoever brought it: it goes again. */
function whatWasBefore(
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

/** Where two names of a host hid that two resources own one thing: the first to go would take it from the other. */
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

/** Makes the claims of one owner those of another: of a resource or a stack that was renamed. */
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

/** Whether live is as a part wants it. */
export function holds(type: AnyPartType, value: string, live: string | undefined): boolean {
  return value === live || (type.matches?.(value, live) ?? false);
}
