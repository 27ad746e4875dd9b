import type { DeclaredResource } from "./declared";
import { driftOf, MISSING } from "./drift";
import { type LookedAt, snapshotOf } from "./looked";
import type { ThingView } from "./view";

/** A resource that is shown by its name and by how it has drifted. */
export function thingView(resource: DeclaredResource, host: LookedAt): ThingView {
  const snapshot = snapshotOf(host);
  if (!snapshot) return { name: resource.name, presence: "unknown", drift: [] };
  const drift = driftOf(resource, snapshot);
  return { name: resource.name, presence: drift.includes(MISSING) ? "absent" : "present", drift };
}
