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

/** Moves the dependencies of other parts to the end, because a module may be claimed after the modules that it needs. */
export function sortDependenciesLast<T extends Named>(parts: readonly T[], facts: Facts): T[] {
  const needed = new Set(
    parts.flatMap(({ type, id }) => {
      const { fact, dependencies } = partTypes[type];
      const ids = dependencies?.(id, facts[fact]) ?? [];
      return ids.map((dependency) => partKey({ type, id: dependency }));
    }),
  );
  const isNeeded = (part: Named) => needed.has(partKey(part));
  return [...parts.filter((part) => !isNeeded(part)), ...parts.filter(isNeeded)];
}

/** Whether the container of a part declares the part too: a virtual service that lists the real server by now. */
function isInDeclaredContainer(part: Named, journal: Journal): boolean {
  const container = partTypes[part.type].container?.(part.id);
  const entry = container && journal[container.key];
  return entry !== undefined && container?.valueIn(entry.value) !== undefined;
}

/** Restores the value from before, or removes a part that was absent before. A setting that others changed stays. */
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
 * Releases all claims of each resource of the owner's stack whose VIP, virtual service or real server was deleted by
 * hand. A refresh has removed such a resource from the state, so that nothing else would release its claims.
 */
export function planSweep(owner: Owner, journal: Journal, facts: Facts): Plan {
  const gone = Object.entries(journal).filter(([key, entry]) => isGone(key, entry, owner, facts));
  const steps: Step[] = [];
  let next = journal;
  for (const [, { claims }] of gone) {
    for (const claim of claims) {
      const plan = planReleases([], claim, next, facts);
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
    entry.claims.every(({ urn }) => stackOf(urn) === stackOf(owner.urn)) &&
    readPart(part, facts) === undefined
  );
}
