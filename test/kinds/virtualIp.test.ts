import { describe, expect, it } from "vitest";
import { virtualIp } from "../../provider/kinds/virtualIp";
import type { Facts } from "../../provider/values/facts";
import { factsOf } from "../support/captures";
import { inputsOf } from "../support/inputs";

const clean = factsOf("directorClean");
const cluster = factsOf("directorCluster");
const inputs = (more: object = {}) => inputsOf(virtualIp, "VirtualIp", more);
const parts = (more: object, facts: Facts = clean) => virtualIp.parts(inputs(more), facts);

describe("virtualIp.parts", () => {
  it("is one address on the interface whose network holds it, and owned", () => {
    expect(parts({})).toEqual([
      { type: "address", id: "192.0.2.80/32 dev eth1", value: "present", shared: false },
    ]);
  });

  it("lets the kernel announce an IPv6 address", () => {
    const ids = parts({ address: "2001:db8:0:1::80" }).map((part) => part.id);
    expect(ids).toEqual(["net/ipv6/conf/eth1/ndisc_notify", "2001:db8:0:1::80/128 dev eth1"]);
  });

  it("stays where it is when it is there already", () => {
    const links = new Map(cluster.links);
    const [eth0, eth1] = [links.get("eth0"), links.get("eth1")];
    if (!eth0 || !eth1) throw new Error("no such interface");
    links.set("eth0", { ...eth0, addresses: eth1.addresses });
    links.set("eth1", { ...eth1, addresses: [] });
    expect(parts({}, { ...cluster, links })[0]?.id).toBe("192.0.2.80/32 dev eth0");
  });

  it("is on the interface that is named", () => {
    expect(parts({ address: "198.51.100.80", interface: "eth0" })[0]?.id).toBe(
      "198.51.100.80/32 dev eth0",
    );
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
    [
      "a VIP that is on another interface",
      { interface: "eth0" },
      cluster,
      /already, as 192\.0\.2\.80\/32 on eth1/,
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

  it("shows the interface that holds it, where one is declared", () => {
    const moved = virtualIp.live(inputs({ interface: "eth0" }), cluster, true);
    expect(moved?.interface).toBe("eth1");
    expect(virtualIp.live(inputs(), cluster, true)).not.toHaveProperty("interface");
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
