import type { Snapshot } from "../../host/batch";
import type { RealServer } from "../../ipvs/model";
import { realServerPartId } from "../../ipvs/realServerPart";
import { readValue } from "../../ipvs/virtualServicePart";
import type { Journal } from "../../journal/journal";
import type { HealthChecked } from "../../kinds/healthChecked";
import { partKey } from "../../values/part";
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
 * The health of a checked real server. The weight that keepalived has set shows whether the real server is up, and the
 * systemd journal of the host since when and why. Undefined for a real server without a check, without a declaration, or
 * with a declared weight of 0.
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
  if (live.config.weight === 0 && isLeaving(service, name, snapshot?.journal))
    return { state: "draining" };
  const state = live.config.weight > 0 ? "up" : "down";
  const change = snapshot?.facts.healthLog?.get(realServerPartId(service, name));
  // After a lost quorum, or when another program sets weights, the log and the weight differ: the weight counts.
  if (!change || change.isUp !== (state === "up")) return { state };
  const { at, why } = change;
  return { state, since: at.toISOString(), ...(why !== undefined && { why }) };
}

/** Whether a change takes the real server away: the journal has what it wants from its start, and the state at its end. */
function isLeaving(service: string, name: string, journal: Journal = {}): boolean {
  const entry = journal[partKey({ type: "virtualService", id: service })];
  if (entry === undefined) return false;
  const { realServers } = readValue(entry.value).service;
  return (realServers[name]?.config.weight ?? 0) === 0;
}
