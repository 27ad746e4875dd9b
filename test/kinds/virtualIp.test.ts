import { describe, expect, it } from "vitest";
import { virtualIp } from "../../provider/kinds/virtualIp";
import type { Facts } from "../../provider/registry/facts";
import { factsOf } from "../support/captures";
import { inputsOf } from "../support/inputs";

const clean = factsOf("directorClean");
const cluster = factsOf("directorCluster");
const inputs = (more: object = {}) => inputsOf(virtualIp, "VirtualIp", more);
const parts = (more: object, facts: Facts = clean) => virtualIp.parts(inputs(more), facts);

/** A host that has a VIP on one more interface. */
function withVip(facts: Facts, on: string, vip = "192.0.2.80", isDuplicate = false): Facts {
  const link = facts.links.get(on);
  if (!link) throw new Error(`no ${on}`);
  const one = { address: vip, prefixLength: vip.includes(":") ? 128 : 32, isDuplicate };
  const links = new Map(facts.links).set(on, { ...link, addresses: [...link.addresses, one] });
  return { ...facts, links };
}

describe("virtualIp.parts", () => {
  it("is one address on the interface whose network holds it, and owned", () => {
    expect(parts({})).toEqual([
      { type: "address", id: "192.0.2.80/32", value: "dev eth1", shared: false },
    ]);
  });

  it("lets the kernel announce an IPv6 address", () => {
    const ids = parts({ address: "2001:db8:0:1::80" }).map((part) => `${part.id} ${part.value}`);
    expect(ids).toEqual(["net/ipv6/conf/eth1/ndisc_notify 1", "2001:db8:0:1::80/128 dev eth1"]);
  });

  it.each([
    ["in its network", {}, "dev eth1"],
    ["where it is, when it is taken over", { adopt: true }, "dev eth0"],
    ["on the interface that is named", { interface: "eth1", adopt: true }, "dev eth1"],
  ])("belongs %s", (_, more, value) => {
    expect(parts(more, withVip(clean, "eth0"))[0]?.value).toBe(value);
  });

  it("stays where it is on one of two interfaces of its network", () => {
    const [route] = clean.routes.filter((one) => one.destination === "192.0.2.0/24");
    if (!route) throw new Error("no such route");
    const routes = [...clean.routes, { ...route, device: "eth0" }];
    const facts = { ...clean, routes };
    expect(parts({}, facts)[0]?.value).toBe("dev eth1");
    expect(parts({}, withVip(facts, "eth0"))[0]?.value).toBe("dev eth0");
  });

  it("stays where it is when no network holds it", () => {
    const address = "198.51.100.80";
    expect(parts({ address }, withVip(clean, "eth0", address))[0]?.value).toBe("dev eth0");
  });

  it("is on the interface that is named", () => {
    const [vip] = parts({ address: "198.51.100.80", interface: "eth0" });
    expect(vip).toMatchObject({ id: "198.51.100.80/32", value: "dev eth0" });
  });

  it.each([
    [
      "an interface that is not there",
      { interface: "eth7" },
      clean,
      /no such interface; nothing was changed\. It has lo, eth0, eth1/,
    ],
    ["a VIP of no network of the host", { address: "198.51.100.80" }, clean, /interface: "eth1"/],
    [
      "an address that is the host's own",
      { address: "192.0.2.2" },
      clean,
      /already, as 192\.0\.2\.2\/24 on eth1/,
    ],
  ])("refuses %s", (_, more, facts, says) => {
    expect(() => parts(more, facts)).toThrow(says);
  });

  it("refuses a host without arping for IPv4 only", () => {
    const facts = { ...clean, tools: new Set(["ip", "sysctl"]) };
    expect(() => parts({}, facts)).toThrow(/arping is missing on this host/);
    expect(() => parts({ address: "2001:db8:0:1::80" }, facts)).not.toThrow();
  });
});

describe("virtualIp.live", () => {
  it("is there or not", () => {
    expect(virtualIp.live(inputs(), cluster, true)).toEqual(inputs());
    expect(virtualIp.live(inputs(), clean, true)).toBeUndefined();
  });

  it("shows the interface that holds it, where it does not belong", () => {
    const moved = virtualIp.live(inputs({ interface: "eth0" }), cluster, true);
    expect(moved?.interface).toBe("eth1");
    expect(virtualIp.live(inputs(), cluster, true)).not.toHaveProperty("interface");
    expect(virtualIp.live(inputs(), withVip(clean, "eth0"), true)?.interface).toBe("eth0");
    expect(virtualIp.live(inputs(), withVip(cluster, "eth0"), true)?.interface).toBe("eth0");
  });

  it("shows that another machine has it too", () => {
    const address = "2001:db8:0:1::80";
    const facts = withVip(clean, "eth1", address, true);
    for (const more of [{ address }, { address, interface: "eth1" }])
      expect(virtualIp.live(inputs(more), facts, true)?.interface).toBe(
        "eth1 (another machine has this address too)",
      );
  });
});

describe("virtualIp.announce", () => {
  it("tells the network of an IPv4 address, and leaves IPv6 to the kernel", () => {
    const steps = virtualIp.announce?.(inputs(), clean) ?? [];
    expect(steps.map(({ run }) => run.argv.join(" "))).toEqual([
      "arping -q -U -c 1 -I eth1 192.0.2.80",
    ]);
    expect(steps[0]?.mayFail).toBe(true);
    expect(virtualIp.announce?.(inputs({ address: "2001:db8:0:1::80" }), clean)).toEqual([]);
  });
});

describe("an anycast virtualIp", () => {
  const anycast = { address: "198.51.100.80", anycast: true };
  const withDummy = (kind: string | undefined): Facts => {
    const lo = clean.links.get("lo") as NonNullable<ReturnType<typeof clean.links.get>>;
    return { ...clean, links: new Map(clean.links).set("any0", { ...lo, name: "any0", kind }) };
  };

  it.each(["198.51.100.80", "2001:db8:5::80"])("is %s on lo, and nobody is told", (address) => {
    const facts = { ...clean, tools: new Set(["ip"]) };
    const declared = { ...anycast, address };
    expect(parts(declared, facts)).toEqual([
      {
        ...{ type: "address", id: `${address}/${address.includes(":") ? 128 : 32}` },
        ...{ value: "dev lo", shared: false },
      },
    ]);
    expect(virtualIp.announce?.(inputs(declared), clean)).toEqual([]);
    expect(inputs(declared)).not.toHaveProperty("ndiscNotify");
    const live = withVip(clean, "lo", address);
    expect(virtualIp.live(inputs(declared), live, true)).toEqual(inputs(declared));
  });

  it("can be on a dummy interface, and stays where it was when it is taken over", () => {
    const facts = withDummy("dummy");
    expect(parts({ ...anycast, interface: "any0" }, facts)[0]?.value).toBe("dev any0");
    const there = withVip(facts, "any0", anycast.address);
    expect(parts({ ...anycast, adopt: true }, there)[0]?.value).toBe("dev any0");
    const moved = virtualIp.live(inputs(anycast), there, true);
    expect(moved?.interface).toBe("any0");
  });

  it.each([
    ["an interface with neighbours", { interface: "any0" }, /any0 is no interface for it/],
    ["a VIP of a network of the director", { address: "192.0.2.80" }, /is in the network of eth1/],
    ["an interface that is not there", { interface: "any7" }, /no such interface/],
  ])("refuses %s", (_, more, says) => {
    expect(() => parts({ ...anycast, ...more }, withDummy(undefined))).toThrow(says);
  });

  it("goes without a drain, unless it has one", () => {
    const drains = (more: object) => virtualIp.pace?.(inputs(more)).drainOf("any");
    expect(drains(anycast)).toBe(false);
    expect(drains({ ...anycast, drain: { timeoutSeconds: 5 } })).toMatchObject({
      timeoutSeconds: 5,
    });
    expect(drains({})).toBeUndefined();
  });
});
