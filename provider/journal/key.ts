import { LvsError } from "../values/errors";
import { PART_ORDER, type Part, type PartName } from "../values/part";

/** The type and the ID of the part that a key of the journal names. */
export type Named = Pick<Part, "type" | "id">;

/** Reads a key. Throws when this version does not know the type of the part. */
export function parseKey(key: string): Named {
  const part = namedBy(key);
  if (part) return part;
  throw new LvsError("parse", `the journal has a part that this version does not know: ${key}`);
}

/** Reads a key; undefined when this version does not know the type, which a newer version may have written. */
export function namedBy(key: string): Named | undefined {
  const [type = "", ...id] = key.split(" ");
  return PART_ORDER.includes(type as PartName)
    ? { type: type as PartName, id: id.join(" ") }
    : undefined;
}
