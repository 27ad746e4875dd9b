import { describe, expect, it } from "vitest";
import type { ClusterArgs } from "../../sdk";
import { refusalOf, run } from "./support/program";

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
