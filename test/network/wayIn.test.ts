import { describe, expect, it } from "vitest";
import type { Link } from "../../provider/network/links";
import type { Route } from "../../provider/network/routes";
import { canCut, type SourceRule, wayIn } from "../../provider/network/wayIn";
import type { PartName } from "../../provider/values/part";

const link = (name: string, address: string, kind?: string): [string, Link] => [
  name,
  {
    ...{ name, kind, isUp: true, local: undefined },
    addresses: [{ address, prefixLength: 24, isDuplicate: false }],
  },
];
const route = (destination: string, device: string, more: Partial<Route> = {}): Route => ({
  ...{ family: "ipv4", destination, device, table: "main", type: "unicast" },
  ...{ gateway: undefined, metric: 0, isAdvertised: false },
  ...more,
});

// Managed through eth1 by way of a router; eth2 is the cluster's.
const links = new Map([link("eth1", "198.51.100.11"), link("eth2", "10.0.0.11")]);
const routes = [
  route("198.51.100.0/24", "eth1"),
  route("10.0.0.0/24", "eth2"),
  route("default", "eth1", { gateway: "198.51.100.1" }),
];
const management = { client: "192.0.2.2", server: "198.51.100.11" };

const cuts = (
  type: PartName,
  id: string,
  {
    rules = [],
    ...seen
  }: {
    rules?: SourceRule[];
    management?: typeof management | undefined;
    links?: typeof links;
    routes?: Route[];
  } = {},
) => {
  const all = { management, links, routes, ...seen };
  return canCut({ type, id }, wayIn(all.management, all.links, all.routes, rules), rules);
};

describe("canCut", () => {
  it.each<[PartName, string]>([
    ["address", "198.51.100.11/32 dev lo"],
    ["address", "192.0.2.2/32"],
    ["address", "198.51.100.1/32"],
    ["sysctl", "net/ipv4/conf/eth1/arp_ignore"],
    ["sysctl", "net/ipv4/conf/eth1/forwarding"],
    ["sysctl", "net/ipv6/conf/all/forwarding"],
    ["rule", "ipv4 from 198.51.100.11 priority 30000"],
    ["route", "ipv4 default table 1234567"],
    ["link", "eth1"],
  ])("says that the %s %s can cut the way in", (type, id) => {
    expect(cuts(type, id)).toBe(true);
  });

  it.each<[PartName, string]>([
    ["address", "192.0.2.80/32 dev lo"],
    ["address", "10.0.0.11/32 dev lo"],
    ["sysctl", "net/ipv4/conf/eth2/arp_ignore"],
    ["sysctl", "net/ipv4/vs/expire_quiescent_template"],
    ["rule", "ipv4 from 192.0.2.80 priority 30000"],
    ["link", "lvs4-c000020b"],
    ["module", "ipip"],
    ["virtualService", "tcp 198.51.100.11:80"],
    ["realServer", "tcp 198.51.100.11:80 -> 10.0.0.5:80"],
    ["healthCheck", "tcp 198.51.100.11:80"],
  ])("says that the %s %s cannot", (type, id) => {
    expect(cuts(type, id)).toBe(false);
  });

  it("counts a table of routes for the sources that look it up", () => {
    const id = "ipv4 default table 1234567";
    const rule = (source: string) => [{ source, action: "lookup 1234567" }];
    expect(cuts("route", id, { rules: rule("192.0.2.80") })).toBe(false);
    expect(cuts("route", id, { rules: rule("198.51.100.11") })).toBe(true);
  });

  it("counts the interface of another table by which the host may answer", () => {
    const answering = [...routes, route("default", "eth2", { table: "100" })];
    const sysctl = "net/ipv4/conf/eth2/arp_ignore";
    expect(cuts("sysctl", sysctl, { routes: answering })).toBe(true);
    const rules = [{ source: "192.0.2.80", action: "lookup 100" }];
    expect(cuts("sysctl", sysctl, { routes: answering, rules })).toBe(false);
  });

  it("counts a new tunnel where the way goes through a tunnel", () => {
    const tunnelled = new Map([link("tunl0", "198.51.100.11", "ipip")]);
    expect(cuts("link", "lvs4-c000020b", { links: tunnelled })).toBe(true);
  });

  it.each([
    ["does not tell who manages it", { management: undefined }],
    ["is managed through an address that it does not show", { links: new Map() }],
  ])("says so of all of them where the host %s", (_, seen) => {
    expect(cuts("address", "192.0.2.80/32", seen)).toBe(true);
    expect(cuts("sysctl", "net/ipv4/conf/eth2/arp_ignore", seen)).toBe(true);
    expect(cuts("virtualService", "tcp 192.0.2.80:80", seen)).toBe(false);
  });

  it("reads the addresses of link-local connections as ip shows them", () => {
    const local = new Map([link("eth1", "fe80::1")]);
    const zoned = { client: "fe80::2%eth1", server: "fe80::1%eth1" };
    const seen = { management: zoned, links: local };
    expect(cuts("address", "fe80::1/128", seen)).toBe(true);
    expect(cuts("address", "192.0.2.80/32", seen)).toBe(false);
  });
});
