import { describe, expect, it } from "vitest";
import { macAddress, TOPOLOGIES } from "./topology";

const RANGES = [/^192\.0\.2\./, /^198\.51\.100\./, /^203\.0\.113\./, /^10\./, /^2001:db8:/];

describe.each(Object.values(TOPOLOGIES))("topology $name", (topology) => {
  const nics = topology.hosts.flatMap((host) => host.nics);
  const addresses = nics.flatMap((nic) => nic.addresses);

  it("gives every address once, and only from the ranges for documentation", () => {
    expect(new Set(addresses).size).toBe(addresses.length);
    for (const address of addresses) expect(RANGES.some((range) => range.test(address))).toBe(true);
  });

  it("leaves the VIP to nobody", () => {
    const { ipv4, ipv6 } = topology.vip;
    for (const address of addresses) expect([ipv4, ipv6]).not.toContain(address.split("/")[0]);
  });

  it("puts every interface on a network that exists", () => {
    for (const { network } of nics) expect(topology.networks).toContain(network);
  });

  it("gives every interface its own MAC", () => {
    const macs = topology.hosts.flatMap((host) =>
      host.nics.map((_, nic) => macAddress(topology, host, nic)),
    );
    expect(new Set(macs).size).toBe(nics.length);
  });
});
