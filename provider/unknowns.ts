/** The placeholder of Pulumi's engine for a value that is unknown until the update (pulumi.runtime.unknownValue). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is unknown until the update. */
export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}

/** Whether a value is unknown, or contains an unknown value. */
export function hasUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

/** The value at a path. When a value along the path is unknown, the result is unknown. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((above, key) => {
    if (typeof above !== "object" || above === null) return above;
    return (above as Record<PropertyKey, unknown>)[key];
  }, value);
}

/**
 * Copies a value without the unknown values in it. A list loses them, but in a list of objects they become empty objects,
 * so that the other elements keep their indexes. An object keeps the key with undefined, unlike an omitted field.
 */
export function withoutUnknowns(value: unknown): unknown {
  if (isUnknown(value)) return undefined;
  if (Array.isArray(value)) {
    const hasObjects = value.some((element) => typeof element === "object");
    return value
      .map((element) => (isUnknown(element) && hasObjects ? {} : withoutUnknowns(element)))
      .filter((element) => element !== undefined);
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, withoutUnknowns(field)]);
  return Object.fromEntries(entries);
}
