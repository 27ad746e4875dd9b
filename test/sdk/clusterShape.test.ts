import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { ClusterArgs } from "../../sdk";
import { later, refusalOf, run } from "./support/program";

const connection = { host: "director1" };
const cluster = {
  ...{ vips: ["192.0.2.80"], forwardingMethod: "nat", dip: "10.0.0.1" },
  directors: [{ connection }],
  services: [{ port: 80 }],
  realServers: [{ rip: "10.0.0.11" }],
};

/** What is said of a cluster as a JavaScript program may declare it. */
async function refusalWith(more: object): Promise<string> {
  const args = { ...cluster, ...more } as unknown as ClusterArgs;
  let said = "";
  const refused = await refusalOf(
    (lvs) => {
      try {
        new lvs.Cluster("web", args);
      } catch (error) {
        said = (error as Error).message;
      }
    },
    { isPreview: true },
  );
  return said + refused;
}

describe("a name that is not an argument", () => {
  it.each<[string, object, string]>([
    [
      "of the cluster",
      { dips: ["10.0.0.1"] },
      "dips is not an argument of a Cluster: use vips, forwardingMethod, directors, services, realServers, dip",
    ],
    [
      "of a director",
      { directors: [{ connection, activ: true }] },
      "directors.0: activ is not an argument of a director: use connection, director, active, interface, name",
    ],
    [
      "of a service",
      { services: [{ port: 80 }, { port: 443, persistanceSeconds: 4, vip: "192.0.2.80" }] },
      "services.1: persistanceSeconds, vip is not an argument of a virtual service: use port, protocol, vips, realServerPort, scheduler, schedulerFlags, persistenceSeconds, persistenceNetmask",
    ],
    [
      "of a real server",
      { realServers: [{ rip: "10.0.0.11", wieght: 2 }] },
      "realServers.0: wieght is not an argument of a real server: use rip, connection, interface, replyGateway, name, weight, upperThreshold, lowerThreshold",
    ],
  ])("is refused: %s", async (_, more, says) => {
    expect(await refusalWith(more)).toBe(says);
  });

  it("is not refused where it has no value, as with single resources", async () => {
    expect(
      await refusalWith({ dips: undefined, realServers: [{ rip: "10.0.0.11", x: undefined }] }),
    ).toBe("");
  });

  it("is refused together with all others", async () => {
    const said = await refusalWith({ dips: 1, services: [{ prot: 80, port: 80 }] });
    expect(said.split("\n")).toHaveLength(2);
  });
});

describe("a value that only the update knows", () => {
  const output = later<string>();
  it.each<[string, object]>([
    ["vips", { vips: pulumi.output(["192.0.2.80"]) }],
    ["vips.1", { vips: ["192.0.2.80", output] }],
    ["vips", { vips: Promise.resolve(["192.0.2.80"]) }],
    ["forwardingMethod", { forwardingMethod: output }],
    ["dip", { dip: output }],
    ["dip.0", { dip: [output] }],
    ["directors", { directors: output }],
    ["directors.0", { directors: [output] }],
    ["directors.0.name", { directors: [{ connection, name: output }] }],
    ["directors.0.active", { directors: [{ connection, active: output }] }],
    ["services", { services: output }],
    ["services.0.port", { services: [{ port: output }] }],
    ["services.0.protocol", { services: [{ port: 80, protocol: output }] }],
    ["services.0.vips.0", { services: [{ port: 80, vips: [output] }] }],
    ["realServers", { realServers: output }],
    ["realServers.0", { realServers: [output] }],
    ["realServers.0.rip", { realServers: [{ rip: output, name: "web1" }] }],
    ["realServers.0.rip.1", { realServers: [{ rip: ["10.0.0.11", output] }] }],
    ["realServers.0.name", { realServers: [{ rip: "10.0.0.11", name: output }] }],
  ])("is refused, with what takes it: %s", async (path, more) => {
    expect(await refusalWith(more)).toBe(
      `${path} is an output: a Cluster takes a plain value here, since it chooses and names its resources by it. ` +
        "What only the update knows goes into single resources: VirtualIp, VirtualService, RealServerVip, RealServerGateway",
    );
  });

  it("is taken where it names no resource", async () => {
    const director = { connection: { host: output }, interface: output };
    const service = { port: 80, scheduler: output, realServerPort: output };
    const realServer = { rip: "10.0.0.11", weight: output, connection: output };
    const args = { directors: [director], services: [service], realServers: [realServer] };
    expect(await refusalWith(args)).toBe("");
  });
});

describe("a value of another type", () => {
  it.each<[object, string]>([
    [{ vips: undefined }, "vips is missing: give a list of addresses"],
    [{ vips: "192.0.2.80" }, 'vips is "192.0.2.80": give a list of addresses'],
    [{ vips: [80] }, "vips.0 is 80: give an address"],
    [{ directors: { connection } }, "directors is a value of type object: give a list"],
    [{ directors: ["director1"] }, 'directors.0 is "director1": give an object'],
    [{ services: [{}] }, "services.0.port is missing: give a number"],
    [{ services: [{ port: "80" }] }, 'services.0.port is "80": give a number'],
    [{ realServers: null }, "realServers is null: give a list"],
    [{ realServers: [{ weight: 1 }] }, "realServers.0.rip is missing: give an address, or a list"],
    [{ realServers: [{ rip: [4] }] }, "realServers.0.rip.0 is 4: give an address"],
    [{ dip: 4 }, "dip is 4: give an address, or a list"],
  ])("is refused: %j", async (more, says) => {
    expect(await refusalWith(more)).toBe(says);
  });

  it("is refused: no arguments at all", async () => {
    const program = run((lvs) => new lvs.Cluster("web", undefined as unknown as ClusterArgs));
    await expect(program).rejects.toThrow(/^args is missing: give an object$/);
  });
});
