import * as pulumi from "@pulumi/pulumi";

/** Whether a value is an output or a promise, which has no value yet when the arguments are read. */
export function isLater<T>(input: pulumi.Input<T>): input is pulumi.OutputInstance<T> | Promise<T> {
  return pulumi.Output.isInstance(input) || input instanceof Promise;
}

/** A type with undefined in place of each output and promise. */
export type KnownPart<T> = T extends pulumi.OutputInstance<unknown> | Promise<unknown>
  ? undefined
  : T extends object
    ? { readonly [Key in keyof T]: KnownPart<T[Key]> }
    : T;

/** Copies plain lists and objects with undefined in place of each output and promise. */
export function knownPart<T>(value: T): KnownPart<T> {
  return withoutLater(value) as KnownPart<T>;
}

function withoutLater(value: unknown): unknown {
  if (isLater(value)) return undefined;
  if (Array.isArray(value)) return value.map(withoutLater);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutLater(inner)]),
  );
}

/** Whether plain lists and objects contain an output or a promise. */
export function hasLater(value: unknown): boolean {
  if (isLater(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasLater);
}
