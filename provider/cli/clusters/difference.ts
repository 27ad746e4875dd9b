import type { Attributes, ClusterView } from "./model";

/** A thing on a host before and after; undefined where it is not there. */
export interface Compared {
  readonly host: string;
  readonly thing: string;
  readonly before: Attributes | undefined;
  readonly after: Attributes | undefined;
}

/** Every thing of two views, by host and name, whether it differs or not. */
export function compare(before: ClusterView, after: ClusterView): Compared[] {
  return sorted([...before.keys(), ...after.keys()]).flatMap((host) => {
    const [old, young] = [before.get(host), after.get(host)];
    const things = sorted([...(old?.keys() ?? []), ...(young?.keys() ?? [])]);
    return things.map((thing) => ({
      ...{ host, thing },
      ...{ before: old?.get(thing), after: young?.get(thing) },
    }));
  });
}

/** Whether a thing is not the same before and after. */
export function differs({ before, after }: Compared): boolean {
  return changedAttributes(before, after).length > 0 || !before !== !after;
}

/** The names of the attributes that two states of a thing do not share. */
export function changedAttributes(before: Attributes = {}, after: Attributes = {}): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]);
}

function sorted(texts: readonly string[]): string[] {
  const order = new Intl.Collator("en", { numeric: true });
  return [...new Set(texts)].sort(order.compare);
}
