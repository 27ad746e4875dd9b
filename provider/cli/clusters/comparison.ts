import type { Attributes, ClusterView } from "./model";

/** A thing on a host in two states; undefined in a state that lacks the thing. */
export interface Comparison {
  readonly host: string;
  readonly thing: string;
  readonly before: Attributes | undefined;
  readonly after: Attributes | undefined;
}

/** Compares two views. The result has every thing, sorted by host and name, also the unchanged things. */
export function compare(before: ClusterView, after: ClusterView): Comparison[] {
  return sorted([...before.keys(), ...after.keys()]).flatMap((host) => {
    const [thingsBefore, thingsAfter] = [before.get(host), after.get(host)];
    const names = sorted([...(thingsBefore?.keys() ?? []), ...(thingsAfter?.keys() ?? [])]);
    return names.map((thing) => ({
      ...{ host, thing },
      ...{ before: thingsBefore?.get(thing), after: thingsAfter?.get(thing) },
    }));
  });
}

/** Whether a thing differs between the two states. */
export function differs({ before, after }: Comparison): boolean {
  return changedAttributes(before, after).length > 0 || !before !== !after;
}

/** The names of the attributes that differ between two states of a thing. */
export function changedAttributes(before: Attributes = {}, after: Attributes = {}): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]);
}

function sorted(texts: readonly string[]): string[] {
  const order = new Intl.Collator("en", { numeric: true });
  return [...new Set(texts)].sort(order.compare);
}
