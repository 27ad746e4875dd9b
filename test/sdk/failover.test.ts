import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { ClusterArgs } from "../../sdk";
import { cluster } from "./support/cluster";
import { later, type Registered, refusalOf, run } from "./support/program";

const one = { connection: { host: "192.0.2.2" }, name: "director1" };
const two = { connection: { host: "192.0.2.3" }, name: "director2" };
const pair: ClusterArgs = { ...cluster, directors: [one, two], failover: {} };

async function declared(more: Partial<ClusterArgs> = {}) {
  const all = await run((lvs) => new lvs.Cluster("web", { ...pair, ...more }));
  return new Map(all.map((each): [string, Registered] => [each.name, each]));
}
const refused = (more: object) =>
  refusalOf((lvs) => new lvs.Cluster("web", { ...pair, ...more } as ClusterArgs));

describe("a Cluster with failover", () => {
  it("has a Failover on each director in the place of a VirtualIp, with priorities in their order", async () => {
    const all = await declared({ vips: ["192.0.2.80", "2001:db8::80"] });
    const kinds = [...all.values()].map(({ kind }) => kind);
    expect(kinds).not.toContain("VirtualIp");
    expect(all.get("web-director1-failover")?.inputs).toMatchObject({
      ...{ vips: ["192.0.2.80", "2001:db8::80"], address: "192.0.2.2", peers: ["192.0.2.3"] },
      ...{ priority: 200, connection: { host: "192.0.2.2" } },
    });
    expect(all.get("web-director2-failover")?.inputs).toMatchObject({
      ...{ address: "192.0.2.3", peers: ["192.0.2.2"], priority: 190 },
    });
  });

  const orderOf = async (more: Partial<ClusterArgs> = {}) => {
    const all = await declared(more);
    return Object.fromEntries(
      [...all].map(([name, { dependsOn }]) => [name, [...dependsOn].sort()]),
    );
  };

  it("changes one director after the other, and that which has the VIPs last", async () => {
    const vips = ["192.0.2.80", "192.0.2.81"];
    const services = [1, 2].map((n) => vips.map((vip) => `web-director${n}-tcp-${vip}-80`));
    const [ofOne = [], ofTwo = []] = services;
    const order = await orderOf({ vips });
    for (const name of ofTwo) expect(order[name]).toEqual(["web-director2"]);
    expect(order["web-director2-failover"]).toEqual(["web-director2", ...ofTwo]);
    for (const name of ofOne)
      expect(order[name]).toEqual(["web-director1", "web-director2-failover"]);
    expect(order["web-director1-failover"]).toEqual(
      ["web-director1", "web-director2-failover", ...ofOne].sort(),
    );
  });

  it("does so with grouped services too, and without any", async () => {
    const grouped = await orderOf({ groupServices: true });
    expect(grouped["web-director1-services"]).toEqual(["web-director1", "web-director2-failover"]);
    expect(grouped["web-director1-failover"]).toContain("web-director1-services");
    const without = await orderOf({ services: [] });
    expect(without["web-director1-failover"]).toEqual(["web-director1", "web-director2-failover"]);
  });

  it("prefers the active director, then the others in their order", async () => {
    const three = { connection: { host: "192.0.2.4" }, name: "director3" };
    const all = await declared({ directors: [one, two, { ...three, active: true }] });
    const priorities = [1, 2, 3].map((n) => all.get(`web-director${n}-failover`)?.inputs.priority);
    expect(priorities).toEqual([190, 180, 200]);
  });

  it("has the settings, the addresses and the interfaces that are given", async () => {
    const failover = { virtualRouterId: 7, preempt: false, advertIntervalSeconds: 2 };
    const first = { connection: { host: "director1" }, address: "192.0.2.2", interface: "eth1" };
    const all = await declared({ failover, directors: [{ ...first, name: "director1" }, two] });
    expect(all.get("web-director1-failover")?.inputs).toMatchObject({
      ...{ ...failover, address: "192.0.2.2", interface: "eth1" },
    });
    expect(all.get("web-director2-failover")?.inputs).not.toHaveProperty("interface");
  });

  it("may track the quorum of virtual services with a health check", async () => {
    const healthCheck = { type: "tcp" } as const;
    const failover = { trackQuorum: true };
    expect(await refused({ failover, healthCheck })).toBe("");
    expect(await refused({ failover, services: [{ port: 80, healthCheck }] })).toBe("");
  });

  it("may have tunnels to the other family without synchronised connections", async () => {
    const tunnels = { forwardingMethod: "tun", realServers: [{ rip: "2001:db8::11" }] };
    expect(await refused({ ...tunnels, failover: { syncConnections: false } })).toBe("");
  });

  it("may have directors as real servers for nat, or without failover and a connection", async () => {
    const realServers = [{ rip: "192.0.2.2" }];
    expect(await refused({ realServers, forwardingMethod: "nat" })).toBe("");
    expect(await refused({ realServers, failover: undefined, directors: [one] })).toBe("");
  });

  it("takes a Director of the program, and a host that only the update knows", async () => {
    const all = await run(
      (lvs) => {
        const director = new lvs.Director("shared", one);
        const host = later<string>();
        new lvs.Cluster("web", { ...pair, directors: [director, { connection: { host } }] });
      },
      { isPreview: true },
    );
    const failovers = all.filter(({ kind }) => kind === "Failover");
    expect(failovers.map(({ inputs }) => inputs.address)).toContain("192.0.2.2");
  });

  it.each<[string, object, RegExp]>([
    [
      "one director",
      { directors: [one] },
      /failover needs two directors, and there is only director1/,
    ],
    [
      "a director that is reached by a name",
      { directors: [one, { connection: { host: "director2" } }] },
      /director2 is reached as director2, and failover needs the director's own address/,
    ],
    [
      "a director that is reached by a loopback address",
      { directors: [one, { connection: { host: "127.0.0.1" }, name: "director2" }] },
      /director2 is reached as 127.0.0.1/,
    ],
    [
      "an address without failover",
      { failover: undefined, directors: [{ ...one, address: "192.0.2.2" }] },
      /director1 has an address, which only failover uses/,
    ],
    [
      "tunnels to the other family",
      { forwardingMethod: "tun", realServers: [{ rip: "2001:db8::11" }] },
      /connections to 2001:db8::11 go through a tunnel of the other family than the VIP 192.0.2.80/,
    ],
    [
      "a director that is a real server, by its address",
      { realServers: [{ rip: "192.0.2.3" }] },
      /192.0.2.3 is on the director director2, and with failover a director cannot be a real server/,
    ],
    [
      "a director that is a real server, by its connection",
      { realServers: [{ name: "web1", rip: "10.0.0.3", connection: two.connection }] },
      /web1 is on the director director2, and with failover/,
    ],
    [
      "a single director that is to hide its own VIP",
      {
        ...{ failover: undefined, directors: [one] },
        realServers: [{ rip: "192.0.2.2", connection: { host: "192.0.2.2", port: 22 } }],
      },
      /192.0.2.2 is on the director director1, which has the VIPs already: leave the connection/,
    ],
    [
      "VIPs that advertisements cannot name",
      { vips: ["2001:db8::80"], failover: { syncConnections: false } },
      /advertisements leave from 192.0.2.2 and name a VIP of its family/,
    ],
    [
      "a tracked quorum without health checks",
      { failover: { trackQuorum: true } },
      /trackQuorum is true, and no virtual service has a healthCheck/,
    ],
    ["a wrong name", { failover: { premept: true } }, /premept is not an argument of failover/],
    ["true", { failover: true }, /failover is true: give an object/],
  ])("is refused with %s", async (_, more, why) => {
    expect(await refused(more)).toMatch(why);
  });
});

describe("a virtual router with two owners", () => {
  const director = (host: string) => ({ connection: { host } });
  const failover = (address: string, ...peers: string[]) => ({
    ...{ director: director(address), vips: ["192.0.2.80"] as pulumi.Input<string>[] },
    ...{ address, peers, syncConnections: false },
  });

  it("is refused: two on one director with one number", async () => {
    const refusal = refusalOf((lvs) => {
      new lvs.Failover("one", failover("192.0.2.2", "192.0.2.3"));
      new lvs.Failover("two", { ...failover("192.0.2.2", "192.0.2.3"), vips: ["198.51.100.80"] });
    });
    expect(await refusal).toMatch(
      /^"one" and "two" both declare the virtual router 80 \(virtualRouterId\) on 192.0.2.2: /,
    );
  });

  it("is refused: one VIP in two on one director", async () => {
    const refusal = refusalOf((lvs) => {
      new lvs.Failover("one", failover("192.0.2.2", "192.0.2.3"));
      new lvs.Failover("two", { ...failover("192.0.2.2", "192.0.2.3"), virtualRouterId: 7 });
    });
    expect(await refusal).toMatch(
      /^"one" and "two" both declare the VIP 192.0.2.80 on 192.0.2.2: /,
    );
  });

  it.each([true, false])(
    "is refused: a VIP that is a VirtualIp too (first: %s)",
    async (isFirst) => {
      const refusal = refusalOf((lvs) => {
        const vip = () =>
          new lvs.VirtualIp("vip", { director: director("192.0.2.9"), address: "192.0.2.80" });
        if (isFirst) vip();
        new lvs.Failover("one", failover("192.0.2.2", "192.0.2.3"));
        if (!isFirst) vip();
      });
      expect(await refusal).toMatch(
        /^"vip" and "one" both declare the VIP 192.0.2.80, the first as a VirtualIp and the second as a Failover/,
      );
    },
  );

  it("is refused: two that synchronise connections on one director", async () => {
    const refusal = refusalOf((lvs) => {
      const { syncConnections: _off, ...one } = failover("192.0.2.2", "192.0.2.3");
      new lvs.Failover("one", one);
      new lvs.Failover("two", { ...one, vips: ["192.0.2.81"] });
    });
    expect(await refusal).toMatch(
      /^"one" and "two" both declare the synchronisation of connections \(syncConnections\) on 192.0.2.2: /,
    );
  });

  it("is none: its directors, and another one on them", async () => {
    const refusal = refusalOf((lvs) => {
      new lvs.Failover("one", failover("192.0.2.2", "192.0.2.3"));
      new lvs.Failover("two", failover("192.0.2.3", "192.0.2.2"));
      new lvs.Failover("three", { ...failover("192.0.2.2", "192.0.2.3"), vips: ["192.0.2.81"] });
    });
    expect(await refusal).toBe("");
  });
});
