import { describe, expect, it, vi } from "vitest";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { PARTS_DIRECTORY } from "../provider/system/paths";
import { DrainingDirector, WEB1, web1, web2 } from "./support/drainingDirector";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);
const director = new DrainingDirector(pool);

describe("a real server that comes to a virtual service, slowly", () => {
  const slow = { slowStart: { seconds: 18 } };
  const [first, second] = [
    { ...web1, weight: 100 },
    { ...web2, weight: 50 },
  ];

  it("gets its weight in steps while others serve, and says so on the row", async () => {
    const { outs } = await director.create("VirtualService", { ...slow, realServers: [first] });
    vi.useFakeTimers();
    const updated = director.update("VirtualService", outs, {
      ...slow,
      realServers: [first, second],
    });
    await director.pass(1);
    expect(director.rows()).toEqual(["192.0.2.11 100", "192.0.2.12 5"]);
    expect(director.said[0]).toBe("slow start of 192.0.2.12:80: weight 5 of 50, 18 s left");
    await director.pass(8);
    const [, between = ""] = director.rows();
    const weight = Number(between.split(" ")[1]);
    expect(weight).toBeGreaterThan(5);
    expect(weight).toBeLessThan(50);
    await director.pass(15);
    await updated;
    expect(director.rows()).toEqual(["192.0.2.11 100", "192.0.2.12 50"]);
  });

  it("has its files at boot written once, with the weights that it will have", async () => {
    const { outs } = await director.create("VirtualService", { ...slow, realServers: [first] });
    vi.useFakeTimers();
    director.shell.roundTrips.length = 0;
    const both = { ...slow, realServers: [first, second] };
    const updated = director.update("VirtualService", outs, both);
    await director.pass(30);
    await updated;
    const isBoot = (event: string) => event.includes("pulumi-lvs.service");
    expect(director.shell.roundTrips.length).toBeGreaterThan(5);
    expect(director.shell.roundTrips.flat().filter(isBoot)).toHaveLength(1);
    const file = director.host.boot.files.get(
      `${PARTS_DIRECTORY}/60-virtualService-tcp_192.0.2.80-80`,
    );
    expect(file?.match(/-w \d+/g)).toEqual(["-w 100", "-w 50"]);
  });

  it("comes slowly when it returns from a weight of 0, and while another one drains", async () => {
    const begin = {
      realServers: [first, { ...second, weight: 0 }, { ...web1, rip: "192.0.2.13" }],
    };
    const { outs } = await director.create("VirtualService", begin);
    vi.useFakeTimers();
    director.host.connections.set(WEB1, 3);
    const third = { ...web1, rip: "192.0.2.13" };
    const updated = director.update("VirtualService", outs, {
      ...slow,
      realServers: [second, third],
    });
    await director.pass(4);
    expect(director.rows()[0]).toBe("192.0.2.11 0");
    expect(director.rows()[1]).not.toBe("192.0.2.12 50");
    director.host.connections.clear();
    await director.pass(3);
    expect(director.rows()[0]).toMatch(/^192.0.2.12 \d+$/);
    await director.pass(18);
    await updated;
    expect(director.rows()).toEqual(["192.0.2.12 50", "192.0.2.13 1"]);
  });

  it("has its weight at once where no other one serves", async () => {
    await director.create("VirtualService", { ...slow, realServers: [first, second] });
    expect(director.rows()).toEqual(["192.0.2.11 100", "192.0.2.12 50"]);
  });

  it("is a resource of its own", async () => {
    await director.create("VirtualService");
    await director.create("RealServer", { ...first, ...slow });
    vi.useFakeTimers();
    const created = director.create("RealServer", { ...second, ...slow });
    await director.pass(1);
    expect(director.rows()).toEqual(["192.0.2.11 100", "192.0.2.12 5"]);
    await director.pass(20);
    await created;
    expect(director.rows()).toEqual(["192.0.2.11 100", "192.0.2.12 50"]);
  });

  it("is in the state as it is on the host when a step fails", async () => {
    const { outs } = await director.create("VirtualService", { ...slow, realServers: [first] });
    vi.useFakeTimers();
    const updated = director.update("VirtualService", outs, {
      ...slow,
      realServers: [first, second],
    });
    const failed = expect(updated).rejects.toMatchObject({
      properties: { __provider: "code", realServers: { "192.0.2.12:80": { weight: 5 } } },
    });
    await director.pass(1);
    director.cut();
    await director.pass(5);
    await failed;
  });

  it("is said to have no steps with a weight of 1", async () => {
    const { outs } = await director.create("VirtualService", { ...slow, realServers: [first] });
    await director.update("VirtualService", outs, {
      ...slow,
      realServers: [first, { ...web2, weight: 1 }],
    });
    expect(director.warnings()).toContain(
      "192.0.2.12:80 has the weight 1, which slowStart cannot divide",
    );
  });
});
