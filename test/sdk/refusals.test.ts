import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { ClusterArgs } from "../../sdk";
import { later, refusalOf, run } from "./support/program";

const connection = { host: "director1" };
const cluster: ClusterArgs = {
  vips: ["192.0.2.80"],
  forwardingMethod: "dr",
  directors: [{ connection }],
  services: [{ port: 80 }],
  realServers: [],
};

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

describe("one thing with two owners", () => {
  const director = { connection };
  const service = { director, vip: "2001:db8::80", port: 80 };

  it("is refused: a VIP", async () => {
    const refused = refusalOf((lvs) => {
      new lvs.VirtualIp("one", { director, address: "2001:db8::80" });
      new lvs.VirtualIp("two", { director, address: "2001:DB8:0::80" });
    });
    expect(await refused).toMatch(/"one" and "two" both declare the .*2001:db8::80.* director1/);
  });

  it.each([
    ["192.0.2.80", "192.0.2.80", "ARP"],
    ["2001:db8::80", "2001:DB8:0::80", "neighbour solicitations"],
  ])("is refused: the VIP %s on two directors", async (address, other, by) => {
    const refused = refusalOf((lvs) => {
      const second = { connection: { host: "director2", port: 2222 } };
      new lvs.VirtualIp("one", { director, address });
      new lvs.VirtualIp("two", { director: second, address: other });
    });
    expect(await refused).toBe(
      `"one" and "two" both declare the VIP ${address}, on director1 and on director2:2222: ` +
        `declare the address in one of them only, since two directors would both answer ${by} for it ` +
        "(a Cluster of both has one hold its vips; a network of its own needs a stack of its own)",
    );
  });

  it("is refused: a VIP on directors that the program creates", async () => {
    const host = later<string>();
    const program = (address: pulumi.Input<string>) =>
      refusalOf(
        (lvs) => {
          new lvs.VirtualIp("one", { director, address: "192.0.2.80" });
          new lvs.VirtualIp("two", { director: { connection: { host } }, address });
        },
        { isPreview: true },
      );
    expect(await program("192.0.2.80")).toMatch(
      /^"one" and "two" both declare the VIP 192\.0\.2\.80: declare the address in one of them only, since /,
    );
    expect(await program("192.0.2.81")).toBe("");
    expect(await program(later<string>())).toBe("");
  });

  it("is refused: a VIP of two clusters on different directors", async () => {
    const refused = refusalOf((lvs) => {
      new lvs.Cluster("one", cluster);
      new lvs.Cluster("two", { ...cluster, directors: [{ connection: { host: "director2" } }] });
    });
    expect(await refused).toMatch(
      /^"one-192\.0\.2\.80" and "two-192\.0\.2\.80" both declare the VIP 192\.0\.2\.80, on director1 and on director2: /,
    );
  });

  it("is not refused: a VIP of one cluster with two directors", async () => {
    const directors = ["director1", "director2"].map((host) => ({ connection: { host } }));
    const refused = refusalOf((lvs) => void new lvs.Cluster("one", { ...cluster, directors }));
    expect(await refused).toBe("");
  });

  it("is not refused when one process runs the program again", async () => {
    const program = () =>
      refusalOf((lvs) => void new lvs.VirtualIp("vip", { director, address: "192.0.2.80" }));
    expect([await program(), await program()]).toEqual(["", ""]);
  });

  it("is not refused on two hosts that have one address behind different jump hosts", async () => {
    const refused = refusalOf((lvs) => {
      for (const host of ["paris", "tokyo"])
        new lvs.Director(host, { connection: { ...connection, proxy: { host } } });
    });
    expect(await refused).toBe("");
  });

  it("is refused: a virtual service, with its default protocol", async () => {
    const refused = refusalOf((lvs) => {
      new lvs.VirtualService("one", service);
      new lvs.VirtualService("two", { ...service, protocol: "tcp" });
    });
    expect(await refused).toMatch(/"one" and "two" both declare the .*tcp \[2001:db8::80\]:80/);
  });

  it.each([
    ["D1.Example", "d1.example"],
    ["2001:DB8:0::1", "2001:db8::1"],
  ])("is refused: a director by two spellings of its host, %s and %s", async (one, other) => {
    const refused = refusalOf((lvs) => {
      for (const host of [one, other]) new lvs.Director(host, { connection: { host } });
    });
    expect(await refused).toBe(
      `"${one}" and "${other}" both declare the director on ${other}: declare it in one of them only`,
    );
  });

  it("is refused: a director of two clusters, which can share one", async () => {
    const refused = refusalOf((lvs) => {
      new lvs.Cluster("one", { ...cluster, services: [] });
      new lvs.Cluster("two", { ...cluster, services: [], vips: ["192.0.2.81"] });
    });
    expect(await refused).toMatch(/both declare the director/);
  });

  it("is two things: other hosts, other ports, other protocols", async () => {
    const all = await run((lvs) => {
      new lvs.VirtualService("one", service);
      new lvs.VirtualService("two", { ...service, protocol: "udp" });
      new lvs.VirtualService("three", { ...service, port: 443 });
      const other = { connection: { host: "director1", port: 2222 } };
      new lvs.VirtualService("four", { ...service, director: other });
    });
    expect(all).toHaveLength(4);
  });
});
