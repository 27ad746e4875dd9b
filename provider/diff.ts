import type { Properties } from "./check";
import type { HostInputs, Kind } from "./kinds/kind";
import { hasUnknown, valueAt } from "./unknowns";

/** What diff answers; whether anything changes, and what, the engine finds out itself. */
export interface Difference {
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
}

/** Which changed inputs make another thing on the host, and whether the old one has to go first. */
export function diff(kind: Kind<HostInputs>, olds: Properties, news: Properties): Difference {
  const isIncomplete = hasUnknown(news);
  const isChanged = (path: string) => {
    const [before, after] = [olds, news].map((inputs) => valueAt(inputs, path.split(".")));
    // What is not there may be filled when all is known.
    if (hasUnknown(after) || (after === undefined && isIncomplete)) return false;
    return JSON.stringify(before) !== JSON.stringify(after);
  };
  const changed = kind.identity.filter(isChanged);
  const first = kind.removeFirst;
  return {
    replaces: [...new Set(changed.map((path) => path.split(".")[0] as string))],
    deleteBeforeReplace: first !== undefined && changed.some((path) => first.includes(path)),
  };
}
