import { describe, expect, it } from "vitest";
import type { ClusterArgs } from "../../sdk";
import { cluster } from "./support/cluster";
import { refusalOf, run } from "./support/program";

const on = (host: string) => ({ connection: { host } });
const pair: ClusterArgs = {
  ...{ ...cluster, vips: ["198.51.100.80", "2001:db8::80"], anycast: true },
  directors: [on("director1"), { ...on("director2"), interface: "anycast0" }],
  drain: { timeoutSeconds: 60 },
};
const refused = (more: object) =>
  refusalOf((lvs) => void new lvs.Cluster("web", { ...pair, ...more }));

describe("a Cluster with anycast", () => {
  it("has every VIP on every director, after all virtual services", async () => {
    const all = await run((lvs) => new lvs.Cluster("web", pair));
    const vips = all.filter(({ kind }) => kind === "VirtualIp");
    expect(vips.map(({ name }) => name).sort()).toEqual([
      ...["web-director1-198.51.100.80", "web-director1-2001:db8::80"],
      ...["web-director2-198.51.100.80", "web-director2-2001:db8::80"],
    ]);
    const [first, , second] = vips.sort((a, b) => a.name.localeCompare(b.name));
    expect(first?.inputs).toMatchObject({ address: "198.51.100.80", anycast: true });
    for (const argument of ["interface", "drain"])
      expect(first?.inputs).not.toHaveProperty(argument);
    expect(second?.inputs).toMatchObject({ interface: "anycast0", anycast: true });
    expect(first?.dependsOn).toEqual([
      ...["web-director1", "web-director1-tcp-198.51.100.80-80"],
      "web-director2-tcp-198.51.100.80-80",
    ]);
  });

  it.each<[string, object, RegExp]>([
    [
      "failover",
      { failover: {}, directors: [on("192.0.2.2"), on("192.0.2.3")] },
      /^anycast has the VIPs on all directors, and failover on one at a time/,
    ],
    [
      "an active director",
      { directors: [on("director1"), { ...on("director2"), active: true }] },
      /^directors: director2 is active, but with anycast all directors are/,
    ],
    [
      "a real server behind nat",
      {
        ...{ vips: ["198.51.100.80"], services: [{ port: 80 }] },
        realServers: [{ rip: "192.0.2.11" }, { rip: "192.0.2.12", forwardingMethod: "nat" }],
      },
      /^anycast: 192\.0\.2\.12 has the forwardingMethod "nat", whose replies must go back/,
    ],
  ])("is refused with %s", async (_, more, says) => {
    expect(await refused(more)).toMatch(says);
  });
});

describe("an anycast VIP of single resources", () => {
  const address = "198.51.100.80";
  const anycast = { address, anycast: true };

  it("is on several directors, also of several clusters", async () => {
    const said = await refusalOf((lvs) => {
      new lvs.VirtualIp("one", { director: on("director1"), ...anycast });
      new lvs.VirtualIp("two", { director: on("director2"), ...anycast });
      const directors = [on("director3")];
      new lvs.Cluster("web", { ...pair, vips: [address], directors });
    });
    expect(said).toBe("");
  });

  it("is refused twice on one director", async () => {
    const said = await refusalOf((lvs) => {
      new lvs.VirtualIp("one", { director: on("director1"), ...anycast });
      new lvs.VirtualIp("two", { director: on("director1"), ...anycast });
    });
    expect(said).toMatch(/^"one" and "two" both declare the VIP 198\.51\.100\.80 on director1/);
  });

  it.each([
    ["alone", "anycast", "the first as a VirtualIp and the second as an anycast VirtualIp"],
    ["anycast", "alone", "the first as a VirtualIp and the second as an anycast VirtualIp"],
    ["anycast", "failover", "the first as an anycast VirtualIp and the second as a Failover"],
  ])("is refused as %s on one director and as %s on another", async (one, other, says) => {
    const said = await refusalOf((lvs) => {
      const make = (how: string, director: { connection: { host: string } }) => {
        const { host } = director.connection;
        if (how === "failover") {
          const peers = ["192.0.2.9"];
          new lvs.Failover(host, { director, vips: [address], address: "192.0.2.3", peers });
        } else {
          new lvs.VirtualIp(host, {
            director,
            address,
            ...(how === "anycast" && { anycast: true }),
          });
        }
      };
      make(one, on("director1"));
      make(other, on("director2"));
    });
    expect(said).toContain(says);
  });
});
