import type { Snapshot } from "../../host/batch";
import { hasClaims } from "../../journal/plan";
import { kinds } from "../../kinds";
import type { HostInputs } from "../../kinds/kind";
import { SHOWN } from "../state/secrets";
import type { DeclaredResource, Values } from "./declared";
import type { Drift } from "./view";

export const MISSING: Drift = { attribute: "presence", declared: "present", live: "absent" };
export const NOT_DECLARED: Drift = { attribute: "presence", declared: "absent", live: "present" };

// Parts of a name, or nothing that is on a host; real servers are things of their own.
const LEFT_OUT = new Set(["__provider", "connection", "owner", "adopt", "realServers"]);

/** What a refresh of a resource would find: how its live state is not as declared. */
export function driftOf(resource: DeclaredResource, { facts, journal }: Snapshot): Drift[] {
  const kind = kinds[resource.kind];
  if (!kind) return [];
  const inputs = resource.inputs as unknown as HostInputs;
  const isClaimed = hasClaims({ urn: inputs.owner, id: resource.id }, journal);
  const live = kind.live(inputs, facts, isClaimed);
  if (!live) return [MISSING];
  return valueDrift(resource, live as unknown as Values);
}

/** Which values are not as declared, without showing one that is a secret. */
export function valueDrift(
  { inputs, shown }: Pick<DeclaredResource, "inputs" | "shown">,
  live: Values,
): Drift[] {
  const [before, visible, now] = [flat(inputs), flat(shown), flat(live)];
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  const differing = [...names].filter(
    (name) => !LEFT_OUT.has(name) && textOf(before[name]) !== textOf(now[name]),
  );
  return differing.map((attribute) => {
    const declared = textOf(visible[attribute]);
    const isSecret = declared.includes(SHOWN);
    return { attribute, declared, live: isSecret ? SHOWN : textOf(now[attribute]) };
  });
}

/** The values with those of `state`, which a real server's VIP has for all that it set on its host, beside the others. */
function flat(values: Values): Values {
  const { state, ...rest } = values;
  return typeof state === "object" ? { ...rest, ...state } : values;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (Array.isArray(value)) return value.map(textOf).join(",") || "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
