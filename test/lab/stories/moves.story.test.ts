import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connections, type HeldConnection, holdConnection } from "../traffic";
import { type ClusterDescription, Clusters, realServer, succeeded } from "./support/clusters";
import { ownersOf, watched } from "./support/watch";

const VIP = "192.0.2.80";
const SECOND_VIP = "192.0.2.81";

/** Nothing that clients hold is longer than this at a real server that leaves. */
const DRAIN = { timeoutSeconds: 4 };

const begin: ClusterDescription = {
  vips: [VIP],
  forwardingMethod: "dr",
  directors: [{ name: "one", connection: "director1" }],
  // A VIP that drains refuses new clients: here it moves at once. Real servers drain all the same.
  drain: false,
  services: [{ port: 80, scheduler: "rr", drain: DRAIN }],
  realServers: [realServer("web1")],
};
const other = { name: "other", connection: "director2" };

/** Where each comes in what Pulumi says of a change: `deleted` or `created`, of a type of resource. */
function placeIn(said: string, what: "deleted" | "created", type: string): number {
  const lines = said.split("\n");
  const at = lines.findIndex((line) => line.includes(`lvs:${type} `) && line.includes(` ${what} `));
  expect(at, said).toBeGreaterThanOrEqual(0);
  return at;
}

/** One cluster that is changed again and again while clients use it: nobody is refused by any of the changes. */
describe("a cluster that changes under its clients", () => {
  let story: Clusters;
  let cluster = begin;
  let held: HeldConnection;

  const table = (director = "director1") => story.lab.host(director).mustRun("ipvsadm -Sn");
  const change = async (to: Partial<ClusterDescription>, { cuts = 0 } = {}) => {
    cluster = { ...cluster, ...to };
    let said = "";
    const up = async () => {
      said = await story.up(cluster);
    };
    const owners = await watched(story.lab, VIP, up, { cuts });
    return { said, owners: Object.keys(owners) };
  };
  const isHeld = async () => expect(await held.ask()).toBe("web1");

  beforeAll(async () => {
    story = await Clusters.begin({
      hosts: ["director1", "director2", "web1", "web2"],
      before: { web2: "ip address add 192.0.2.22/24 dev eth1" },
    });
    await story.up(cluster);
    held = await holdConnection(story.lab, VIP, 80);
    await isHeld();
  });
  afterAll(async () => story?.end());

  it("gets another real server and another director", async () => {
    const { owners } = await change({
      directors: [...begin.directors, other],
      realServers: [realServer("web1"), realServer("web2")],
    });
    expect(owners).toEqual(["director1"]);
    expect(await table("director2")).toBe(await table());
    expect(await connections(story.lab, VIP, 80, 4)).toEqual({ web1: 2, web2: 2 });
    await isHeld();
  });

  it("goes from direct routing to tunnels in place, while a real server gets another address", async () => {
    const { said } = await change({
      forwardingMethod: "tun",
      realServers: [realServer("web1"), realServer("web2", { rip: "192.0.2.22" })],
    });
    expect(said).not.toMatch(/VirtualService .*(creat|replac)/);
    expect(await table()).toMatch(/-r 192.0.2.11:80 -i /);
    expect(await table()).toMatch(/-r 192.0.2.22:80 -i /);
    expect(await table()).not.toContain("-r 192.0.2.12:80");
    expect(await connections(story.lab, VIP, 80, 4)).toEqual({ web1: 2, web2: 2 });
    // Connections from before may stall as long as it is "tun": the kernel shares the route (ip_vs_xmit.c, dest_dst).
  });

  it("goes back to direct routing, and gets another VIP, persistence, and a weight of 0", async () => {
    await change({
      vips: [VIP, SECOND_VIP],
      forwardingMethod: "dr",
      services: [{ port: 80, scheduler: "rr", persistenceSeconds: 300, drain: DRAIN }],
      realServers: [realServer("web1", { weight: 0 }), realServer("web2", { rip: "192.0.2.22" })],
    });
    expect(await table()).toContain(`-A -t ${VIP}:80 -s rr -p 300`);
    expect(await table()).toMatch(/-r 192.0.2.11:80 -g -w 0/);
    expect(await story.lab.host("web1").mustRun("ip -br link")).not.toContain("lvs4-");
    expect(await connections(story.lab, VIP, 80, 3)).toEqual({ web2: 3 });
    expect(await connections(story.lab, SECOND_VIP, 80, 3)).toEqual({ web2: 3 });
    await isHeld();
  });

  it("loses its second VIP", async () => {
    await change({ vips: [VIP] });
    expect(await ownersOf(story.lab, SECOND_VIP)).toEqual([]);
    expect(await table()).not.toContain(SECOND_VIP);
    await isHeld();
  });

  it("gets another scheduler in place", async () => {
    // While the kernel exchanges them, it has none, and refuses new clients (ip_vs_ctl.c, ip_vs_edit_service).
    cluster = { ...cluster, services: [{ port: 80, scheduler: "wlc", drain: DRAIN }] };
    expect(await story.up(cluster)).not.toMatch(/VirtualService .*(creat|replac)/);
    expect(await table()).toContain(`-A -t ${VIP}:80 -s wlc\n`);
    await isHeld();
    await held.close();
  });

  it("moves its VIP to the other director, which alone answers for it then", async () => {
    held = await holdConnection(story.lab, VIP, 80);
    const directors = [...begin.directors, { ...other, active: true }];
    const realServers = [realServer("web1"), realServer("web2", { rip: "192.0.2.22" })];
    const { said } = await change({ directors, realServers }, { cuts: 1 });
    // The other director knows nothing of connections from before, and resets each: also the one that a client was at.
    expect(await held.ask()).toBe("reset");
    await held.close();
    expect(placeIn(said, "created", "VirtualIp")).toBeGreaterThan(
      placeIn(said, "deleted", "VirtualIp"),
    );
    expect(await ownersOf(story.lab, VIP)).toEqual(["director2"]);
    expect(await connections(story.lab, VIP, 80, 4)).toEqual({ web1: 2, web2: 2 });
  });

  it("loses the director and the real server that it began with", async () => {
    const { owners } = await change({
      directors: [other],
      realServers: [realServer("web2", { rip: "192.0.2.22" })],
    });
    expect(owners).toEqual(["director2"]);
    expect(await connections(story.lab, VIP, 80, 3)).toEqual({ web2: 3 });
    const left = (await story.differences()).map((line) => line.split(":")[0]);
    expect(left.filter((host) => host === "director1" || host === "web1")).toEqual([]);
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("has both directors serve its VIPs with anycast, and a connection goes on by another one", async () => {
    const [vip, vip6] = ["198.51.100.80", "2001:db8:5::80"];
    const directors = [other, { name: "one", connection: "director1" }];
    const realServers = ["web1", "web2"].map((name) => {
      const last = name === "web1" ? 11 : 12;
      return realServer(name, { rip: [`192.0.2.${last}`, `2001:db8:0:1::${last}`] });
    });
    const services = [{ port: 80, scheduler: "mh", schedulerFlags: ["mh-port"], drain: DRAIN }];
    await story.up({
      ...{ ...begin, vips: [vip, vip6], anycast: true },
      ...{ directors, realServers, services },
    });
    for (const name of ["director1", "director2"]) {
      const lo = await story.lab.host(name).mustRun("ip -o address show dev lo");
      expect(lo).toContain(`${vip}/32`);
      expect(lo).toMatch(new RegExp(`${vip6}/128 .*deprecated`));
      await story.lab.host(name).mustRun("sysctl -qw net.ipv4.vs.sloppy_tcp=1");
    }
    // What a router of the network would do: it takes one director, and then the other one.
    const route = (last: number) =>
      story.lab
        .host("client")
        .mustRun(
          `ip route replace ${vip} via 192.0.2.${last}; ip -6 route replace ${vip6} via 2001:db8:0:1::${last}`,
        );
    const served = async (address: string) => {
      const { web1 = 0, web2 = 0, ...failed } = await connections(story.lab, address, 80, 6);
      expect([web1 + web2, failed]).toEqual([6, {}]);
    };
    await route(2);
    await served(vip);
    held = await holdConnection(story.lab, vip, 80);
    const holder = await held.ask();
    expect(holder).toMatch(/^web/);
    await route(3);
    expect(await held.ask()).toBe(holder);
    await served(vip);
    await served(vip6);
    await route(2);
    await succeeded(story.stack.refresh("--expect-no-changes"));
    await story.up({
      ...begin,
      vips: [vip, vip6],
      anycast: true,
      directors: [directors[1] as typeof other],
      realServers,
      services,
    });
    expect(await held.ask()).toBe(holder);
    await held.close();
    expect(await story.lab.host("director2").mustRun("ip address show dev lo")).not.toContain(vip);
    await story.up(cluster);
  });

  it("gets another host for its director, with everything that was on the first one", async () => {
    held = await holdConnection(story.lab, VIP, 80);
    const { said } = await change(
      { directors: [{ ...other, connection: "director1" }] },
      { cuts: 1 },
    );
    expect(await held.ask()).toBe("reset");
    await held.close();
    const [served, left, gone, arrived] = [
      placeIn(said, "created", "VirtualService"),
      placeIn(said, "deleted", "VirtualIp"),
      placeIn(said, "deleted", "VirtualService"),
      placeIn(said, "created", "VirtualIp"),
    ];
    expect(left).toBeLessThan(arrived);
    expect(left).toBeLessThan(gone);
    expect(served).toBeLessThan(arrived);
    expect(await ownersOf(story.lab, VIP)).toEqual(["director1"]);
    expect(await connections(story.lab, VIP, 80, 3)).toEqual({ web2: 3 });
    const remains = (await story.differences()).filter((line) => line.startsWith("director2:"));
    expect(remains).toEqual([]);
  });

  it("leaves every host as it was before", async () => {
    await watched(story.lab, VIP, () => succeeded(story.stack.destroy()));
    expect(await story.differences()).toEqual([]);
  });
});
