import { describe, expect, it, vi } from "vitest";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { call } from "./support/call";
import { DrainingDirector, WEB1, WEB2, web1, web2 } from "./support/drainingDirector";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);
const director = new DrainingDirector(pool);

describe("real servers of resources of their own", () => {
  const two = async (more: object = {}) => {
    await director.create("VirtualService", more);
    const resources = [web1, web2].map((one) => director.create("RealServer", one));
    return Promise.all(resources);
  };

  it("drain at the same time", async () => {
    const resources = await two();
    vi.useFakeTimers();
    director.host.connections.set(WEB1, 1).set(WEB2, 2);
    const deleted = resources.map(({ id, outs }) => call("RealServer", "delete", id, outs));
    await director.pass(28);
    expect(director.rows()).toEqual(["192.0.2.11 0", "192.0.2.12 0"]);
    await director.pass(4);
    await Promise.all(deleted);
    expect(director.rows()).toEqual([]);
  });

  it("keep the fallback of the scheduler until the last one is gone", async () => {
    const [first, second] = await two({ scheduler: "mh" });
    await director.create("RealServer", { ...web1, rip: "192.0.2.13" });
    vi.useFakeTimers();
    director.host.connections.set(WEB1, 1).set(WEB2, 2);
    const deleted = [first, second].map((one) => call("RealServer", "delete", one?.id, one?.outs));
    await director.pass(2);
    expect(director.rows()).toEqual(["192.0.2.11 0", "192.0.2.12 0", "192.0.2.13 1"]);
    director.host.connections.delete(WEB1);
    await director.pass(2);
    expect(director.rows()).toEqual(["192.0.2.12 0", "192.0.2.13 1"]);
    expect(director.host.table.saved()).toContain("-s mh -b mh-fallback");
    director.host.connections.clear();
    await director.pass(2);
    await Promise.all(deleted);
    expect(director.host.table.saved()).toMatch(/-s mh\n/);
  });
});

describe("a virtual service that goes", () => {
  it("drains all its real servers in the time of one", async () => {
    const { id, outs } = await director.create("VirtualService", { realServers: [web1, web2] });
    vi.useFakeTimers();
    director.host.connections.set(WEB1, 3).set(WEB2, 4);
    const deleted = call("VirtualService", "delete", id, outs);
    await director.pass(2);
    expect(director.rows()).toEqual(["192.0.2.11 0", "192.0.2.12 0"]);
    expect(director.said[0]).toBe(
      "draining 192.0.2.11:80: 3 connections, 30 s left, and 1 more with 4 connections",
    );
    await director.pass(30);
    await deleted;
    expect(director.host.table.saved()).toBe("");
    expect(director.host.claims()).toEqual({});
  });

  it("goes at once when the first look finds no connections", async () => {
    const { id, outs } = await director.create("VirtualService", { realServers: [web1, web2] });
    const before = director.host.changes.length;
    const trips = await director.roundTripsOf(() => call("VirtualService", "delete", id, outs));
    expect(trips).toBe(2);
    expect(director.host.changes[before]).toBe("ipvsadm -D -t 192.0.2.80:80");
  });

  it("goes at once for udp", async () => {
    const udp = { protocol: "udp", realServers: [web1] };
    const { id, outs } = await director.create("VirtualService", udp);
    expect(await director.roundTripsOf(() => call("VirtualService", "delete", id, outs))).toBe(2);
  });

  it("comes back to what it was before it was adopted, without draining what stays", async () => {
    director.host.modules.add("ip_vs").add("ip_vs_rr");
    const before = [
      "-A -t 192.0.2.80:80 -s rr",
      "-a -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 5",
      "-a -t 192.0.2.80:80 -r 192.0.2.13:80 -g -w 6",
    ];
    director.host.table.restore(before.join("\n"));
    const args = { adopt: true, realServers: [web1, web2] };
    const { id, outs } = await director.create("VirtualService", args);
    vi.useFakeTimers();
    director.host.connections.set(WEB1, 3).set(WEB2, 4);
    const deleted = call("VirtualService", "delete", id, outs);
    await director.pass(2);
    expect(director.rows().sort()).toEqual(["192.0.2.11 5", "192.0.2.12 0", "192.0.2.13 6"]);
    director.host.connections.delete(WEB2);
    await director.pass(2);
    await deleted;
    expect(director.rows()).toEqual(["192.0.2.11 5", "192.0.2.13 6"]);
  });

  it("comes back to what it was before it was adopted in one batch without connections", async () => {
    const before = "-A -t 192.0.2.80:80 -s rr\n-a -t 192.0.2.80:80 -r 192.0.2.13:80 -g -w 6";
    director.host.modules.add("ip_vs").add("ip_vs_rr");
    director.host.table.restore(before);
    const { id, outs } = await director.create("VirtualService", {
      ...{ adopt: true, realServers: [web1, web2] },
    });
    await call("VirtualService", "delete", id, outs);
    expect(director.rows()).toEqual(["192.0.2.13 6"]);
  });
});

describe("a VIP that goes from its director", () => {
  const cluster = async (more: object = {}) => {
    const service = await director.create("VirtualService", { realServers: [web1, web2] });
    const vip = await director.create("VirtualIp", more);
    return { service, vip };
  };
  const isThere = () =>
    JSON.stringify([...director.host.facts().links.values()]).includes("192.0.2.80");

  it("waits for the connections of its virtual services, which then have their weights again", async () => {
    const { vip, service } = await cluster();
    vi.useFakeTimers();
    director.host.connections.set(WEB2, 4);
    const deleted = call("VirtualIp", "delete", vip.id, vip.outs);
    await director.pass(3);
    expect(director.rows()).toEqual(["192.0.2.11 0", "192.0.2.12 0"]);
    expect(isThere()).toBe(true);
    director.host.connections.clear();
    await director.pass(2);
    await deleted;
    expect(isThere()).toBe(false);
    expect(director.rows()).toEqual(["192.0.2.11 1", "192.0.2.12 3"]);
    const left = () => call("VirtualService", "delete", service.id, service.outs);
    vi.useRealTimers();
    expect(await director.roundTripsOf(left)).toBe(2);
    expect(director.host.claims()).toEqual({});
  });

  it("goes at once when its virtual services have no connections, and leaves them as they are", async () => {
    const { vip } = await cluster();
    const before = director.host.changes.length;
    const trips = await director.roundTripsOf(() => call("VirtualIp", "delete", vip.id, vip.outs));
    expect(trips).toBe(2);
    expect(director.host.changes.slice(before).filter((one) => /ipvsadm/.test(one))).toEqual([]);
  });

  it("gives weights back that an interrupted drain took", async () => {
    const { vip } = await cluster();
    director.host.table.restore("-e -t 192.0.2.80:80 -r 192.0.2.12:80 -g -w 0");
    await call("VirtualIp", "delete", vip.id, vip.outs);
    expect(director.rows()).toEqual(["192.0.2.11 1", "192.0.2.12 3"]);
  });

  it("does not wait twice for connections that were cut", async () => {
    const { vip, service } = await cluster({ drain: { timeoutSeconds: 2 } });
    vi.useFakeTimers();
    director.host.connections.set(WEB2, 4);
    const deleted = call("VirtualIp", "delete", vip.id, vip.outs);
    await director.pass(4);
    await deleted;
    const gone = call("VirtualService", "delete", service.id, service.outs);
    await director.pass(1);
    await gone;
    expect(director.host.table.saved()).toBe("");
  });

  it("is gone at once where nothing is drained, and where it stays because it was adopted", async () => {
    const { vip } = await cluster({ drain: false });
    director.host.connections.set(WEB2, 4);
    await call("VirtualIp", "delete", vip.id, vip.outs);
    expect(isThere()).toBe(false);
    director.host.network.links.get("eth1")?.addresses.push("192.0.2.80/32");
    const adopted = await director.create("VirtualIp", { adopt: true });
    await call("VirtualIp", "delete", adopted.id, adopted.outs);
    expect(isThere()).toBe(true);
    expect(director.rows()).toEqual(["192.0.2.11 1", "192.0.2.12 3"]);
  });
});
