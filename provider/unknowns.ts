/** What Pulumi's engine sends for a value that is known only after the update (pulumi.runtime.unknownValue). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value cannot be known yet. */
export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}

/** Whether a value, or something in it, cannot be known yet. */
export function hasUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

/** The value at a path; where something on the way cannot be known yet, that is what is there. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((above, key) => {
    if (typeof above !== "object" || above === null) return above;
    return (above as Record<PropertyKey, unknown>)[key];
  }, value);
}

/**
 * The value without what cannot be known yet. Out of a list it is gone, or an empty object where the others are objects,
 * which then keep their places; in an object its key stays, with undefined, and so differs from what was left out.
 */
export function withoutUnknowns(value: unknown): unknown {
  if (isUnknown(value)) return undefined;
  if (Array.isArray(value)) {
    const hasObjects = value.some((one) => typeof one === "object");
    const known = value.map((one) => (isUnknown(one) && hasObjects ? {} : withoutUnknowns(one)));
    return known.filter((one) => one !== undefined);
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutUnknowns(one)]));
}
