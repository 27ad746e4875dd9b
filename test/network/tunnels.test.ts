import { describe, expect, it } from "vitest";
import { tunnelFor } from "../../provider/network/tunnels";

describe("tunnelFor", () => {
  it.each([
    ["192.0.2.11", "192.0.2.80", "lvs4-c000020b", "ipip", "ipip", true],
    ["192.0.2.11", "2001:db8::80", "lvss-c000020b", "sit", "sit", false],
    ["2001:db8::11", "192.0.2.80", /^lvs6-[0-9a-f]{8}$/, "ip6tnl", "ip6_tunnel", true],
    ["2001:db8::11", "2001:db8::80", /^lvs6-[0-9a-f]{8}$/, "ip6tnl", "ip6_tunnel", false],
  ])("unpacks for %s what was sent to %s", (rip, vip, name, kind, module, needsLooseRpFilter) => {
    const tunnel = tunnelFor(rip, vip);
    expect(tunnel).toMatchObject({ kind, module, needsLooseRpFilter });
    expect(tunnel.name).toMatch(name);
    expect(tunnel.value).toBe(`${kind} local ${rip} up`);
  });

  it("is one interface for all VIPs of a family", () => {
    const first = tunnelFor("192.0.2.11", "192.0.2.80");
    expect(tunnelFor("192.0.2.11", "192.0.2.81")).toEqual(first);
  });

  it("tells the addresses of one machine apart, in a name that fits", () => {
    const rips = Array.from({ length: 500 }, (_, index) => `2001:db8::${index.toString(16)}`);
    const names = rips.map((rip) => tunnelFor(rip, "2001:db8:1::80").name);
    expect(new Set(names).size).toBe(names.length);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(15);
  });
});
