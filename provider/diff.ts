import type { Properties } from "./check";
import type { HostInputs, Kind } from "./kinds/kind";
import { hasUnknown, valueAt } from "./unknowns";

/** The result of diff. The engine compares the inputs itself, so that `changes` is left out. */
export interface DiffResult {
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
}

/** Finds the changed inputs that replace the resource, and whether the old resource must be deleted first. */
export function diff(kind: Kind<HostInputs>, olds: Properties, news: Properties): DiffResult {
  const isIncomplete = hasUnknown(news);
  const isChanged = (path: string) => {
    const [before, after] = [olds, news].map((inputs) => valueAt(inputs, path.split(".")));
    // A missing input may be filled in when all inputs are known.
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
