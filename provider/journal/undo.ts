import { readValue } from "../ipvs/virtualServicePart";
import type { Facts } from "../registry/facts";
import { partTypes, readPart } from "../registry/partTypes";
import { inOrder } from "../values/part";
import type { Step } from "../values/step";
import { type FailedChange, isForeign } from "./foreign";
import { type Entry, isSameOwner, type Journal, type Owner } from "./journal";
import { type Named, namedBy } from "./key";
import { holds, type Plan } from "./plan";
import { sortDependenciesLast } from "./releases";

/** A host at one time. */
export interface Look {
  readonly facts: Facts;
  readonly journal: Journal;
}

/** The steps back, the journal after them, and the parts that somebody else has changed meanwhile. */
export interface UndoPlan extends Plan {
  readonly foreign: readonly string[];
}

/** A part, and what it has to be again. */
export interface Goal {
  readonly key: string;
  readonly part: Named;
  readonly value: string | undefined;
  readonly live: string | undefined;
}

/**
 * Plans the way back of a failed change: from the host as it is now to what it was at the look that planned the change.
 * A part that another resource has claimed meanwhile stays, and one that somebody else has changed is left alone.
 */
export function planUndo(change: FailedChange, before: Look, now: Look): UndoPlan {
  const isOwn = (owner: Owner) => change.owners.some((one) => isSameOwner(one, owner));
  const journal: Record<string, Entry> = { ...now.journal };
  const goals: Goal[] = [];
  const foreign: string[] = [];
  for (const key of keysOf(change, before, now, isOwn)) {
    const part = namedBy(key);
    if (!part) continue;
    const [old, current] = [before.journal[key], now.journal[key]];
    const entry = withoutClaims(old, current, isOwn);
    if (entry) journal[key] = entry;
    else delete journal[key];
    if (isKept(old, current, isOwn)) continue;
    const was = readPart(part, before.facts);
    const live = readPart(part, now.facts);
    const value = valueBefore(part, was, { old, current, entry }, before.facts);
    if (isAsBefore(part, value, live)) continue;
    if (isForeign(part, change, { was, live, entry: current ?? old })) foreign.push(key);
    else goals.push({ key, part, value, live });
  }
  // What a part of somebody else stands on stays claimed: the next change sees both.
  for (const key of foreign) restoreEntry(journal, now.journal, key);
  return { steps: stepsBack(goals, now.facts), journal, foreign };
}

function keysOf(
  { services }: FailedChange,
  before: Look,
  now: Look,
  isOwn: (owner: Owner) => boolean,
): Set<string> {
  const claimed = [before, now].flatMap(({ journal }) =>
    Object.entries(journal)
      .filter(([, { claims }]) => claims.some(isOwn))
      .map(([key]) => key),
  );
  return new Set([...claimed, ...services.map((name) => `virtualService ${name}`)]);
}

/** The entry of a part as it is without the failed change; undefined if nobody claims it then. */
function withoutClaims(
  old: Entry | undefined,
  current: Entry | undefined,
  isOwn: (owner: Owner) => boolean,
): Entry | undefined {
  const others = (current?.claims ?? []).filter((one) => !isOwn(one));
  const own = (old?.claims ?? []).filter(isOwn);
  if (current && cameMeanwhile(old, others)) return { ...current, claims: [...others, ...own] };
  if (!old) return undefined;
  const claims = old.claims.filter((one) => isOwn(one) || includes(others, one));
  return claims.length > 0 ? { ...old, claims } : undefined;
}

/** Whether a part stays as it is now, since another change has brought it there. */
function isKept(
  old: Entry | undefined,
  current: Entry | undefined,
  isOwn: (owner: Owner) => boolean,
): boolean {
  const others = (current?.claims ?? []).filter((one) => !isOwn(one));
  const isTouched = [old, current].some((entry) => entry?.claims.some(isOwn));
  return cameMeanwhile(old, others) || (!isTouched && old?.value !== current?.value);
}

function cameMeanwhile(old: Entry | undefined, others: readonly Owner[]): boolean {
  return others.some((one) => !includes(old?.claims ?? [], one));
}

const includes = (owners: readonly Owner[], owner: Owner) =>
  owners.some((one) => isSameOwner(one, owner));

interface Entries {
  readonly old: Entry | undefined;
  readonly current: Entry | undefined;
  readonly entry: Entry | undefined;
}

/** What a part was before a change, in the form that brings it back. */
export function valueBefore(
  part: Named,
  was: string | undefined,
  { old, current, entry }: Entries,
  facts: Facts,
): string | undefined {
  // All who claimed it before have left meanwhile: the last one would have restored it.
  if (old && !entry) return old.before ?? undefined;
  const value = current?.value ?? old?.value;
  if (was === undefined || part.type !== "virtualService" || value === undefined) return was;
  // keepalived may have changed weights since: what is declared comes back, and the weights stay with their checks.
  if (old && readValue(old.value).healthCheck !== undefined) return old.value;
  const type = partTypes[part.type];
  return type.valueToRestore?.({ ...part, value, shared: false }, was, facts[type.fact]) ?? was;
}

/** Whether a live value is as it was before. */
export function isAsBefore(
  { type }: Named,
  value: string | undefined,
  live: string | undefined,
): boolean {
  return value === live || (value !== undefined && holds(partTypes[type], value, live));
}

function restoreEntry(journal: Record<string, Entry>, now: Journal, key: string): void {
  const entry = now[key];
  if (entry) journal[key] = entry;
}

/** What was brought goes first, and last come those that others need; then what was there comes back, in its order. */
export function stepsBack(goals: readonly Goal[], facts: Facts): Step[] {
  const named = goals.map((goal) => ({ ...goal, ...goal.part }));
  const gone = named.filter(({ value }) => value === undefined);
  const removals = sortDependenciesLast(inOrder(gone).reverse(), facts).flatMap(
    ({ type, id, live }) => (live === undefined ? [] : partTypes[type].unset(id, live)),
  );
  const returns = inOrder(named).flatMap(({ type, id, value, live }) => {
    if (value === undefined) return [];
    return [...partTypes[type].set(id, value, live), ...announcementsOf(type, id, value)];
  });
  const steps = [...removals, ...returns];
  return [...steps.filter(({ isLast }) => !isLast), ...steps.filter(({ isLast }) => isLast)];
}

/** A VIP that comes back to its interface is announced there again. */
function announcementsOf(type: Named["type"], id: string, value: string): Step[] {
  if (type !== "address") return [];
  const { afterwards = [] } = partTypes[type].boot?.(id, value) ?? {};
  return afterwards.map((run) => ({ run, description: `announce ${id}`, mayFail: true }));
}
