import { z } from "zod";
import type { HostInputs, Kind } from "./kinds/kind";
import { hasUnknown, isUnknown, UNKNOWN, valueAt, withoutUnknowns } from "./unknowns";

/** Arguments or inputs as Pulumi sends them. */
export type Properties = Readonly<Record<string, unknown>>;

/** What check answers: the inputs, or why there are none. */
export interface Checked {
  readonly inputs: Properties;
  /** Pulumi prints the value of a property that is named here, secret or not: so it never is. */
  readonly failures: { readonly property: ""; readonly reason: string }[];
}

/**
 * Reads what a program gave: defaults, canonical forms, every problem at once. What cannot be known yet passes, and
 * what depends on it is looked at when it is known; the rules see what cannot be read as not known either. Inputs that
 * check answered are arguments too, and are answered unchanged: a rollback declares them again.
 */
export function check<Inputs extends HostInputs>(kind: Kind<Inputs>, news: Properties): Checked {
  const { __provider, ...sent } = news;
  const given = kind.declaration?.(sent) ?? sent;
  const { values, problems } = readFields(kind, given);
  problems.push(...(kind.rules?.(withoutUnknowns(values) as Partial<Inputs>) ?? []));
  const isComplete = problems.length === 0 && !hasUnknown({ ...values, connection: undefined });
  const inputs: object =
    isComplete && kind.complete ? kind.complete(values as never) : filled(kind, values);
  return {
    inputs: { ...inputs, ...(__provider !== undefined && { __provider }) },
    failures: problems.map((reason) => ({ property: "", reason })),
  };
}

function readFields(kind: Pick<Kind<HostInputs>, "fields" | "argumentNames">, given: Properties) {
  const values: Record<string, unknown> = {};
  const shape = kind.fields.shape;
  const renamed: typeof kind.argumentNames = { owner: undefined, ...kind.argumentNames };
  const allowed = Object.keys(shape)
    .map((name) => (Object.hasOwn(renamed, name) ? renamed[name] : name))
    .filter((name) => name !== undefined);
  const problems = Object.keys(given)
    .filter((name) => !Object.hasOwn(shape, name))
    .map((name) => `${name} is not an argument here: use ${allowed.join(", ")}`);
  const meant = problems.length === 0 ? given : (withMeant(kind.fields, given) as Properties);
  for (const [name, field] of Object.entries(shape)) {
    const { value, issues } = read(field as z.ZodType, meant[name]);
    if (value !== undefined) values[name] = value;
    problems.push(...issues.map((issue) => reason(name, issue)));
  }
  return { values, problems };
}

/** Reads a value: what is wrong with it, and what is known of it with its defaults and canonical forms. */
function read(schema: z.ZodType, given: unknown): { value?: unknown; issues: readonly Issue[] } {
  const whole = schema.safeParse(given);
  if (whole.success) return { value: whole.data, issues: [] };
  const meant = withMeant(schema, given);
  const issues = whole.error.issues.filter(({ path }) => !isUnknown(valueAt(meant, path)));
  return { value: readParts(schema, meant), issues };
}

/** Reads an object by its fields, a list one by one: what cannot be read, or known yet, is not known. */
function readParts(schema: z.ZodType, given: unknown): unknown {
  const inner = withoutDefault(schema);
  if (inner instanceof z.ZodArray && Array.isArray(given))
    return given.map((one) => read(inner.element as z.ZodType, one).value);
  if (!(inner instanceof z.ZodObject) || !isObject(given)) return UNKNOWN;
  const parts = Object.entries(inner.shape).map(
    ([name, field]) => [name, read(field as z.ZodType, given[name]).value] as const,
  );
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
}

/** Beside a name that nobody knows, with what may be left out, and was, as not known: it may be what is meant. */
function withMeant(schema: z.ZodType, given: unknown): unknown {
  const inner = withoutDefault(schema);
  if (inner instanceof z.ZodArray && Array.isArray(given))
    return given.map((one) => withMeant(inner.element as z.ZodType, one));
  if (!(inner instanceof z.ZodObject) || !isObject(given)) return given;
  const hasStrays = Object.keys(given).some((name) => !Object.hasOwn(inner.shape, name));
  const parts = Object.entries(inner.shape).map(([name, field]) => {
    const mayBeMeant = hasStrays && given[name] === undefined && field.safeParse(undefined).success;
    return [name, mayBeMeant ? UNKNOWN : withMeant(field as z.ZodType, given[name])] as const;
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

/** Fills, while something cannot be known yet, what is the same as another argument unless it is given. */
function filled({ fields }: Pick<Kind<HostInputs>, "fields">, values: Properties): Properties {
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
