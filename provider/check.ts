import { z } from "zod";
import type { HostInputs, Kind } from "./kinds/kind";
import { hasUnknown, isUnknown, UNKNOWN, valueAt, withoutUnknowns } from "./unknowns";

/** Arguments or inputs as Pulumi sends them. */
export type Properties = Readonly<Record<string, unknown>>;

/** The result of check: the inputs, and the failures when the arguments are invalid. */
export interface CheckResult {
  readonly inputs: Properties;
  /** The property is always "", because Pulumi prints the value of a named property even when it is a secret. */
  readonly failures: { readonly property: ""; readonly reason: string }[];
}

/**
 * Checks the arguments of a resource, fills in defaults and canonical forms, and reports every problem at once. An
 * unknown value passes, and its rules run when the value is known. Check accepts its own output unchanged, because a
 * rollback declares the inputs of a state again.
 */
export function check<Inputs extends HostInputs>(
  kind: Kind<Inputs>,
  news: Properties,
): CheckResult {
  const { __provider, ...sent } = news;
  const given = kind.declaration?.(sent) ?? sent;
  const { values, problems } = readFields(kind, given);
  problems.push(...(kind.rules?.(withoutUnknowns(values) as Partial<Inputs>) ?? []));
  // An update, where nothing is unknown, would end with an error about that in the place of these failures.
  const failures = problems.map((reason) => ({ property: "" as const, reason }));
  if (failures.length > 0) return { inputs: news, failures };
  const isComplete = !hasUnknown({ ...values, connection: undefined });
  const inputs: object =
    isComplete && kind.complete ? kind.complete(values as never) : fillSameAs(kind, values);
  return { inputs: { ...inputs, ...(__provider !== undefined && { __provider }) }, failures };
}

function readFields(kind: Pick<Kind<HostInputs>, "fields" | "argumentNames">, given: Properties) {
  const values: Record<string, unknown> = {};
  const shape = kind.fields.shape;
  const argumentNames: typeof kind.argumentNames = { owner: undefined, ...kind.argumentNames };
  const allowed = Object.keys(shape)
    .map((name) => (Object.hasOwn(argumentNames, name) ? argumentNames[name] : name))
    .filter((name) => name !== undefined);
  const problems = Object.keys(given)
    .filter((name) => !Object.hasOwn(shape, name))
    .map((name) => `${name} is not an argument here: use ${allowed.join(", ")}`);
  const readable = problems.length === 0 ? given : (maskOmitted(kind.fields, given) as Properties);
  for (const [name, field] of Object.entries(shape)) {
    const { value, issues } = read(field as z.ZodType, readable[name]);
    if (value !== undefined) values[name] = value;
    problems.push(...issues.map((issue) => reason(name, issue)));
  }
  return { values, problems };
}

/** Reads a value into its canonical form with defaults. An invalid or unknown part of the value becomes unknown. */
function read(schema: z.ZodType, given: unknown): { value?: unknown; issues: readonly Issue[] } {
  const result = schema.safeParse(given);
  if (result.success) return { value: result.data, issues: [] };
  const readable = maskOmitted(schema, given);
  const issues = result.error.issues.filter(({ path }) => !isUnknown(valueAt(readable, path)));
  return { value: readParts(schema, readable), issues };
}

/** Reads the fields of an object and the elements of a list separately, so that the valid ones keep their values. */
function readParts(schema: z.ZodType, given: unknown): unknown {
  const inner = withoutDefault(schema);
  if (inner instanceof z.ZodArray && Array.isArray(given))
    return given.map((element) => read(inner.element as z.ZodType, element).value);
  if (!(inner instanceof z.ZodObject) || !isObject(given)) return UNKNOWN;
  const parts = Object.entries(inner.shape).map(
    ([name, field]) => [name, read(field as z.ZodType, given[name]).value] as const,
  );
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
}

/**
 * Marks omitted optional fields as unknown in an object with a field that does not exist. That field may be a misspelling
 * of an omitted one, so that rules about the omitted field would only add wrong problems.
 */
function maskOmitted(schema: z.ZodType, given: unknown): unknown {
  const inner = withoutDefault(schema);
  if (inner instanceof z.ZodArray && Array.isArray(given))
    return given.map((element) => maskOmitted(inner.element as z.ZodType, element));
  if (!(inner instanceof z.ZodObject) || !isObject(given)) return given;
  const hasStrays = Object.keys(given).some((name) => !Object.hasOwn(inner.shape, name));
  const parts = Object.entries(inner.shape).map(([name, field]) => {
    const isOmitted = given[name] === undefined && field.safeParse(undefined).success;
    const masks = hasStrays && isOmitted;
    return [name, masks ? UNKNOWN : maskOmitted(field as z.ZodType, given[name])] as const;
  });
  const known = parts.filter(([, value]) => value !== undefined);
  return { ...given, ...Object.fromEntries(known) };
}

function withoutDefault(schema: z.ZodType): z.ZodType {
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return isWrapped ? withoutDefault(schema.unwrap() as z.ZodType) : schema;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Fills omitted fields that default to another argument (`sameAs`), for inputs that are not complete yet. */
function fillSameAs({ fields }: Pick<Kind<HostInputs>, "fields">, values: Properties): Properties {
  const same = Object.entries(fields.shape).flatMap(([name, field]) => {
    const { sameAs } = (field as z.ZodType).meta() ?? {};
    const isFilled = typeof sameAs === "string" && values[name] === undefined;
    return isFilled ? [[name, valueAt(values, sameAs.split("."))]] : [];
  });
  return { ...values, ...Object.fromEntries(same) };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function reason(name: string, issue: Issue): string {
  return issue.path.length === 0
    ? issue.message
    : `${[name, ...issue.path].join(".")}: ${issue.message}`;
}
