import { describe, expect, it } from "vitest";
import type { ClusterArgs } from "../../sdk";
import { cluster, connection } from "./support/cluster";
import { refusalOf, run } from "./support/program";

describe("a program that cannot be meant", () => {
  const nat: Partial<ClusterArgs> = {
    forwardingMethod: "nat",
    realServers: [{ rip: "10.0.0.11" }],
  };
  const director2 = { connection: { host: "director2" } };
  it.each<[string, Partial<ClusterArgs>, RegExp]>([
    ["no director", { directors: [] }, /^directors is \[\]: give at least one/],
    [
      "a director that nothing leads to",
      { directors: [{}] },
      /director1 has neither connection nor/,
    ],
    [
      "two active directors",
      {
        directors: [
          { connection, active: true },
          { ...director2, active: true },
        ],
      },
      /^directors: 2 directors are active, but on one network only one can hold a VIP/,
    ],
    ["a VIP twice", { vips: ["2001:db8::80", "2001:DB8:0::80"] }, /^vips: .* is there twice/],
    [
      "a service on a VIP of nobody",
      { services: [{ port: 80, vips: ["192.0.2.99"] }] },
      /192\.0\.2\.99/,
    ],
    [
      "a service twice",
      { services: [{ port: 443 }, { port: 80 }, { port: 80, protocol: "tcp" }] },
      /^services: tcp port 80 of the VIP 192\.0\.2\.80 is there twice: name each service of a VIP once$/,
    ],
    [
      "a service twice on one of its VIPs",
      {
        vips: ["192.0.2.80", "192.0.2.81"],
        services: [{ port: 80 }, { port: 80, vips: ["192.0.2.81"] }],
      },
      /^services: tcp port 80 of the VIP 192\.0\.2\.81 is there twice: /,
    ],
    [
      "a real server twice",
      {
        realServers: [
          { name: "web1", rip: ["192.0.2.11", "2001:db8::11"] },
          { rip: "2001:DB8:0::11", connection: { host: "web1" } },
        ],
      },
      /^realServers: the rip 2001:db8::11 is there twice: name each real server once$/,
    ],
    [
      "the name of a real server twice",
      { realServers: ["192.0.2.11", "192.0.2.12"].map((rip) => ({ name: "web1", rip })) },
      /^realServers: the name web1 is there twice: give each one a name of its own$/,
    ],
    [
      "a director twice",
      {
        directors: [{ connection }, { connection: { host: "Director1", port: 22, user: "admin" } }],
      },
      /^directors: director1 is there twice: name each director once, or give each a name of its own$/,
    ],
    [
      "a dip with dr",
      { dip: "192.0.2.1" },
      /^dip is 192\.0\.2\.1, but "dr" has no use for it, since replies do not pass the director: leave it out, or use forwardingMethod "nat"$/,
    ],
    ["a dip with tun", { forwardingMethod: "tun", dip: ["192.0.2.1"] }, /^dip is .* but "tun"/],
    [
      "a dip of a family that no real server has",
      { ...nat, dip: ["10.0.0.1", "2001:db8::1"] },
      /^dip: 2001:db8::1 is ipv6, and no real server has an ipv6 rip: add one, or leave it out$/,
    ],
    [
      "a dip of a family that no VIP has",
      { ...nat, dip: "2001:db8::1", realServers: [{ rip: ["10.0.0.11", "2001:db8::11"] }] },
      /^dip: 2001:db8::1 is ipv6, and no VIP is ipv6: add one to vips, or leave it out$/,
    ],
    [
      "two dips of one family",
      { ...nat, dip: ["10.0.0.1", "10.0.0.2"] },
      /^dip: 10\.0\.0\.1 and 10\.0\.0\.2 are both ipv4: give one address of each family at most$/,
    ],
    [
      "a real server without an address of the VIP's family",
      {
        vips: ["2001:db8::80"],
        realServers: [{ name: "web1", rip: ["192.0.2.11", "192.0.2.12"] }],
      },
      /^realServers: web1 has no rip of the family of the VIP 2001:db8::80: add one/,
    ],
  ])("is refused: %s", async (_, args, says) => {
    await expect(run((lvs) => new lvs.Cluster("web", { ...cluster, ...args }))).rejects.toThrow(
      says,
    );
  });

  it("registers nothing", async () => {
    const args = { ...cluster, services: [{ port: 80 }, { port: 80 }] };
    const all = await run((lvs) => expect(() => new lvs.Cluster("web", args)).toThrow(/twice/));
    expect(all).toEqual([]);
  });

  it("is not refused: a dip of a cluster without real servers", async () => {
    const args = { ...cluster, ...nat, dip: "10.0.0.1", realServers: [] };
    expect(await refusalOf((lvs) => void new lvs.Cluster("web", args))).toBe("");
  });

  it("is not refused: services that differ in port, protocol or VIP", async () => {
    const services: ClusterArgs["services"] = [
      ...[{ port: 80 }, { port: 443 }, { port: 80, protocol: "udp" as const }],
      ...[
        { port: 53, vips: ["192.0.2.80"] },
        { port: 53, vips: ["192.0.2.81"] },
      ],
    ];
    const args = { ...cluster, vips: ["192.0.2.80", "192.0.2.81"], services };
    const all = await run((lvs) => new lvs.Cluster("web", args));
    expect(all.filter((one) => one.kind === "VirtualService")).toHaveLength(8);
  });

  it("is refused: a RealServer of a virtual service that names its own", async () => {
    const program = run((lvs) => {
      const virtualService = new lvs.VirtualService("http", {
        ...{ director: { connection }, vip: "192.0.2.80", port: 80, realServers: [] },
      });
      new lvs.RealServer("web1", { virtualService, rip: "192.0.2.11", forwardingMethod: "dr" });
    });
    await expect(program).rejects.toThrow(
      /realServers of the virtual service .*"web1" cannot add one/,
    );
  });
});
