import { z } from "zod";
import type { HostInputs, Kind } from "./kinds/kind";
import { hasUnknown, isUnknown, valueAt, withoutUnknowns } from "./unknowns";

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
 * what depends on it is looked at when it is known.
 */
export function check<Inputs extends HostInputs>(kind: Kind<Inputs>, news: Properties): Checked {
  const { __provider, ...given } = news;
  const { values, problems } = readFields(kind, given);
  if (problems.length === 0)
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
  for (const [name, field] of Object.entries(shape)) {
    const { value, issues } = read(field as z.ZodType, given[name]);
    if (value !== undefined) values[name] = value;
    problems.push(...issues.map((issue) => reason(name, issue)));
  }
  return { values, problems };
}

/** Reads a value: what is wrong with it, or what is known of it with its defaults and canonical forms. */
function read(schema: z.ZodType, given: unknown): { value?: unknown; issues: readonly Issue[] } {
  const whole = schema.safeParse(given);
  if (whole.success) return { value: whole.data, issues: [] };
  const issues = whole.error.issues.filter(({ path }) => !isUnknown(valueAt(given, path)));
  return issues.length > 0 ? { issues } : { value: readParts(schema, given), issues };
}

/** Reads a value with nothing wrong but what cannot be known yet: an object by its fields, a list one by one. */
function readParts(schema: z.ZodType, given: unknown): unknown {
  if (isUnknown(given)) return given;
  if (schema instanceof z.ZodOptional) return readParts(schema.unwrap() as z.ZodType, given);
  if (schema instanceof z.ZodArray) {
    return (given as unknown[]).map((one) => read(schema.element as z.ZodType, one).value);
  }
  if (!(schema instanceof z.ZodObject)) return given;
  const parts = Object.entries(schema.shape).map(
    ([name, field]) => [name, read(field, (given as Properties)[name]).value] as const,
  );
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
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
