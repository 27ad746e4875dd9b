import { describe, expect, it } from "vitest";
import type { ClusterArgs } from "../../sdk";
import { cluster, connection } from "./support/cluster";
import { later, type Registered, refusalOf, run } from "./support/program";

const web = (name: string, more: Partial<ClusterArgs["realServers"][number]> = {}) => ({
  ...{ name, rip: `192.0.2.1${name.slice(-1)}`, connection: { host: name }, ...more },
});
const args: ClusterArgs = { ...cluster, realServers: [web("web1"), web("web2"), web("web3")] };

/** The resources that a cluster registers, by name. */
async function registered(more: Partial<ClusterArgs>): Promise<Map<string, Registered>> {
  const all = await run((lvs) => new lvs.Cluster("web", { ...args, ...more }), { isPreview: true });
  return new Map(all.map((resource) => [resource.name, resource]));
}

const refusal = (more: Partial<ClusterArgs>) =>
  refusalOf((lvs) => new lvs.Cluster("web", { ...args, ...more }));
const dr = (rip: string, more: object = {}) => ({ rip, forwardingMethod: "dr", ...more });

describe("the real servers of a service", () => {
  const chosen = [
    { port: 80 },
    { port: 443, realServers: ["web1", { name: "web2", weight: 0, upperThreshold: 10 }] },
    { port: 25, realServers: [] },
  ];

  it("are all of the cluster, or those that it names, with weights of its own", async () => {
    const all = await registered({
      realServers: [...args.realServers.slice(0, 2), web("web3", { weight: 3 })],
      services: [{ port: 80 }, ...chosen.slice(1), { port: 8080, realServers: ["web3"] }],
    });
    const realServers = (port: number) =>
      all.get(`web-director1-tcp-192.0.2.80-${port}`)?.inputs.realServers;
    expect(realServers(80)).toEqual([
      ...[dr("192.0.2.11"), dr("192.0.2.12"), dr("192.0.2.13", { weight: 3 })],
    ]);
    expect(realServers(443)).toEqual([
      ...[dr("192.0.2.11"), dr("192.0.2.12", { weight: 0, upperThreshold: 10 })],
    ]);
    expect(realServers(25)).toEqual([]);
    expect(realServers(8080)).toEqual([dr("192.0.2.13", { weight: 3 })]);
  });

  it("are checked as the service says, else as the real server says", async () => {
    const own = { type: "tcp", port: 8080 } as const;
    const all = await registered({
      healthCheck: { type: "http" },
      realServers: [web("web1", { healthCheck: own }), web("web2", { healthCheck: false })],
      services: [{ port: 80 }, { port: 443, realServers: [{ name: "web1", healthCheck: false }] }],
    });
    const realServers = (port: number) =>
      all.get(`web-director1-tcp-192.0.2.80-${port}`)?.inputs.realServers;
    expect(realServers(80)).toEqual([
      ...[dr("192.0.2.11", { healthCheck: own }), dr("192.0.2.12", { healthCheck: false })],
    ]);
    expect(realServers(443)).toEqual([dr("192.0.2.11", { healthCheck: false })]);
  });

  it("are what it waits for, and no others", async () => {
    const all = await registered({ services: chosen });
    const waitsFor = (port: number) => all.get(`web-director1-tcp-192.0.2.80-${port}`)?.dependsOn;
    expect(waitsFor(443)).toEqual([
      ...["web-director1", "web-web1-192.0.2.80", "web-web2-192.0.2.80"],
    ]);
    expect(waitsFor(25)).toEqual(["web-director1"]);
  });

  it("are prepared for the VIPs on which a service has them", async () => {
    const all = await registered({
      vips: ["192.0.2.80", "192.0.2.81", "192.0.2.82"],
      services: [
        { port: 80, vips: ["192.0.2.80"], realServers: ["web1"] },
        { port: 443, vips: ["192.0.2.80"], realServers: ["web2"] },
        { port: 80, vips: ["192.0.2.81"], realServers: [] },
      ],
    });
    const prepared = [...all.values()].filter((resource) => resource.kind === "RealServerVip");
    expect(prepared.map((resource) => resource.name)).toEqual([
      ...["web-web1-192.0.2.80", "web-web2-192.0.2.80"],
      // A VIP without services is prepared on all real servers, because a service may follow.
      ...["web-web1-192.0.2.82", "web-web2-192.0.2.82", "web-web3-192.0.2.82"],
    ]);
  });

  it("can be one machine with several ports", async () => {
    const realServers = [80, 8080].map((port) => ({ name: "192.0.2.11", port }));
    const all = await registered({
      ...{ forwardingMethod: "nat", services: [{ port: 80, realServers, realServerPort: 8000 }] },
      realServers: [{ rip: "192.0.2.11" }],
    });
    expect(all.get("web-director1-tcp-192.0.2.80-80")?.inputs.realServers).toEqual([
      { rip: "192.0.2.11", forwardingMethod: "nat", port: 80 },
      { rip: "192.0.2.11", forwardingMethod: "nat", port: 8080 },
    ]);
  });

  it("are refused when the cluster does not have them", async () => {
    const says =
      "services: web9 is not one of the cluster's realServers: add it there, or leave it out";
    expect(await refusal({ services: [{ port: 80, realServers: ["web9"] }] })).toBe(says);
    const realServers = [{ name: "web9", weight: 2 }];
    expect(await refusal({ services: [{ port: 80, realServers }] })).toBe(says);
  });
});

describe("the forwarding method of a real server", () => {
  it("is that of the cluster, or its own, with what that needs on its host", async () => {
    const all = await registered({
      dip: "192.0.2.2",
      realServers: [
        web("web1"),
        web("web2", { forwardingMethod: "tun" }),
        web("web3", { forwardingMethod: "nat" }),
      ],
    });
    const service = all.get("web-director1-tcp-192.0.2.80-80");
    expect(service?.inputs.realServers).toEqual([
      dr("192.0.2.11"),
      { rip: "192.0.2.12", forwardingMethod: "tun" },
      { rip: "192.0.2.13", forwardingMethod: "nat" },
    ]);
    expect(all.get("web-web1-192.0.2.80")?.inputs.forwardingMethod).toBe("dr");
    expect(all.get("web-web2-192.0.2.80")?.inputs.forwardingMethod).toBe("tun");
    expect(all.get("web-web3-gateway-ipv4")?.inputs).toMatchObject({ dip: "192.0.2.2" });
    expect(service?.dependsOn).toEqual([
      ...["web-director1", "web-web1-192.0.2.80", "web-web2-192.0.2.80", "web-web3-gateway-ipv4"],
    ]);
  });
});

describe("a director", () => {
  it("is exclusive where it says so", async () => {
    const directors = [
      { connection, exclusive: true },
      { name: "two", connection: { host: "director2" } },
    ];
    const all = await registered({ directors });
    expect(all.get("web-director1")?.inputs.exclusive).toBe(true);
    expect(all.get("web-two")?.inputs).not.toHaveProperty("exclusive");
  });

  it("says so itself where the program gives it", async () => {
    const said = await refusalOf((lvs) => {
      const director = new lvs.Director("shared", { connection });
      return new lvs.Cluster("web", { ...args, directors: [{ director, exclusive: true }] });
    });
    expect(said).toBe(
      "directors: director1 has exclusive and a director of the program: set exclusive on that Director",
    );
  });
});

describe("the gateways of real servers whose addresses only the update knows", () => {
  const nat: Partial<ClusterArgs> = { forwardingMethod: "nat" };
  const gateways = async (more: Partial<ClusterArgs>) =>
    [...(await registered({ ...nat, ...more })).values()]
      .filter((resource) => resource.kind === "RealServerGateway")
      .map((resource) => resource.name);
  const machine = { name: "web1", rip: later<string>(), connection };

  it("have a name that needs no address", async () => {
    const realServers = [machine];
    expect(await gateways({ realServers, dip: later() })).toEqual(["web-web1-gateway"]);
    expect(await gateways({ realServers, dip: "10.0.0.1" })).toEqual(["web-web1-gateway-ipv4"]);
    const dip = { name: "inside", address: later<string>() };
    expect(await gateways({ realServers, dip })).toEqual(["web-web1-gateway-inside"]);
  });

  it("are one for each DIP, with the RIP of its family", async () => {
    const names = ["web-web1-gateway-ipv4", "web-web1-gateway-inside"];
    const dip = ["10.0.0.1", { name: "inside", address: later<string>() }];
    const realServers = [{ ...machine, rip: [later<string>(), "2001:db8::11"] }];
    expect(await gateways({ realServers, dip })).toEqual(names);
    const vips = ["192.0.2.80", "2001:db8::80"];
    const all = await registered({ ...nat, vips, realServers, dip: ["10.0.0.1", "2001:db8::1"] });
    expect(all.get("web-web1-gateway-ipv6")?.inputs.rip).toBe("2001:db8::11");
  });

  it("are none where no address is of the family of the DIP", async () => {
    const other = { ...web("web2"), rip: "2001:db8::12" };
    const realServers = [machine, other];
    expect(await gateways({ realServers, dip: "10.0.0.1" })).toEqual(["web-web1-gateway-ipv4"]);
  });
});
