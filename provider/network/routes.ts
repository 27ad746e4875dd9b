import { type Family, type Network, networkHolds, parseNetwork } from "../values/address";
import { command } from "../values/command";
import type { Fact } from "../values/fact";
import { parseJsonList } from "./json";

/** One route of any table. */
export interface Route {
  readonly family: Family;
  /** `default` or a network in canonical form. */
  readonly destination: string;
  readonly table: string;
  /** unicast, local, broadcast, unreachable and so on. */
  readonly type: string;
  readonly gateway: string | undefined;
  readonly device: string | undefined;
  readonly metric: number;
  /** It came by a router advertisement (`proto ra`). */
  readonly isAdvertised: boolean;
}

/** The routes of a host, of all tables and both families. */
export type Routes = readonly Route[];

interface JsonRoute {
  dst?: string;
  table?: string;
  type?: string;
  gateway?: string;
  dev?: string;
  metric?: number;
  protocol?: string;
  pref?: string;
}

/** The routes of all tables and both families (ip-route(8)). */
export const routesFact: Fact<Routes> = {
  commands: [command("ip", "-json", "-details", "route", "show", "table", "all")],
  parse: ([shown]) => parseJsonList<JsonRoute>("ip route", shown).map(readRoute),
};

function readRoute(route: JsonRoute): Route {
  const family = familyOfRoute(route);
  return {
    family,
    destination: withPrefix(route.dst ?? "default", family),
    table: route.table ?? "main",
    type: route.type ?? "unicast",
    gateway: route.gateway,
    device: route.dev,
    metric: route.metric ?? 0,
    isAdvertised: route.protocol === "ra",
  };
}

// `default` does not tell. Every route of IPv6 has a preference, and none of IPv4 (RTA_PREF, rtnetlink(7)).
function familyOfRoute({ dst = "default", pref }: JsonRoute): Family {
  return dst.includes(":") || pref !== undefined ? "ipv6" : "ipv4";
}

// A route to one address is shown without its prefix.
function withPrefix(destination: string, family: Family): string {
  if (destination === "default" || destination.includes("/")) return destination;
  return `${destination}/${family === "ipv4" ? 32 : 128}`;
}

const ALL: Readonly<Record<Family, string>> = { ipv4: "0.0.0.0/0", ipv6: "::/0" };

// Each of a thousand real servers asks for its route.
const networks = new WeakMap<Route, Network | undefined>();

/** The destination of a route as a network: of `default`, all addresses. */
function networkOf(route: Route): Network | undefined {
  if (!networks.has(route)) {
    const { destination, family } = route;
    networks.set(route, parseNetwork(destination === "default" ? ALL[family] : destination));
  }
  return networks.get(route);
}

/** The route that the host takes to an address: local first, then the longest prefix of the main table. */
export function routeTo(routes: Routes, address: string): Route | undefined {
  const fitting = routes.filter((route) => isLookedUp(route) && holds(route, address));
  return fitting.sort((a, b) => rank(b) - rank(a) || a.metric - b.metric)[0];
}

function isLookedUp(route: Route): boolean {
  return route.table === "main" || (route.table === "local" && route.type === "local");
}

function holds(route: Route, address: string): boolean {
  const network = networkOf(route);
  return network !== undefined && networkHolds(network, address);
}

function rank(route: Route): number {
  return (route.table === "local" ? 1000 : 0) + (networkOf(route)?.prefixLength ?? 0);
}
