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

const service = (port: number, realServers: readonly object[], more: object = {}) => ({
  ...{ vip: "192.0.2.80", port, realServers },
  ...more,
});
const OTHER = "TCP C0000250:01BB C000020B:01BB";

describe("virtual services in one resource", () => {
  it("lose a real server when its connections have ended", async () => {
    const services = [service(80, [web1, web2]), service(443, [web1])];
    const { outs } = await director.create("VirtualServices", { services });
    vi.useFakeTimers();
    director.host.connections.set(WEB2, 2);
    const updated = director.update("VirtualServices", outs, {
      services: [service(80, [web1]), service(443, [web1])],
    });
    await director.pass(3);
    expect(director.rows()[1]).toBe("192.0.2.12 0");
    director.host.connections.clear();
    await director.pass(2);
    await updated;
    expect(director.host.table.saved()).not.toContain("192.0.2.12");
  });

  it("drain each as it was declared, when they leave the resource", async () => {
    const services = [service(80, [web1]), service(443, [web1], { drain: false })];
    const { outs } = await director.create("VirtualServices", { services });
    director.host.connections.set(OTHER, 5);
    const only = { services: [service(80, [web1])] };
    const before = director.host.changes.length;
    expect(await director.roundTripsOf(() => director.update("VirtualServices", outs, only))).toBe(
      2,
    );
    expect(director.host.changes.slice(before)).toEqual(["ipvsadm -D -t 192.0.2.80:443"]);
  });

  it("all drain in the time of one, when the resource goes", async () => {
    const services = [service(80, [web1, web2]), service(443, [web1])];
    const { id, outs } = await director.create("VirtualServices", { services });
    vi.useFakeTimers();
    director.host.connections.set(WEB1, 1).set(WEB2, 2).set(OTHER, 5);
    const deleted = call("VirtualServices", "delete", id, outs);
    await director.pass(3);
    expect(director.said[0]).toMatch(/^draining .* 30 s left, and 2 more with \d connections$/);
    await director.pass(30);
    await deleted;
    expect(director.host.table.saved()).toBe("");
    expect(director.host.claims()).toEqual({});
  });

  it("start slowly where one is declared so", async () => {
    const slow = { slowStart: { seconds: 9 } };
    const [first, second] = [
      { ...web1, weight: 100 },
      { ...web2, weight: 50 },
    ];
    const services = (realServers: readonly object[]) => ({
      services: [service(80, realServers, slow), service(443, realServers)],
    });
    const { outs } = await director.create("VirtualServices", services([first]));
    vi.useFakeTimers();
    const updated = director.update("VirtualServices", outs, services([first, second]));
    await director.pass(1);
    const weights = () => director.host.table.saved().match(/-r 192.0.2.12\S+ -g -w \d+/g);
    expect(weights()?.sort()).toEqual(["-r 192.0.2.12:443 -g -w 50", "-r 192.0.2.12:80 -g -w 5"]);
    await director.pass(10);
    await updated;
    expect(weights()?.sort()).toEqual(["-r 192.0.2.12:443 -g -w 50", "-r 192.0.2.12:80 -g -w 50"]);
  });
});
