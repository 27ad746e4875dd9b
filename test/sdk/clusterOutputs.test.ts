import { describe, expect, it } from "vitest";
import type { ClusterArgs } from "../../sdk";
import { cluster, connection } from "./support/cluster";
import { run, stackOutputs } from "./support/program";

const args: ClusterArgs = {
  ...{ ...cluster, forwardingMethod: "nat", dip: "10.0.0.1" },
  realServers: [
    { name: "web1", rip: "10.0.0.11", connection: { host: "web1" } },
    { name: "web2", rip: "10.0.0.12", forwardingMethod: "tun", connection: { host: "web2" } },
  ],
};

describe("what can be read from a cluster", () => {
  it("is every resource by its name, with its ID", async () => {
    const outputs = await stackOutputs(({ Cluster }) => {
      const { directors, virtualIps, services, ...rest } = new Cluster("web", args);
      const idsOf = (resources: object) =>
        Object.fromEntries(Object.entries(resources).map(([name, { id }]) => [name, id]));
      return {
        ...{ directors: idsOf(directors), virtualIps: idsOf(virtualIps) },
        ...{ services: idsOf(services), realServerVips: idsOf(rest.realServerVips) },
        realServerGateways: idsOf(rest.realServerGateways),
      };
    });
    expect(outputs).toEqual({
      directors: { director1: "web-director1-id" },
      virtualIps: { "192.0.2.80": "web-192.0.2.80-id" },
      services: { "director1-tcp-192.0.2.80-80": "web-director1-tcp-192.0.2.80-80-id" },
      realServerVips: { "web2-192.0.2.80": "web-web2-192.0.2.80-id" },
      realServerGateways: { "web1-gateway-ipv4": "web-web1-gateway-ipv4-id" },
    });
  });

  it("has a Director that the program gives", async () => {
    await run(({ Cluster, Director }) => {
      const director = new Director("shared", { connection });
      const web = new Cluster("web", { ...cluster, directors: [{ director, name: "one" }] });
      expect(web.directors).toEqual({ one: director });
    });
  });

  it("serves another cluster, and single resources", async () => {
    const all = await run(({ Cluster, VirtualIp }) => {
      const web = new Cluster("web", cluster);
      const { director1 } = web.directors;
      if (director1 === undefined) throw new Error("the cluster has no director");
      new Cluster("api", { ...cluster, vips: ["192.0.2.81"], directors: [director1] });
      new VirtualIp("vip", { director: director1, address: "192.0.2.82" });
    });
    const dependsOn = Object.fromEntries(all.map((one) => [one.name, one.dependsOn]));
    expect(dependsOn["api-director1-tcp-192.0.2.81-80"]).toEqual(["web-director1"]);
    expect(dependsOn.vip).toEqual(["web-director1"]);
  });
});

describe("a stack that exports its resources", () => {
  const secret = { host: "director1", privateKey: "a key that nobody may see" };

  it.each(["Cluster", "Director", "VirtualService"] as const)(
    "has no secret in the clear: %s",
    async (kind) => {
      const outputs = await stackOutputs((lvs) => {
        const director = new lvs.Director("director1", { connection: secret });
        const service = { director, vip: "192.0.2.80", port: 80 };
        return {
          Cluster: () => new lvs.Cluster("web", { ...cluster, directors: [director] }),
          Director: () => director,
          VirtualService: () => new lvs.VirtualService("http", service),
        }[kind]();
      });
      const isOpen = (key: string, value: unknown) => (key === "secret" ? "[secret]" : value);
      const open = JSON.stringify(outputs, isOpen);
      expect(open).toContain("[secret]");
      expect(open).not.toContain(secret.privateKey);
    },
  );
});
