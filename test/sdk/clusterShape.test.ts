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

/** The refusal of a cluster with arguments of any type, as a JavaScript program may give them. */
function refusalWith(more: object): Promise<string> {
  const args = { ...cluster, ...more } as unknown as ClusterArgs;
  return refusalOf((lvs) => new lvs.Cluster("web", args), { isPreview: true });
}

describe("a name that is not an argument", () => {
  it.each<[string, object, string]>([
    [
      "of the cluster",
      { dips: ["10.0.0.1"] },
      "dips is not an argument of a Cluster: use vips, forwardingMethod, directors, services, realServers, failover, anycast, dip, drain, slowStart, healthCheck, waitForHealthy, groupServices, persist",
    ],
    [
      "of a director",
      { directors: [{ connection, activ: true }] },
      "directors.0: activ is not an argument of a director: use connection, director, active, exclusive, address, interface, name",
    ],
    [
      "of a service",
      { services: [{ port: 80 }, { port: 443, persistanceSeconds: 4, vip: "192.0.2.80" }] },
      "services.1: persistanceSeconds, vip is not an argument of a virtual service: use port, protocol, name, vips, realServers, realServerPort, scheduler, schedulerFlags, persistenceSeconds, persistenceNetmask, drain, slowStart, healthCheck, waitForHealthy",
    ],
    [
      "of an address",
      { vips: [{ name: "public", adress: "192.0.2.80" }] },
      "vips.0: adress is not an argument of a named address: use name, address\nvips.0.address is missing: give an address",
    ],
    [
      "of a real server in a service",
      { services: [{ port: 80, realServers: [{ name: "10.0.0.11", rip: "10.0.0.11" }] }] },
      "services.0.realServers.0: rip is not an argument of a real server of a service: use name, port, weight, upperThreshold, lowerThreshold, healthCheck",
    ],
    [
      "of a real server",
      { realServers: [{ rip: "10.0.0.11", wieght: 2 }] },
      "realServers.0: wieght is not an argument of a real server: use rip, connection, forwardingMethod, interface, replyGateway, name, weight, upperThreshold, lowerThreshold, healthCheck",
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

describe("an output where resources are chosen by it", () => {
  const output = later<string>();
  const more = "; the values in it can be outputs";
  it.each<[string, object, string]>([
    ["vips", { vips: pulumi.output(["192.0.2.80"]) }, `a list of addresses${more}`],
    ["vips", { vips: Promise.resolve(["192.0.2.80"]) }, `a list of addresses${more}`],
    ["vips.0.name", { vips: [{ name: output, address: output }] }, "a text"],
    ["directors", { directors: output }, `a list${more}`],
    ["directors.0", { directors: [output] }, `an object${more}`],
    ["directors.0.name", { directors: [{ connection, name: output }] }, "a text"],
    ["directors.0.active", { directors: [{ connection, active: output }] }, "true or false"],
    ["services", { services: output }, `a list${more}`],
    ["services.0.name", { services: [{ port: 80, name: output }] }, "a text"],
    ["services.0.vips", { services: [{ port: 80, vips: output }] }, `a list of texts${more}`],
    ["services.0.vips.0", { services: [{ port: 80, vips: [output] }] }, "a text"],
    ["services.0.realServers", { services: [{ port: 80, realServers: output }] }, `a list${more}`],
    ["services.0.realServers.0", { services: [{ port: 80, realServers: [output] }] }, "a text"],
    [
      "services.0.realServers.0.name",
      { services: [{ port: 80, realServers: [{ name: output }] }] },
      "a text",
    ],
    ["realServers", { realServers: output }, `a list${more}`],
    ["realServers.0", { realServers: [output] }, `an object${more}`],
    ["realServers.0.name", { realServers: [{ rip: "10.0.0.11", name: output }] }, "a text"],
  ])("is refused, with what is taken there: %s", async (path, args, what) => {
    expect(await refusalWith(args)).toBe(
      `${path} is an output, which cannot choose or name resources: give ${what}`,
    );
  });

  it.each<[string, object, string]>([
    [
      "vips.1",
      { vips: ["192.0.2.80", output] },
      'give it a name, as in { name: "public", address: ip.address }',
    ],
    [
      "dip.1",
      { dip: ["10.0.0.1", output] },
      'give it a name, as in { name: "inside", address: ip.address }',
    ],
    [
      "services.0.port",
      { services: [{ port: output }] },
      'give the service a name, as in name: "http"',
    ],
    [
      "services.0.protocol",
      { services: [{ port: 80, protocol: output }] },
      'give the service a name, as in name: "http"',
    ],
    [
      "realServers.0.rip",
      { realServers: [{ rip: output, connection }] },
      'give the real server a name, as in name: "web1"',
    ],
    [
      "realServers.0.rip",
      { realServers: [{ rip: [output, output], connection }] },
      'give the real server a name, as in name: "web1"',
    ],
  ])("is refused where a name is missing, with how to give one: %s", async (path, args, what) => {
    expect(await refusalWith(args)).toBe(
      `${path} is an output, which cannot name resources: ${what}`,
    );
  });

  it.each<[string, object]>([
    ["forwardingMethod", { forwardingMethod: output }],
    ["realServers.0.forwardingMethod", {}],
  ])("is refused where it decides what is set up on a host: %s", async (path, args) => {
    const forwardingMethod = path === "forwardingMethod" ? {} : { forwardingMethod: output };
    const realServers = [{ rip: "10.0.0.11", connection, ...forwardingMethod }];
    expect(await refusalWith({ ...args, realServers })).toBe(
      `${path} is an output, but it decides what is set up on the real server 10.0.0.11: ` +
        'give "nat", "dr" or "tun", or leave the connection of the real server out',
    );
  });

  it("is taken for every other value", async () => {
    const address = { name: "one", address: output };
    const weights = { weight: output, upperThreshold: output, lowerThreshold: output };
    const director = { connection: { host: output }, interface: output };
    const service = {
      ...{ name: "http", port: output, protocol: output, realServerPort: output },
      ...{ scheduler: output, schedulerFlags: output },
      ...{ persistenceSeconds: output, persistenceNetmask: output },
    };
    const args = {
      ...{ vips: [address], dip: output, forwardingMethod: "nat", directors: [director] },
      services: [service, { port: 443, realServers: [{ name: "web1", port: output, ...weights }] }],
      realServers: [
        { name: "web1", rip: [output, output], connection: output, ...weights },
        { rip: output, forwardingMethod: output },
        {
          ...{ name: "web2", rip: output, forwardingMethod: "tun", connection: { host: output } },
          ...{ interface: output, replyGateway: output },
        },
      ],
    };
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
    [
      { dip: [{ name: 4, address: 4 }] },
      "dip.0.name is 4: give a text\ndip.0.address is 4: give an address",
    ],
    [{ services: [{ port: 80, realServers: [4] }] }, "services.0.realServers.0 is 4: give a text"],
  ])("is refused: %j", async (more, says) => {
    expect(await refusalWith(more)).toBe(says);
  });

  it("is refused: no arguments at all", async () => {
    const program = run((lvs) => new lvs.Cluster("web", undefined as unknown as ClusterArgs));
    await expect(program).rejects.toThrow(/^args is missing: give an object$/);
  });
});
