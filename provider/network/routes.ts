import { type Family, familyOf, networkHolds, parseNetwork } from "../values/address";
import type { Fact, Result } from "../values/command";
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

/** The routes of all tables and the policy rules of both families (ip-route(8), ip-rule(8)). */
export const routesFact: Fact<Routes> = {
  commands: FAMILIES.map((family) => ({
    argv: ["ip", "-json", "-details", OPTION[family], "-batch", "-"],
    stdin: "route show table all\nrule show\n",
  })),
  parse(shown) {
    const families = FAMILIES.map((family, index) => readFamily(family, shown[index]));
    return {
      routes: families.flatMap(({ routes }) => routes),
      rules: families.flatMap(({ rules }) => rules),
    };
  },
};

/** Each line of a batch has its answer on a line. What the kernel does not have ends the batch within an answer. */
function readFamily(family: Family, shown: Result | undefined): Routes {
  const isMissing = shown !== undefined && NO_IPV6.test(shown.stderr);
  const lines = shown?.stdout.split("\n") ?? [];
  const [routes = "", rules = ""] = lines.filter((line) => !isMissing || line.endsWith("]"));
  const list = <T>(stdout: string) =>
    parseJsonList<T>(
      "ip route and ip rule",
      shown && { ...shown, stdout, ...(isMissing && { exitCode: 0 }) },
    );
  return {
    routes: list<JsonRoute>(routes).map((route) => readRoute(family, route)),
    rules: list<JsonRule>(rules).map((rule) => readRule(family, rule)),
  };
}

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
