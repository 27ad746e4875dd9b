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

/**
 * The differences between the live and the declared state of a resource. A refresh finds the same differences, and also
 * lost boot files (`persist`) and the virtual services that `exclusive` would remove.
 */
export function driftOf(resource: DeclaredResource, { facts, journal }: Snapshot): Drift[] {
  const kind = kinds[resource.kind];
  if (!kind) return [];
  const inputs = resource.inputs as unknown as HostInputs;
  const isClaimed = hasClaims({ urn: inputs.owner, id: resource.id }, journal);
  const live = kind.live(inputs, facts, isClaimed);
  if (!live) return [MISSING];
  return valueDrift(resource, live as unknown as Values);
}

/** The live values that differ from the declared values, with secrets masked. */
export function valueDrift(
  { inputs, shown }: Pick<DeclaredResource, "inputs" | "shown">,
  live: Values,
): Drift[] {
  const [declared, masked] = [withFlatState(inputs), withFlatState(shown)];
  const liveValues = withFlatState(live);
  const names = new Set([...Object.keys(declared), ...Object.keys(liveValues)]);
  const differing = [...names].filter(
    (name) => !LEFT_OUT.has(name) && textOf(declared[name]) !== textOf(liveValues[name]),
  );
  return differing.map((attribute) => {
    const text = textOf(masked[attribute]);
    const isSecret = text.includes(MASKED);
    return { attribute, declared: text, live: isSecret ? MASKED : textOf(liveValues[attribute]) };
  });
}

/** Moves the values in the `state` of a RealServerVip up to the other inputs. The `state` of a Failover is a text. */
function withFlatState(values: Values): Values {
  const { state, ...rest } = values;
  return typeof state === "object" ? { ...rest, ...state } : values;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (Array.isArray(value)) return value.map(textOf).join(",") || "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
