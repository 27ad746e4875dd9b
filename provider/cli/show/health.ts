import type { Snapshot } from "../../host/batch";
import type { RealServer } from "../../ipvs/model";
import { realServerPartId } from "../../ipvs/realServerPart";
import type { HealthChecked } from "../../kinds/healthChecked";
import type { DeclaredResource, Values } from "./declared";
import type { HealthView } from "./view";

/** A real server with its declaration in the state and its entry in the live IPVS table. */
interface ObservedRealServer {
  readonly service: string;
  readonly name: string;
  /** The resource of the virtual service; undefined when the stack does not declare the virtual service. */
  readonly resource: DeclaredResource | undefined;
  readonly declared: Values | undefined;
  readonly live: RealServer | undefined;
}

/**
 * Whether a checked real server is up or down by the weight that keepalived has set, and since when and why as far as
 * the systemd journal of the host tells. A real server that is not declared, or whose declared weight is 0, is neither.
 */
export function healthOf(
  { service, name, resource, declared, live }: ObservedRealServer,
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
  // After a lost quorum, or when another program sets weights, the log and the weight differ: the weight counts.
  if (!change || change.isUp !== (state === "up")) return { state };
  const { at, why } = change;
  return { state, since: at.toISOString(), ...(why !== undefined && { why }) };
}
