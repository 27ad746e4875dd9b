import type { z } from "zod";
import type { HostInputs, Kind } from "./kinds/kind";
import { hasUnknown, withoutUnknowns } from "./unknowns";

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
  const inputs: object = isComplete && kind.complete ? kind.complete(values as never) : values;
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
    const read = (field as z.ZodType).safeParse(given[name]);
    if (read.success) {
      if (read.data !== undefined) values[name] = read.data;
    } else if (hasUnknown(given[name])) {
      values[name] = given[name];
    } else {
      problems.push(...read.error.issues.map((issue: Issue) => reason(name, issue)));
    }
  }
  return { values, problems };
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
