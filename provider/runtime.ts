import { check, type Properties } from "./check";
import { diff } from "./diff";
import { closeOnSignals } from "./host/pool";
import { kinds } from "./kinds";
import type { HostInputs, Kind } from "./kinds/kind";
import { ensure, read, remove } from "./lifecycle";

type Method = (kind: Kind<HostInputs>, args: readonly unknown[]) => unknown;

const properties = (value: unknown) => value as Properties;

const methods: Readonly<Record<string, Method>> = {
  check: (kind, [, news]) => check(kind, properties(news)),
  diff: (kind, [, olds, news]) => diff(kind, properties(olds), properties(news)),
  create: (kind, [inputs]) => ensure(kind, properties(inputs), undefined),
  read: (kind, [id, props]) => read(kind, id as string, properties(props)),
  update: async (kind, [, olds, news]) => {
    const { outs } = await ensure(kind, properties(news), properties(olds));
    return { outs };
  },
  delete: (kind, [, props]) => remove(kind, properties(props)),
};

/**
 * The one entry that the providers in stacks' states require, with Pulumi's own argument lists. Its path, its name and
 * its parameters never change: states that were written years ago run today's engine through it.
 */
export async function call(
  kindName: string,
  methodName: string,
  ...args: unknown[]
): Promise<unknown> {
  closeOnSignals();
  try {
    const kind = kinds[kindName];
    const method = methods[methodName];
    if (!kind || !method) throw unknownName(kindName, methodName);
    return clean(await method(kind, args));
  } catch (error) {
    throw withoutStack(error);
  }
}

function unknownName(kindName: string, methodName: string): Error {
  return new Error(
    `this version of pulumi-lvs does not know ${kindName}.${methodName}: install the version that wrote this stack, or a newer one`,
  );
}

/** What Pulumi can carry: plain JSON, without undefined. */
function clean(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** Pulumi prints the stack after the message; ours says nothing that the message does not. */
function withoutStack(error: unknown): unknown {
  if (error instanceof Error) error.stack = "";
  return error;
}
