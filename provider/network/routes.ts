import { type Family, familyOf, networkHolds, parseNetwork } from "../values/address";
import type { Fact } from "../values/command";
import { command } from "../values/command";
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

/** A policy rule that looks at the source of a packet. */
export interface Rule {
  readonly family: Family;
  readonly priority: number;
  readonly source: string;
  /** `lookup main suppress_prefixlength 0` and the like: what it does. */
  readonly action: string;
}

/** The routes and policy rules of a host. */
export interface Routes {
  readonly routes: readonly Route[];
  readonly rules: readonly Rule[];
}

const FAMILIES = ["ipv4", "ipv6"] as const;
/** The option of ip(8) for each family. */
export const OPTION = { ipv4: "-4", ipv6: "-6" } as const;

interface JsonRoute {
  dst?: string;
  table?: string;
  type?: string;
  gateway?: string;
  dev?: string;
  metric?: number;
  protocol?: string;
}

interface JsonRule {
  priority?: number;
  src?: string;
  srclen?: number;
  table?: string;
  suppress_prefixlen?: number;
}

// A kernel that was booted with ipv6.disable=1 has no routes and no rules of IPv6.
const NO_IPV6 = /Address family not supported by protocol/;
const NOTHING = { stdout: "", stderr: "", exitCode: 0 };

/** The routes of all tables and the policy rules of both families (ip-route(8), ip-rule(8)). */
export const routesFact: Fact<Routes> = {
  commands: FAMILIES.flatMap((family) => [
    command("ip", "-json", "-details", OPTION[family], "route", "show", "table", "all"),
    command("ip", "-json", OPTION[family], "rule", "show"),
  ]),
  parse(shown) {
    const results = shown.map((one) => (NO_IPV6.test(one.stderr) ? NOTHING : one));
    return {
      routes: FAMILIES.flatMap((family, index) =>
        parseJsonList<JsonRoute>("ip route", results[2 * index]).map((route) =>
          readRoute(family, route),
        ),
      ),
      rules: FAMILIES.flatMap((family, index) =>
        parseJsonList<JsonRule>("ip rule", results[2 * index + 1]).map((rule) =>
          readRule(family, rule),
        ),
      ),
    };
  },
};

function readRoute(family: Family, route: JsonRoute): Route {
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

// A route to one address is shown without its prefix.
function withPrefix(destination: string, family: Family): string {
  if (destination === "default" || destination.includes("/")) return destination;
  return `${destination}/${family === "ipv4" ? 32 : 128}`;
}

function readRule(family: Family, rule: JsonRule): Rule {
  const suppress =
    rule.suppress_prefixlen === undefined
      ? ""
      : ` suppress_prefixlength ${rule.suppress_prefixlen}`;
  return {
    family,
    priority: rule.priority ?? 0,
    source: rule.srclen === undefined ? (rule.src ?? "all") : `${rule.src}/${rule.srclen}`,
    action: `lookup ${rule.table ?? "main"}${suppress}`,
  };
}

/** The route that the host takes to an address: local first, then the longest prefix of the main table. */
export function routeTo(routes: Routes, address: string): Route | undefined {
  const family = familyOf(address);
  const fitting = routes.routes.filter(
    (route) => route.family === family && isLookedUp(route) && holds(route, address),
  );
  return fitting.sort((a, b) => rank(b) - rank(a) || a.metric - b.metric)[0];
}

function isLookedUp(route: Route): boolean {
  return route.table === "main" || (route.table === "local" && route.type === "local");
}

function holds(route: Route, address: string): boolean {
  if (route.destination === "default") return true;
  const network = parseNetwork(route.destination);
  return network !== undefined && networkHolds(network, address);
}

function rank(route: Route): number {
  const local = route.table === "local" ? 1000 : 0;
  return (
    local +
    (route.destination === "default" ? -1 : (parseNetwork(route.destination)?.prefixLength ?? 0))
  );
}
