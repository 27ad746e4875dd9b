import type { Snapshot } from "../../host/batch";
import type { RealServer } from "../../ipvs/model";
import { realServerPartId } from "../../ipvs/realServerPart";
import type { HealthChecked } from "../../kinds/healthChecked";
import type { DeclaredResource, Values } from "./declared";
import type { HealthView } from "./view";

/** What a declared real server of a checked virtual service is told by. */
interface Checked {
  readonly service: string;
  readonly name: string;
  /** The virtual service, where the stack declares it. */
  readonly resource: DeclaredResource | undefined;
  readonly declared: Values | undefined;
  readonly live: RealServer | undefined;
}

/**
 * Whether a checked real server is up or down by its weight, which keepalived sets, and since when and why as far as the
 * journal of the host tells. One that drains, or whose declared weight is 0, is neither.
 */
export function healthOf(
  { service, name, resource, declared, live }: Checked,
  snapshot: Snapshot | undefined,
): HealthView | undefined {
  const { healthCheck } = (resource?.inputs ?? {}) as HealthChecked;
  if (
    !healthCheck ||
    declared?.healthCheck === false ||
    !live ||
    !declared ||
    declared.weight === 0
  )
    return undefined;
  const state = live.config.weight > 0 ? "up" : "down";
  const change = snapshot?.facts.healthLog?.get(realServerPartId(service, name));
  // The quorum may be lost, or another writer of weights may have been here: the table is what counts.
  if (!change || change.isUp !== (state === "up")) return { state };
  const { at, why } = change;
  return { state, since: at.toISOString(), ...(why !== undefined && { why }) };
}
