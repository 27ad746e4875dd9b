import { LvsError } from "../values/errors";
import { PART_ORDER, type Part, type PartName } from "../values/part";

/** What a key of the journal names. */
export type Named = Pick<Part, "type" | "id">;

/** Reads a key. Throws for a part that this version does not know. */
export function parseKey(key: string): Named {
  const part = namedBy(key);
  if (part) return part;
  throw new LvsError("parse", `the journal has a part that this version does not know: ${key}`);
}

/** Undefined for a part that this version does not know: somebody else's may be such a one. */
export function namedBy(key: string): Named | undefined {
  const [type = "", ...id] = key.split(" ");
  return PART_ORDER.includes(type as PartName)
    ? { type: type as PartName, id: id.join(" ") }
    : undefined;
}
