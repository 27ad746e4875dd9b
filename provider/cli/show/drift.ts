import type { Snapshot } from "../../host/batch";
import { hasClaims } from "../../journal/plan";
import { kinds } from "../../kinds";
import type { HostInputs } from "../../kinds/kind";
import { MASKED } from "../state/secrets";
import type { DeclaredResource, Values } from "./declared";
import type { Drift } from "./view";

export const MISSING: Drift = { attribute: "presence", declared: "present", live: "absent" };
export const NOT_DECLARED: Drift = { attribute: "presence", declared: "absent", live: "present" };

// These inputs are not state of the host. Real servers have their own drift.
const LEFT_OUT = new Set(["__provider", "connection", "owner", "adopt", "realServers"]);

/** The differences between the live and the declared state of a resource, as a refresh would find them. */
export function driftOf(resource: DeclaredResource, { facts, journal }: Snapshot): Drift[] {
  const kind = kinds[resource.kind];
  if (!kind) return [];
  const inputs = resource.inputs as unknown as HostInputs;
  const isClaimed = hasClaims({ urn: inputs.owner, id: resource.id }, journal);
  const live = kind.live(inputs, facts, isClaimed);
  if (!live) return [MISSING];
  return valueDrift(resource, live as unknown as Values);
}

/** The values that differ from the declared ones, with secrets masked. */
export function valueDrift(
  { inputs, shown }: Pick<DeclaredResource, "inputs" | "shown">,
  live: Values,
): Drift[] {
  const [declared, masked, now] = [flatten(inputs), flatten(shown), flatten(live)];
  const names = new Set([...Object.keys(declared), ...Object.keys(now)]);
  const differing = [...names].filter(
    (name) => !LEFT_OUT.has(name) && textOf(declared[name]) !== textOf(now[name]),
  );
  return differing.map((attribute) => {
    const text = textOf(masked[attribute]);
    const isSecret = text.includes(MASKED);
    return { attribute, declared: text, live: isSecret ? MASKED : textOf(now[attribute]) };
  });
}

/** Moves the values of `state`, which a RealServerVip has for its settings on the host, up to the other inputs. */
function flatten(values: Values): Values {
  const { state, ...rest } = values;
  return typeof state === "object" ? { ...rest, ...state } : values;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (Array.isArray(value)) return value.map(textOf).join(",") || "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
