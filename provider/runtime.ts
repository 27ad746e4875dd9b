import { check, type Properties } from "./check";
import { diff } from "./diff";
import { closeOnSignals } from "./host/shell";
import { kinds } from "./kinds";
import type { HostInputs, Kind } from "./kinds/kind";
import { ensure, ownerOf, read, remove } from "./lifecycle";
import { rememberDiff } from "./replacements";

type Method = (...args: unknown[]) => Promise<unknown>;

type Work = (kind: Kind<HostInputs>, args: readonly unknown[]) => unknown;

const properties = (value: unknown) => value as Properties;

const methods: Readonly<Record<string, Work>> = {
  check: (kind, [, news]) => check(kind, properties(news)),
  diff(kind, [, olds, news]) {
    const found = diff(kind, properties(olds), properties(news));
    rememberDiff(ownerOf(kind, olds as HostInputs), found.replaces);
    return found;
  },
  create: (kind, [inputs]) => ensure(kind, properties(inputs), undefined),
  read: (kind, [id, props]) => read(kind, id as string, properties(props)),
  update: async (kind, [, olds, news]) => {
    const { outs } = await ensure(kind, properties(news), properties(olds));
    return { outs };
  },
  delete: (kind, [, props]) => remove(kind, properties(props)),
};

/**
 * The provider of a kind of resource, with the methods and argument lists of Pulumi's dynamic providers. The states of
 * stacks contain a call of this function, so that its path, name and parameter never change: a state of an earlier
 * version runs the installed engine.
 */
export function provider(kindName: string): Readonly<Record<string, Method>> {
  const kind = kinds[kindName];
  if (!kind) throw forPulumi(unknownKind(kindName));
  closeOnSignals();
  const entries = Object.entries(methods).map(([name, work]): [string, Method] => [
    name,
    (...args) => answer(() => work(kind, args)),
  ]);
  return Object.fromEntries(entries);
}

async function answer(work: () => unknown): Promise<unknown> {
  try {
    return toPlainJson(await work());
  } catch (error) {
    throw forPulumi(error);
  }
}

function unknownKind(name: string): Error {
  return new Error(
    `this version of pulumi-lvs does not know ${name}: install the version that wrote this stack, or a newer one`,
  );
}

/** Converts a result to plain JSON, because Pulumi's RPC fails on undefined. */
function toPlainJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/**
 * Pulumi prints the stack after the message; ours says nothing that the message does not. Of what a half-done change
 * keeps in the state, Pulumi takes no undefined either: it would never answer its engine.
 */
function forPulumi(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  error.stack = "";
  if (!("properties" in error)) return error;
  return Object.assign(error, { properties: toPlainJson(error.properties) });
}
