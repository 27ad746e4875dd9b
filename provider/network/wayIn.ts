import { canonicalAddress } from "../values/address";
import type { Part, PartName } from "../values/part";
import type { Links } from "./links";
import type { Management } from "./management";
import { type Routes, routeHolds, routeTo } from "./routes";
import type { Rule } from "./rules";

/** The way by which our SSH connection reaches a host, and by which the host answers. */
export interface WayIn {
  /** The host's own address of the connection. */
  readonly server: string;
  /** The addresses that no interface may gain or lose: both ends, and every gateway of the host. */
  readonly addresses: ReadonlySet<string>;
  /** The interfaces of the way. */
  readonly devices: ReadonlySet<string>;
  /** Whether one of these interfaces is a tunnel, whose packets a new tunnel might take. */
  readonly isTunnelled: boolean;
}

/** The types of parts that can cut the way to a host. */
const CUTTING: readonly PartName[] = ["link", "sysctl", "route", "rule", "address"];

/** A policy rule on the source address, before or after a change. */
export type SourceRule = Pick<Rule, "source" | "action">;

/**
 * The way in, by what the host shows; undefined when the host does not tell, so that every such part may cut it. A table
 * that these rules look up for other sources is no part of the way.
 */
export function wayIn(
  management: Management,
  links: Links,
  routes: Routes,
  rules: readonly SourceRule[],
): WayIn | undefined {
  if (!management) return undefined;
  const [client, server] = [management.client, management.server].map(withoutZone) as [
    string,
    string,
  ];
  const holders = [...links.values()].filter(({ addresses }) =>
    addresses.some(({ address }) => address === server),
  );
  if (holders.length === 0) return undefined;
  const gateways = routes.flatMap(({ gateway }) => gateway ?? []);
  const devices = new Set([
    ...holders.map(({ name }) => name),
    ...waysTo(client, server, routes, rules).flatMap((device) => device ?? []),
  ]);
  return {
    server,
    addresses: new Set([client, server, ...gateways.map(canonicalAddress)]),
    devices,
    isTunnelled: [...devices].some((name) => isTunnel(links.get(name)?.kind)),
  };
}

/** Whether a change of a part can cut the way in, with the rules before and after the change. */
export function canCut(
  { type, id }: Pick<Part, "type" | "id">,
  way: WayIn | undefined,
  rules: readonly SourceRule[],
): boolean {
  if (!CUTTING.includes(type)) return false;
  if (!way) return true;
  const words = id.split(" ");
  switch (type) {
    case "address":
      return way.addresses.has((words[0] ?? "").split("/")[0] ?? "");
    case "link":
      return way.isTunnelled || way.devices.has(id);
    case "sysctl":
      return concernsWay(id, way);
    case "rule":
      return words[2] === way.server;
    default:
      return mayUse(words.at(-1) ?? "", way.server, rules);
  }
}

/** Whether packets from an address may be routed by a table: no rule is known of it, or one for this address. */
function mayUse(table: string, address: string, rules: readonly SourceRule[]): boolean {
  const users = rules.filter(({ action }) => action === `lookup ${table}`);
  return users.length === 0 || users.some(({ source }) => source === address);
}

function concernsWay(sysctl: string, { devices }: WayIn): boolean {
  const [, device] = /^net\/ipv[46]\/conf\/([^/]+)\//.exec(sysctl) ?? [];
  return device !== undefined && (["all", "default"].includes(device) || devices.has(device));
}

/** The interfaces by which the host may answer: that of its main table, and those of its other tables. */
function waysTo(
  client: string,
  server: string,
  routes: Routes,
  rules: readonly SourceRule[],
): (string | undefined)[] {
  const others = routes.filter(
    (route) =>
      !["main", "local"].includes(route.table) &&
      route.type === "unicast" &&
      routeHolds(route, client) &&
      mayUse(route.table, server, rules),
  );
  return [routeTo(routes, client), ...others].map((route) => route?.device);
}

const isTunnel = (kind: string | undefined) => /^(ipip|sit|ip6tnl|gre|ip6gre)/.test(kind ?? "");

/** sshd shows a link-local address with its interface: `fe80::1%eth0`. */
const withoutZone = (address: string) => canonicalAddress(address.split("%")[0] ?? "");
