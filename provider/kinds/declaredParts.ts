import type { Facts } from "../registry/facts";
import type { Part } from "../values/part";
import type { HostInputs, Kind } from "./kind";

/**
 * The parts that a resource declares, as a function of the facts. The parts of the last facts are remembered, because a
 * batch asks several times for the same facts, and a group of virtual services has thousands of parts.
 */
export function declaredParts(
  kind: Kind<HostInputs>,
  inputs: HostInputs,
): (facts: Facts) => readonly Part[] {
  let last: { readonly facts: Facts; readonly parts: readonly Part[] } | undefined;
  return (facts) => {
    if (!last || !areSameFacts(last.facts, facts))
      last = { facts, parts: kind.parts(inputs, facts) };
    return last.parts;
  };
}

/** Whether two snapshots have the same values. Each snapshot is an object of its own, with the values of one reading. */
function areSameFacts(one: Facts, other: Facts): boolean {
  const names = Object.keys(one) as (keyof Facts)[];
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}
