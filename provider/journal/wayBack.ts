import { canCut, type SourceRule, wayIn } from "../network/wayIn";
import { partTypes, readPart } from "../registry/partTypes";
import type { FactName } from "../values/fact";
import { partKey } from "../values/part";
import type { Step } from "../values/step";
import { type Entry, isSameOwner, type Journal, type Owner } from "./journal";
import { type Named, namedBy } from "./key";
import { type Goal, isAsBefore, type Look, stepsBack, valueBefore } from "./undo";

/** The facts that show whether a change can cut the way in. Changes of other facts never can. */
export const WAY_FACTS: readonly FactName[] = ["management", "links", "routes"];
const CUTTING_FACTS: readonly FactName[] = ["links", "sysctls", "rules"];

/** Whether a change that reads these facts may have parts that cut the way in. */
export function mayCutWayIn(facts: readonly FactName[]): boolean {
  return facts.some((name) => CUTTING_FACTS.includes(name));
}

/** The way back of changes that are not made yet. */
export interface WayBack {
  /** The parts that can cut the way in. */
  readonly cutting: readonly Named[];
  readonly steps: readonly Step[];
}

/**
 * Plans the way back of changes before they are made: from the journal that they will have written to what the host is
 * now. Undefined where they change nothing that can cut the way in.
 */
export function planWayBack(
  owners: readonly Owner[],
  before: Look,
  planned: Journal,
): WayBack | undefined {
  const { management, links, routes } = before.facts;
  const rules = [before.journal, planned].flatMap(rulesOf);
  const way = wayIn(management, links, routes, rules);
  const parts = partsOf(owners, before, planned);
  const changing = (part: Named) => goalOf(part, before, planned);
  const cutting = parts.filter((part) => canCut(part, way, rules) && changing(part));
  if (cutting.length === 0) return undefined;
  const goals = parts.flatMap((part) => changing(part) ?? []);
  return { cutting, steps: stepsBack(goals, before.facts) };
}

function rulesOf(journal: Journal): SourceRule[] {
  return Object.entries(journal).flatMap(([key, { value }]) => {
    const part = namedBy(key);
    return part?.type === "rule" ? [{ source: part.id.split(" ")[2] ?? "", action: value }] : [];
  });
}

/** The parts that these owners claim, before or after, and those that are released with them. */
function partsOf(owners: readonly Owner[], { journal }: Look, planned: Journal): Named[] {
  const isOwn = (entry: Entry | undefined) =>
    entry?.claims.some((owner) => owners.some((one) => isSameOwner(one, owner)));
  const keys = new Set([...Object.keys(journal), ...Object.keys(planned)]);
  return [...keys]
    .filter((key) => journal[key] !== planned[key] || isOwn(planned[key]))
    .flatMap((key) => namedBy(key) ?? []);
}

/** What a part has to be again; undefined when it does not change. */
function goalOf(part: Named, { facts, journal }: Look, planned: Journal): Goal | undefined {
  const key = partKey(part);
  const [old, current] = [journal[key], planned[key]];
  const was = readPart(part, facts);
  const value = valueBefore(part, was, { old, current, entry: old ?? current }, facts);
  const live = asRead(part, current ? current.value : old?.before);
  return isAsBefore(part, value, live) ? undefined : { key, part, value, live };
}

/** How a part will be read after it was set to a value of the journal; undefined where the part will be absent. */
function asRead({ type }: Named, value: string | null | undefined): string | undefined {
  if (value === null || value === undefined) return undefined;
  return partTypes[type].valueAsRead?.(value) ?? value;
}
