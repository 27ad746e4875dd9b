import type { Properties } from "../../provider/check";
import { call } from "./call";
import { type KindName, least } from "./inputs";

/** A resource in the state of Pulumi. */
export interface Created {
  readonly id: string;
  readonly outs: Properties;
}

/** The checked inputs of a resource with the least arguments of its kind and with others. */
export async function check(kind: KindName, more: object = {}): Promise<Properties> {
  const checked = await call(kind, "check", {}, { ...least[kind], ...more });
  const { inputs, failures = [] } = checked as { inputs: Properties; failures?: unknown[] };
  if (failures.length > 0) throw new Error(`check: ${JSON.stringify(failures)}`);
  return { ...inputs, __provider: "code" };
}

export async function create(kind: KindName, more: object = {}): Promise<Created> {
  return (await call(kind, "create", await check(kind, more))) as Created;
}

export async function update(
  kind: KindName,
  { id, outs }: Created,
  more: object = {},
): Promise<Created> {
  const updated = await call(kind, "update", id, outs, await check(kind, more));
  return { id, outs: (updated as Created).outs };
}

export function remove(kind: KindName, { id, outs }: Created): Promise<unknown> {
  return call(kind, "delete", id, outs);
}

/** What a refresh finds. */
export async function read(kind: KindName, { id, outs }: Created) {
  return (await call(kind, "read", id, { ...outs, __provider: "code" })) as {
    readonly id: string;
    readonly props: Properties;
    readonly inputs: Properties;
  };
}
