import { describe, expect, it } from "vitest";
import type { ClusterArgs, ConnectionArgs } from "../../sdk";
import { unknown } from "../support/inputs";
import { later, type Registered, run } from "./support/program";

const dr: ClusterArgs = {
  vips: ["192.0.2.80"],
  forwardingMethod: "dr",
  directors: [{ connection: { host: "director1" } }],
  services: [{ port: 80 }],
  realServers: [
    { rip: "192.0.2.11", weight: 2, connection: { host: "web1" } },
    { name: "web2", rip: "192.0.2.12", connection: { host: "web2" } },
    { rip: "192.0.2.13" },
  ],
};

/** The resources that a cluster registers, by name, without the cluster itself. */
async function cluster(args: Partial<ClusterArgs> = {}) {
  const all = await run((lvs) => new lvs.Cluster("web", { ...dr, ...args }));
  const [component, ...parts] = all;
  expect(component).toMatchObject({ kind: "Cluster", name: "web" });
  expect(parts.every((one) => one.parent === "web")).toBe(true);
  return new Map(parts.map((one) => [one.name, one]));
}

const kindsOf = (all: ReadonlyMap<string, Registered>, kind: string) =>
  [...all.values()].filter((one) => one.kind === kind).map((one) => one.name);
const rips = (service: Registered | undefined) =>
  (service?.inputs.realServers as { rip: string }[] | undefined)?.map((one) => one.rip);

describe("Cluster with dr", () => {
  it("makes the real servers first, then the services, and the director's VIP last", async () => {
    const all = await cluster();
    const order = Object.fromEntries([...all].map(([name, { dependsOn }]) => [name, dependsOn]));
    expect(order).toEqual({
      "web-192.0.2.11-192.0.2.80": [],
      "web-web2-192.0.2.80": [],
      "web-director1": [],
      "web-director1-tcp-192.0.2.80-80": [
        "web-192.0.2.11-192.0.2.80",
        "web-director1",
        "web-web2-192.0.2.80",
      ],
      "web-192.0.2.80": ["web-director1", "web-director1-tcp-192.0.2.80-80"],
    });
  });

  it("has every real server in its services, and sets up those that it can reach", async () => {
    const all = await cluster();
    expect(rips(all.get("web-director1-tcp-192.0.2.80-80"))).toEqual([
      ...["192.0.2.11", "192.0.2.12", "192.0.2.13"],
    ]);
    expect(kindsOf(all, "RealServerVip")).toHaveLength(2);
    expect(all.get("web-web2-192.0.2.80")?.inputs).toMatchObject({
      ...{ vip: "192.0.2.80", rip: "192.0.2.12", forwardingMethod: "dr" },
      connection: { host: "web2" },
    });
  });

  it("has names that do not depend on the order of real servers, services or VIPs", async () => {
    const args = {
      vips: ["192.0.2.80", "192.0.2.81"],
      services: [{ port: 80 }, { port: 443 }, { port: 53, protocol: "udp" as const }],
    };
    const one = [...(await cluster(args)).keys()].sort();
    const reversed = {
      vips: [...args.vips].reverse(),
      services: [...args.services].reverse(),
      realServers: [...dr.realServers].reverse(),
    };
    expect([...(await cluster(reversed)).keys()].sort()).toEqual(one);
    expect(one).toHaveLength(4 + 1 + 6 + 2);
  });

  it("has names that do not depend on how a host is spelt", async () => {
    const directors = [{ connection: { host: "Director1" } }];
    expect([...(await cluster({ directors })).keys()]).toEqual([...(await cluster()).keys()]);
  });

  it("has a service on the VIPs that it names only", async () => {
    const all = await cluster({
      vips: ["192.0.2.80", "192.0.2.81"],
      services: [{ port: 80 }, { port: 443, vips: ["192.0.2.81"] }],
    });
    expect(kindsOf(all, "VirtualService")).toEqual([
      "web-director1-tcp-192.0.2.80-80",
      "web-director1-tcp-192.0.2.81-80",
      "web-director1-tcp-192.0.2.81-443",
    ]);
  });

  it("takes of both families of a real server the one of the VIP", async () => {
    const all = await cluster({
      vips: ["192.0.2.80", "2001:db8::80"],
      realServers: [
        { name: "web1", rip: ["192.0.2.11", "2001:db8::11"], connection: { host: "web1" } },
      ],
    });
    expect(rips(all.get("web-director1-tcp-192.0.2.80-80"))).toEqual(["192.0.2.11"]);
    expect(rips(all.get("web-director1-tcp-2001:db8::80-80"))).toEqual(["2001:db8::11"]);
    expect(all.get("web-web1-2001:db8::80")?.inputs.rip).toBe("2001:db8::11");
  });
});

describe("what survives a reboot", () => {
  const nat = { forwardingMethod: "nat" as const, dip: "192.0.2.2" };

  it.each([{}, nat])("is said by every resource of a cluster in the same way: %j", async (more) => {
    for (const persist of [true, false]) {
      const all = await cluster({ ...more, persist });
      expect([...all.values()].map(({ inputs }) => inputs.persist)).toEqual(
        [...all].map(() => persist),
      );
    }
  });

  it("is left to the default of each resource otherwise", async () => {
    const all = await cluster();
    expect([...all.values()].some(({ inputs }) => "persist" in inputs)).toBe(false);
  });
});

describe("Cluster with several directors", () => {
  const directors = ["director1", "director2"].map((host) => ({ connection: { host } }));

  it("has the same table on each, and the VIP on the first", async () => {
    const all = await cluster({ directors });
    expect(kindsOf(all, "VirtualService")).toEqual([
      "web-director1-tcp-192.0.2.80-80",
      "web-director2-tcp-192.0.2.80-80",
    ]);
    const vip = all.get("web-192.0.2.80");
    expect(vip?.inputs).toMatchObject({ connection: { host: "director1" } });
    expect(vip?.dependsOn).toContain("web-director2-tcp-192.0.2.80-80");
  });

  it("moves the VIP, under its name, with `active`", async () => {
    const [one, other] = directors;
    const all = await cluster({ directors: [{ ...one }, { ...other, active: true }] });
    expect(all.get("web-192.0.2.80")?.inputs).toMatchObject({ connection: { host: "director2" } });
  });

  it("shares a Director of the program with another cluster", async () => {
    const all = await run((lvs) => {
      const director = new lvs.Director("shared", { connection: { host: "director1" } });
      const args = { ...dr, directors: [director], realServers: [] };
      new lvs.Cluster("web", args);
      new lvs.Cluster("api", { ...args, vips: ["192.0.2.81"] });
    });
    expect(all.filter((one) => one.kind === "Director")).toHaveLength(1);
    const service = all.find((one) => one.name === "api-director1-tcp-192.0.2.81-80");
    expect(service?.dependsOn).toEqual(["shared"]);
  });
});

describe("Cluster on machines that the program creates", () => {
  const connection = { host: later<string>() };
  const args: ClusterArgs = {
    ...dr,
    directors: [{ connection }, { connection: later<ConnectionArgs>() }],
    realServers: [{ rip: "192.0.2.11", connection }],
  };

  it("previews all of it, with names that need no host", async () => {
    const all = await run((lvs) => new lvs.Cluster("web", args), { isPreview: true });
    expect(all.map((one) => one.name)).toEqual([
      "web",
      ...["web-director1", "web-director2", "web-192.0.2.11-192.0.2.80"],
      ...["web-director1-tcp-192.0.2.80-80", "web-director2-tcp-192.0.2.80-80", "web-192.0.2.80"],
    ]);
    expect(all.find((one) => one.name === "web-192.0.2.80")?.dependsOn).toEqual([
      ...["web-director1", "web-director1-tcp-192.0.2.80-80", "web-director2-tcp-192.0.2.80-80"],
    ]);
  });

  it("leaves what is not known to the update", async () => {
    const all = await run((lvs) => new lvs.Cluster("web", args), { isPreview: true });
    const hosts = all.slice(1).map(({ inputs }) => inputs.connection);
    expect(hosts).toEqual([
      ...[{ host: unknown }, unknown, { host: unknown }],
      ...[{ host: unknown }, unknown, { host: unknown }],
    ]);
  });
});

describe("Cluster with nat", () => {
  const nat: Partial<ClusterArgs> = {
    forwardingMethod: "nat",
    services: [{ port: 8080, realServerPort: 80 }],
    realServers: [{ name: "web1", rip: "10.0.0.11", connection: { host: "web1" } }],
  };

  it("sends replies through the DIP, one gateway for all VIPs", async () => {
    const all = await cluster({ ...nat, vips: ["192.0.2.80", "192.0.2.81"], dip: "10.0.0.1" });
    expect(kindsOf(all, "RealServerGateway")).toEqual(["web-web1-gateway-ipv4"]);
    expect(kindsOf(all, "RealServerVip")).toEqual([]);
    const service = all.get("web-director1-tcp-192.0.2.81-8080");
    expect(service?.dependsOn).toContain("web-web1-gateway-ipv4");
    expect(service?.inputs.realServers).toEqual([
      { rip: "10.0.0.11", port: 80, forwardingMethod: "nat" },
    ]);
  });

  it("leaves gateways to others without a DIP", async () => {
    expect(kindsOf(await cluster(nat), "RealServerGateway")).toEqual([]);
  });
});
