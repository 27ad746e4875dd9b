import type { Properties } from "./check";
import type { HostInputs, Kind } from "./kinds/kind";
import { hasUnknown } from "./unknowns";

/** What diff answers; whether anything changes, and what, the engine finds out itself. */
export interface Difference {
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
}

/** Which changed inputs make another thing on the host, and whether the old one has to go first. */
export function diff(kind: Kind<HostInputs>, olds: Properties, news: Properties): Difference {
  const isChanged = (path: string) => {
    const [before, after] = [valueAt(olds, path), valueAt(news, path)];
    return !hasUnknown(after) && JSON.stringify(before) !== JSON.stringify(after);
  };
  const changed = kind.identity.filter(isChanged);
  const first = kind.removeFirst;
  return {
    replaces: [...new Set(changed.map((path) => path.split(".")[0] as string))],
    deleteBeforeReplace: first !== undefined && changed.some((path) => first.includes(path)),
  };
}

/** The value at a path; where something on the way cannot be known yet, that is what is there. */
function valueAt(properties: Properties, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => {
    if (typeof value !== "object" || value === null) return value;
    return (value as Record<string, unknown>)[key];
  }, properties);
}
