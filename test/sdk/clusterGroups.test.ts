import { describe, expect, it } from "vitest";
import { refusalOf, run } from "./support/program";

const args = {
  vips: ["192.0.2.80", "192.0.2.81"],
  forwardingMethod: "dr" as const,
  directors: ["director1", "director2"].map((host) => ({ connection: { host } })),
  services: [{ port: 80 }, { port: 443, vips: ["192.0.2.81"] }],
  realServers: [{ rip: "192.0.2.11", weight: 2, connection: { host: "web1" } }],
};

describe("a Cluster with groupServices", () => {
  it("has one resource on each director with the services of all VIPs", async () => {
    const all = await run((lvs) => new lvs.Cluster("web", { ...args, groupServices: true }));
    expect(all.filter(({ kind }) => kind === "VirtualService")).toEqual([]);
    const groups = all.filter(({ kind }) => kind === "VirtualServices");
    expect(groups.map(({ name }) => name)).toEqual([
      "web-director1-services",
      "web-director2-services",
    ]);
    const realServers = [{ rip: "192.0.2.11", forwardingMethod: "dr", weight: 2 }];
    expect(groups[0]?.inputs.services).toEqual([
      { protocol: "tcp", vip: "192.0.2.80", port: 80, realServers },
      { protocol: "tcp", vip: "192.0.2.81", port: 80, realServers },
      { protocol: "tcp", vip: "192.0.2.81", port: 443, realServers },
    ]);
    expect(groups[0]?.dependsOn).toEqual(
      expect.arrayContaining(["web-192.0.2.11-192.0.2.80", "web-192.0.2.11-192.0.2.81"]),
    );
    const vip = all.find(({ name }) => name === "web-192.0.2.80");
    expect(vip?.dependsOn).toEqual(
      expect.arrayContaining(["web-director1-services", "web-director2-services"]),
    );
  });

  it("has the same as it has with a resource for each service", async () => {
    const declared = async (groupServices: boolean) => {
      const all = await run((lvs) => new lvs.Cluster("web", { ...args, groupServices }));
      const onFirst = all.filter(({ inputs }) => JSON.stringify(inputs).includes('"director1"'));
      return onFirst
        .filter(({ kind }) => /VirtualServices?$/.test(kind))
        .flatMap(({ inputs }) => inputs.services ?? [inputs])
        .map((one) => {
          const { connection, owner, ...service } = one as Record<string, unknown>;
          return service;
        });
    };
    expect(await declared(true)).toEqual(await declared(false));
  });
});

describe("VirtualServices", () => {
  const director = { connection: { host: "director1" } };
  const http = { vip: "192.0.2.80", port: 80 };

  it("and a VirtualService of one program cannot both have a virtual service", async () => {
    const message = await refusalOf((lvs) => {
      new lvs.VirtualServices("all", { director, services: [http, { ...http, port: 443 }] });
      new lvs.VirtualService("http", { director, ...http });
    });
    expect(message).toMatch(
      /^"(all|http)" and "(all|http)" both declare the virtual service tcp 192\.0\.2\.80:80 on director1: declare it in one of them only$/,
    );
  });
});
