import { type IpvsTable, realServerKeyText, type VirtualService } from "../ipvs/model";
import { realServerPartId } from "../ipvs/realServerPart";
import { endpoint } from "../values/address";
import { type Check, checkOf, type HealthCheck } from "./healthCheck";
import type { HealthLog } from "./healthLog";

/** How long a change may wait until a virtual service has its quorum. */
export interface WaitForHealthy {
  readonly seconds: number;
}

/** A virtual service with a health check. */
export interface CheckedService {
  /** `tcp 192.0.2.80:80`. */
  readonly name: string;
  readonly check: HealthCheck;
  /** The declared virtual service, with the sorry server. */
  readonly service: VirtualService;
  /** How long a change waits for the quorum. @default - no wait */
  readonly seconds?: number | undefined;
}

/** A virtual service whose quorum a change waits for. */
export type AwaitedQuorum = CheckedService & WaitForHealthy;

/** The sum of the weights of the healthy real servers of a virtual service, and the names of those that are down. */
export interface QuorumState {
  readonly weight: number;
  readonly needed: number;
  readonly down: readonly string[];
}

/**
 * The state of a quorum, as the weights in the IPVS table show it. keepalived sets the weight of a real server that is
 * down to 0, and of a healthy one to its declared weight, or to 0 while the sorry server answers.
 */
export function quorumState(checked: CheckedService, table: IpvsTable): QuorumState {
  const { name, service, check } = checked;
  const { sorryServer } = check;
  const sorry = sorryServer && endpoint(sorryServer.rip, sorryServer.port);
  const live = table[name]?.realServers ?? {};
  const wanted = Object.values(service.realServers).filter(
    ({ key, config }) => realServerKeyText(key) !== sorry && config.weight > 0,
  );
  const weightOf = (name: string) => live[name]?.config.weight ?? 0;
  const names = wanted.map(({ key }) => realServerKeyText(key));
  const total = wanted.reduce((sum, { config }) => sum + config.weight, 0);
  return {
    weight: names.reduce((sum, name) => sum + weightOf(name), 0),
    // All weights may be declared as 0, for maintenance.
    needed: Math.min(check.quorum ?? 1, total),
    down: names.filter((name) => weightOf(name) === 0 && checkOf(check, name) !== false),
  };
}

/** Whether a virtual service has its quorum. */
export function hasQuorum({ weight, needed }: QuorumState): boolean {
  return weight >= needed;
}

/** After how many seconds at most keepalived takes any real server that does not answer for down. */
export function reactionSeconds(check: HealthCheck): number {
  const own = Object.values(check.realServers ?? {}).filter((one) => one !== false);
  return Math.max(...[check, ...own].map(secondsUntilDown));
}

function secondsUntilDown(check: Check): number {
  const { intervalSeconds, timeoutSeconds, retries, delayBeforeRetrySeconds } = check;
  const tries = (retries + 1) * timeoutSeconds + retries * delayBeforeRetrySeconds;
  return (check.warmupSeconds ?? 0) + intervalSeconds + tries;
}

/** The progress in the row of a resource: "waiting for tcp 192.0.2.80:80: 192.0.2.11:80 is down, 18 s left". */
export function quorumProgress(
  pending: readonly AwaitedQuorum[],
  table: IpvsTable,
  secondsLeft: number,
): string {
  const [first, ...others] = pending;
  if (!first) return "the quorum is there";
  const more = others.length === 0 ? "" : `, and for ${others.length} more`;
  return `waiting for ${first.name}: ${stateText(quorumState(first, table))}, ${secondsLeft} s left${more}`;
}

function stateText({ weight, needed, down }: QuorumState): string {
  const [first, ...others] = down;
  if (weight >= needed) return "its new check has yet to fail or to succeed";
  if (first === undefined) return `weight ${weight} of ${needed}`;
  return `${first}${others.length === 0 ? " is" : ` and ${others.length} more are`} down`;
}

/** Why a change failed: each real server that is down, its check, and the message of keepalived. */
export function quorumFailure(awaited: AwaitedQuorum, table: IpvsTable, log: HealthLog): string {
  const { name, check, seconds } = awaited;
  const { weight, needed, down } = quorumState(awaited, table);
  const lines = down.map((realServer) => {
    const { isUp, why } = log.get(realServerPartId(name, realServer)) ?? {};
    const said = isUp === false && why !== undefined ? `: ${why}` : "";
    return `\n  ${realServer} is down: it fails its ${checkText(checkOf(check, realServer) || check)}${said}`;
  });
  return `${name} is not healthy after ${seconds} seconds: weight ${weight}, and its quorum needs ${needed}${lines.join("")}`;
}

/** A check in the words of its arguments: "http check of /health on port 8080". */
export function checkText(check: Check): string {
  const { type, path, queryName, script, address, port, through } = check;
  const of = path ?? queryName ?? script;
  const where = [
    ...(of === undefined ? [] : [` of ${of}`]),
    ...(address === undefined ? [] : [` at ${address}`]),
    ...(through === undefined ? [] : [" through the VIP"]),
    ...(port === undefined ? [] : [` on port ${port}`]),
  ];
  return `${type} check${where.join("")}`;
}
