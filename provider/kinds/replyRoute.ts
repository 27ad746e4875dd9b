import { hostPrefix } from "../network/interfaces";
import { routeTo } from "../network/routes";
import type { Facts } from "../registry/facts";
import { readPart } from "../registry/partTypes";
import { familyOf } from "../values/address";
import { LvsError } from "../values/errors";
import type { Part } from "../values/part";

/** The route of packets with one source address. */
interface ReplyRoute {
  readonly source: string;
  readonly gateway: string;
}

// Before the rule of the main table (32766). The first rule looks up the main table without its default route, so that
// the host reaches neighbours and networks with a specific route as before.
const NEARBY_PRIORITY = 30000;
const GATEWAY_PRIORITY = 30001;

/** Two policy rules and a default route in a separate table, so that other traffic of the host keeps its routes. */
export function replyParts(route: ReplyRoute & { argument: string }, facts: Facts): Part[] {
  const device = deviceTowards(route, facts);
  if (device === undefined) {
    throw new LvsError(
      "input",
      `${route.argument} is ${route.gateway}, but it is not on a network of this host; nothing was changed. ` +
        `Give a gateway on the network of ${route.source}`,
    );
  }
  return partsOf(route, device);
}

/** Whether the rules and the route exist as declared. */
export function replyRouteIsThere(route: ReplyRoute, facts: Facts): boolean {
  const device = deviceTowards(route, facts);
  if (device === undefined) return false;
  return partsOf(route, device).every((part) => readPart(part, facts) === part.value);
}

/** The interface in whose network the gateway is. */
function deviceTowards({ gateway }: ReplyRoute, facts: Facts): string | undefined {
  const towards = routeTo(facts.routes, gateway);
  const isNear = towards?.gateway === undefined && towards?.type !== "local";
  return isNear ? towards?.device : undefined;
}

function partsOf(route: ReplyRoute, device: string): Part[] {
  const part = (type: "route" | "rule", id: string, value: string): Part => ({
    type,
    id: `${familyOf(route.source)} ${id}`,
    value,
    shared: true,
  });
  const table = tableOf(route.source);
  return [
    part("route", `default table ${table}`, `via ${route.gateway} dev ${device}`),
    part("rule", ruleId(route, NEARBY_PRIORITY), "lookup main suppress_prefixlength 0"),
    part("rule", ruleId(route, GATEWAY_PRIORITY), `lookup ${table}`),
  ];
}

function ruleId(route: ReplyRoute, priority: number): string {
  return `from ${route.source} priority ${priority}`;
}

/** The number of the routing table for a source address, far from the small numbers that users choose. */
function tableOf(source: string): number {
  let hash = 0;
  for (const char of hostPrefix(source)) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
  return 1_000_000 + (hash % 1_000_000_000);
}
