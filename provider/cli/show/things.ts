import type { DeclaredResource } from "./declared";
import { driftOf, MISSING } from "./drift";
import { type ObservedHost, snapshotOf } from "./observedHost";
import type { ThingView } from "./view";

/** Makes the view of a resource that has no figures: its name, its presence and its drift. */
export function thingView(resource: DeclaredResource, host: ObservedHost): ThingView {
  const snapshot = snapshotOf(host);
  if (!snapshot) return { name: resource.name, presence: "unknown", drift: [] };
  const drift = driftOf(resource, snapshot);
  return { name: resource.name, presence: drift.includes(MISSING) ? "absent" : "present", drift };
}
