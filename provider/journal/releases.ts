import { parseServiceName, type ServiceKey } from "../ipvs/model";
import type { Facts } from "../registry/facts";
import { partTypes, readPart } from "../registry/partTypes";
import type { FactName } from "../values/fact";
import { inOrder, type Part, partKey } from "../values/part";
import type { Step } from "../values/step";
import { type Entry, isClaimedBy, type Journal, type Owner, othersOf, stackOf } from "./journal";
import { type Named, namedBy, parseKey } from "./key";
import { holds, type Plan } from "./plan";

/**
 * Releases the parts that an owner claims and no longer declares. The last release restores the value from before; a
 * setting that another program has changed since stays unchanged.
 */
export function planReleases(
  wanted: readonly Part[],
  owner: Owner,
  journal: Journal,
  facts: Facts,
): Plan {
  const next: Record<string, Entry> = { ...journal };
  const keep = new Set(wanted.map(partKey));
  const held = Object.entries(journal)
    .filter(([key, entry]) => !keep.has(key) && isClaimedBy(entry, owner))
    .map(([key]) => parseKey(key));
  const steps = sortDependenciesLast(inOrder(held).reverse(), facts).flatMap((part) => {
    const key = partKey(part);
    const entry = next[key] as Entry;
    const claims = othersOf(entry, owner);
    if (claims.length > 0) {
      next[key] = { ...entry, claims };
      return [];
    }
    delete next[key];
    return isInDeclaredContainer(part, next) ? [] : restore(part, entry, facts);
  });
  return { steps, journal: next };
}

/** The facts that show the parts that these owners claim. */
export function factsOfClaims(owners: readonly Owner[], journal: Journal): FactName[] {
  return [...new Set(partsClaimedBy(owners, journal).map(({ type }) => partTypes[type].fact))];
}

/** The virtual services of which these owners claim the service itself, a real server or the path of a check. */
export function servicesOfClaims(owners: readonly Owner[], journal: Journal): ServiceKey[] {
  return partsClaimedBy(owners, journal)
    .filter(({ type }) => partTypes[type].fact === "ipvs")
    .map(({ id }) => parseServiceName(id.split(" -> ")[0] as string))
    .filter((key) => key !== undefined);
}

function partsClaimedBy(owners: readonly Owner[], journal: Journal): Named[] {
  return Object.entries(journal)
    .filter(([, entry]) => owners.some((owner) => isClaimedBy(entry, owner)))
    .map(([key]) => parseKey(key));
}

/** Moves dependencies to the end, since claims may be in another order: a module before its dependencies were known. */
export function sortDependenciesLast<T extends Named>(parts: readonly T[], facts: Facts): T[] {
  const needed = new Set(
    parts.flatMap(({ type, id }) => {
      const { fact, dependencies } = partTypes[type];
      return (dependencies?.(id, facts[fact]) ?? []).map((one) => partKey({ type, id: one }));
    }),
  );
  const isNeeded = (part: Named) => needed.has(partKey(part));
  return [...parts.filter((part) => !isNeeded(part)), ...parts.filter(isNeeded)];
}

/** Whether the container of a part declares the part too: a virtual service that lists this real server meanwhile. */
function isInDeclaredContainer(part: Named, journal: Journal): boolean {
  const around = partTypes[part.type].container?.(part.id);
  const outer = around && journal[around.key];
  return outer !== undefined && around?.valueIn(outer.value) !== undefined;
}

function restore(part: Named, entry: Entry, facts: Facts): Step[] {
  const type = partTypes[part.type];
  const live = readPart(part, facts);
  if (entry.before === null) return live === undefined ? [] : type.unset(part.id, live);
  const isOurs = live !== undefined && holds(type, entry.value, live);
  if (live === entry.before || (type.takesOver && !isOurs)) return [];
  if (type.mustNotRestore?.(part.id, entry.before, facts[type.fact])) return [];
  return type.set(part.id, entry.before, live);
}

/**
 * Releases everything of those of the owner's stack whose own thing is gone: a virtual service that was deleted by
 * hand, and that a refresh has taken out of the stack's state.
 */
export function planSweep(owner: Owner, journal: Journal, facts: Facts): Plan {
  const gone = Object.entries(journal).filter(([key, entry]) => isGone(key, entry, owner, facts));
  const steps: Step[] = [];
  let next = journal;
  for (const [, { claims }] of gone) {
    for (const one of claims) {
      const plan = planReleases([], one, next, facts);
      steps.push(...plan.steps);
      next = plan.journal;
    }
  }
  return { steps, journal: next };
}

function isGone(key: string, entry: Entry, owner: Owner, facts: Facts): boolean {
  const part = namedBy(key);
  return (
    part !== undefined &&
    ["address", "virtualService", "realServer"].includes(part.type) &&
    entry.before === null &&
    entry.claims.every((one) => stackOf(one.urn) === stackOf(owner.urn)) &&
    readPart(part, facts) === undefined
  );
}
