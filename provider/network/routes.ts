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
  /** Whether a router advertisement brought the route (`proto ra`). */
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

// `default` does not show the family. Every IPv6 route has a preference, and no IPv4 route (RTA_PREF, rtnetlink(7)).
function familyOfRoute({ dst = "default", pref }: JsonRoute): Family {
  return dst.includes(":") || pref !== undefined ? "ipv6" : "ipv4";
}

// ip shows a route to one address without a prefix length.
function withPrefix(destination: string, family: Family): string {
  if (destination === "default" || destination.includes("/")) return destination;
  return `${destination}/${family === "ipv4" ? 32 : 128}`;
}

const ALL: Readonly<Record<Family, string>> = { ipv4: "0.0.0.0/0", ipv6: "::/0" };

// A cache, because each of a thousand real servers looks up its route.
const networks = new WeakMap<Route, Network | undefined>();

/** The destination of a route as a network; `default` is the network of all addresses. */
function networkOf(route: Route): Network | undefined {
  if (!networks.has(route)) {
    const { destination, family } = route;
    networks.set(route, parseNetwork(destination === "default" ? ALL[family] : destination));
  }
  return networks.get(route);
}

/** The route from the host to an address: the table local first, then the longest prefix of the table main. */
export function routeTo(routes: Routes, address: string): Route | undefined {
  const fitting = routes.filter((route) => isLookedUp(route) && routeHolds(route, address));
  return fitting.sort((a, b) => rank(b) - rank(a) || a.metric - b.metric)[0];
}

function isLookedUp(route: Route): boolean {
  return route.table === "main" || (route.table === "local" && route.type === "local");
}

/** Whether the destination of a route holds an address. */
export function routeHolds(route: Route, address: string): boolean {
  const network = networkOf(route);
  return network !== undefined && networkHolds(network, address);
}

function rank(route: Route): number {
  return (route.table === "local" ? 1000 : 0) + (networkOf(route)?.prefixLength ?? 0);
}
