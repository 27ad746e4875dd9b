import { describe, expect, it } from "vitest";
import { realServerVip } from "../../provider/kinds/realServerVip";
import type { Facts } from "../../provider/registry/facts";
import { factsOf } from "../support/captures";
import { inputsOf } from "../support/inputs";

const clean = factsOf("realServerClean");
const everything = factsOf("realServerEverything");
const director = factsOf("directorClean");
const withAddress = (facts: Facts, on: string, address: string, prefixLength: number): Facts => {
  const link = facts.links.get(on);
  if (!link) throw new Error(`no ${on}`);
  const addresses = [...link.addresses, { address, prefixLength, isDuplicate: false }];
  return { ...facts, links: new Map(facts.links).set(on, { ...link, addresses }) };
};
const inputs = (more: object = {}) => inputsOf(realServerVip, "RealServerVip", more);

const parts = (more: object, facts: Facts = clean) =>
  realServerVip.parts(inputs(more), facts).map((part) => `${part.type} ${part.id} = ${part.value}`);
const hiddenOn = (device: string) => [
  `sysctl net/ipv4/conf/${device}/arp_ignore = 1`,
  `sysctl net/ipv4/conf/${device}/arp_announce = 2`,
];
const hidden = hiddenOn("eth1");
const vip6 = "2001:db8:0:1::80";
const rip6 = "2001:db8:0:1::11";

describe("realServerVip.parts", () => {
  it("hides the VIP from ARP and has it on lo, for dr", () => {
    expect(parts({})).toEqual([...hidden, "address 192.0.2.80/32 dev lo = present"]);
  });

  it("needs nothing against ARP for IPv6", () => {
    expect(parts({ vip: vip6, rip: rip6 })).toEqual([`address ${vip6}/128 dev lo = present`]);
  });

  it("has the VIP on a separate tunnel with a loose rp_filter, for tun", () => {
    expect(parts({ forwardingMethod: "tun" }).filter((one) => !one.startsWith("module "))).toEqual([
      "link lvs4-c000020b = ipip local 192.0.2.11 up",
      "sysctl net/ipv4/conf/lvs4-c000020b/rp_filter = 2",
      ...hidden,
      "address 192.0.2.80/32 dev lvs4-c000020b = present",
    ]);
  });

  it.each([
    [vip6, "192.0.2.11", "sit"],
    [vip6, rip6, "ip6_tunnel"],
    ["192.0.2.80", rip6, "ip6_tunnel"],
  ])("loads the module of a tunnel for %s to %s", (vip, rip, module) => {
    expect(parts({ vip, rip, forwardingMethod: "tun" })).toContain(`module ${module} = loaded`);
  });

  it("hides it on the interface that is named as well", () => {
    expect(parts({ interface: "eth0" })).toEqual([
      ...hiddenOn("eth0"),
      ...hiddenOn("eth1"),
      "address 192.0.2.80/32 dev lo = present",
    ]);
  });

  it("hides it on the ports of a bridge and of a bond, but not on those of guests", () => {
    const link = { isUp: true, kind: undefined, local: undefined, addresses: [] };
    const ports = [
      ...[
        { name: "eth2", master: "bond1" },
        { name: "bond1", master: "eth1", kind: "bond" },
      ],
      ...[
        { name: "vnet0", master: "eth1", kind: "tun" },
        { name: "veth1", kind: "veth" },
      ],
      ...[{ name: "eth3", master: "br9" }, { name: "eth4" }],
    ].map((one) => ({ ...link, ...one }));
    const links = new Map([...clean.links, ...ports.map((one) => [one.name, one] as const)]);
    expect(parts({}, { ...clean, links })).toEqual([
      ...["eth1", "bond1", "eth2"].flatMap(hiddenOn),
      "address 192.0.2.80/32 dev lo = present",
    ]);
  });

  it("hides the VIP on the interface of its network too, when the RIP is on another interface", () => {
    const more = { rip: "10.255.0.15" };
    expect(parts(more, director)).toEqual([
      ...hiddenOn("eth0"),
      ...hiddenOn("eth1"),
      "address 192.0.2.80/32 dev lo = present",
    ]);
  });

  it("sends replies through a gateway of their own, by the source", () => {
    const [route, nearby, away] = parts({ replyGateway: "192.0.2.1" }).slice(-3);
    const table = /^route ipv4 default table (\d+) = via 192\.0\.2\.1 dev eth1$/.exec(
      route ?? "",
    )?.[1];
    expect(nearby).toBe(
      "rule ipv4 from 192.0.2.80 priority 30000 = lookup main suppress_prefixlength 0",
    );
    expect(away).toBe(`rule ipv4 from 192.0.2.80 priority 30001 = lookup ${table}`);
  });

  it("shares all of it: another stack may serve another director", () => {
    const all = realServerVip.parts(inputs({ forwardingMethod: "tun" }), clean);
    expect(all.every((part) => part.shared)).toBe(true);
  });

  it.each([
    [
      "an interface that the host does not have",
      { interface: "bond0" },
      /^interface is bond0, but this host has no such interface; nothing was changed\. It has lo, /,
    ],
    [
      "a RIP that the host does not have",
      { rip: "192.0.2.99" },
      /rip is 192\.0\.2\.99, but no interface/,
    ],
    [
      "a reply gateway that is not near",
      { replyGateway: "198.51.100.1" },
      /replyGateway is 198\.51\.100\.1, but it is not on a network/,
    ],
  ])("refuses %s", (_, more, says) => {
    expect(() => parts(more)).toThrow(says);
  });

  it.each([
    ["eth1", 32],
    ["eth1", 24],
    ["lo", 24],
  ])("refuses a VIP that the host has already on %s as /%i, where it answers ARP", (on, length) => {
    expect(() => parts({}, withAddress(clean, on, "192.0.2.80", length))).toThrow(
      `the VIP 192.0.2.80 is on this host already, as 192.0.2.80/${length} on ${on}; nothing was changed`,
    );
  });

  it("takes a VIP that is already where it has to be, or there for another method", () => {
    const tunnel = withAddress(everything, "lvs4-c000020b", "192.0.2.80", 32);
    for (const facts of [withAddress(clean, "lo", "192.0.2.80", 32), tunnel])
      expect(parts({}, facts)).toContain("address 192.0.2.80/32 dev lo = present");
  });

  it("refuses a host without iproute2", () => {
    expect(() => parts({}, { ...clean, tools: new Set() })).toThrow(/ip, sysctl is missing/);
  });
});

describe("realServerVip.live", () => {
  const state = (more: object, facts: Facts, isClaimed = true) =>
    realServerVip.live(inputs(more), facts, isClaimed)?.state;

  it("shows each field of a host where something was taken back", () => {
    expect(state({}, clean)).toEqual({ vip: "absent", arpIgnore: 0, arpAnnounce: 0 });
    expect(state({ forwardingMethod: "tun" }, clean)).toMatchObject({
      ...{ tunnel: "absent", rpFilter: -1 },
    });
    expect(state({ replyGateway: "192.0.2.1" }, clean)).toMatchObject({ replyRoute: "absent" });
  });

  it("is as declared where all is there", () => {
    for (const more of [{ vip: "192.0.2.81" }, { forwardingMethod: "tun" }])
      expect(state(more, everything)).toEqual(inputs(more).state);
    const sit = { vip: vip6, forwardingMethod: "tun" };
    expect(state(sit, everything)).toEqual(inputs(sit).state);
  });

  it("shows a deviating value on one of two interfaces", () => {
    const sysctls = new Map(director.sysctls);
    for (const device of ["eth0", "eth1"])
      for (const [name, value] of [
        ["arp_ignore", "1"],
        ["arp_announce", "2"],
      ])
        sysctls.set(`net/ipv4/conf/${device}/${name}`, value as string);
    const more = { rip: "10.255.0.15" };
    expect(state(more, { ...director, sysctls })).toMatchObject({ arpIgnore: 1, arpAnnounce: 2 });
    sysctls.set("net/ipv4/conf/eth1/arp_announce", "0");
    expect(state(more, { ...director, sysctls })).toMatchObject({ arpIgnore: 1, arpAnnounce: 0 });
  });

  it.each([
    ["down", { isUp: false }, "down"],
    ["another one", { local: "192.0.2.99" }, "ipip local 192.0.2.99 up"],
  ])("says that a tunnel is %s", (_, otherwise, says) => {
    const tunnel = everything.links.get("lvs4-c000020b");
    if (!tunnel) throw new Error("no such tunnel");
    const links = new Map(everything.links).set(tunnel.name, { ...tunnel, ...otherwise });
    const facts = { ...everything, links };
    expect(state({ forwardingMethod: "tun" }, facts)).toMatchObject({ tunnel: says });
  });

  it("does not exist without a VIP and without a claim", () => {
    expect(state({}, clean, false)).toBeUndefined();
    expect(state({ vip: "192.0.2.81" }, everything, false)).toBeDefined();
  });
});
