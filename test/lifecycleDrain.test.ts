import { describe, expect, it, vi } from "vitest";
import type { Properties } from "../provider/check";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { call } from "./support/call";
import { DrainingDirector, WEB2, web1, web2 } from "./support/drainingDirector";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);
const director = new DrainingDirector(pool);

describe("a real server that leaves the list of a virtual service", () => {
  const both = { realServers: [web1, web2] };
  const one = { realServers: [web1] };

  it("goes in one batch when it has no connections, quiesced before", async () => {
    const { outs } = await director.create("VirtualService", both);
    const before = director.host.changes.length;
    expect(await director.roundTripsOf(() => director.update("VirtualService", outs, one))).toBe(3);
    expect(director.host.changes.slice(before)).toEqual([
      expect.stringMatching(/^ipvsadm -e .* -r 192.0.2.12:80 -g -w 0 /),
      expect.stringMatching(/^ipvsadm -d .* -r 192.0.2.12:80$/),
    ]);
    expect(director.said).toEqual([]);
  });

  it("has weight 0 until its connections have ended, and says so on the row", async () => {
    const { outs } = await director.create("VirtualService", both);
    vi.useFakeTimers();
    director.host.connections.set(WEB2, 12);
    const updated = director.update("VirtualService", outs, one);
    await director.pass(5);
    expect(director.rows()).toEqual(["192.0.2.11 1", "192.0.2.12 0"]);
    expect(director.shell.isLocked).toBe(false);
    expect(director.said[0]).toBe("draining 192.0.2.12:80: 12 connections, 30 s left");
    director.host.connections.set(WEB2, 1);
    await director.pass(2);
    expect(director.said.at(-1)).toMatch(/^draining 192.0.2.12:80: 1 connection, \d+ s left$/);
    director.host.connections.clear();
    await director.pass(2);
    await updated;
    expect(director.rows()).toEqual(["192.0.2.11 1"]);
  });

  it("is removed with its connections when their time is over", async () => {
    const { outs } = await director.create("VirtualService", both);
    vi.useFakeTimers();
    director.host.connections.set(WEB2, 12);
    const updated = director.update("VirtualService", outs, {
      ...one,
      drain: { timeoutSeconds: 7 },
    });
    await director.pass(6);
    expect(director.rows()).toContain("192.0.2.12 0");
    await director.pass(3);
    await updated;
    expect(director.rows()).toEqual(["192.0.2.11 1"]);
  });

  it("goes at once where nothing is drained", async () => {
    for (const more of [{ drain: false }, { drain: { timeoutSeconds: 0 } }]) {
      director.host.connections.set(WEB2, 12);
      const { outs } = await director.create("VirtualService", both);
      expect(
        await director.roundTripsOf(() =>
          director.update("VirtualService", outs, { ...one, ...more }),
        ),
      ).toBe(2);
      expect(director.rows()).toEqual(["192.0.2.11 1"]);
    }
  });

  it("gets its weight back at once when it is wanted again after an interrupted drain", async () => {
    const { outs } = await director.create("VirtualService", both);
    director.host.table.restore("-e -t 192.0.2.80:80 -r 192.0.2.12:80 -g -w 0");
    const id = outs as Properties;
    const found = (await call("VirtualService", "read", "an id", id)) as { props: Properties };
    expect(found.props).toMatchObject({ realServers: { "192.0.2.12:80": { weight: 0 } } });
    await director.update("VirtualService", found.props, both);
    expect(director.rows()).toEqual(["192.0.2.11 1", "192.0.2.12 3"]);
  });

  it("goes on with an interrupted drain", async () => {
    const { outs } = await director.create("VirtualService", both);
    director.host.table.restore("-e -t 192.0.2.80:80 -r 192.0.2.12:80 -g -w 0");
    vi.useFakeTimers();
    director.host.connections.set(WEB2, 2);
    const updated = director.update("VirtualService", outs, one);
    await director.pass(3);
    expect(director.rows()).toContain("192.0.2.12 0");
    director.host.connections.clear();
    await director.pass(2);
    await updated;
    expect(director.rows()).toEqual(["192.0.2.11 1"]);
  });

  it("does not hold up other changes of its director", async () => {
    const { outs } = await director.create("VirtualService", both);
    vi.useFakeTimers();
    director.host.connections.set(WEB2, 12);
    const updated = director.update("VirtualService", outs, one);
    await director.pass(3);
    const other = director.create("VirtualService", { port: 443, realServers: [web1] });
    await director.pass(1);
    await other;
    expect(director.rows()).toContain("192.0.2.12 0");
    director.host.connections.clear();
    await director.pass(2);
    await updated;
  });

  it("is in the state as it is on the host when the host is lost meanwhile", async () => {
    const { outs } = await director.create("VirtualService", both);
    vi.useFakeTimers();
    director.host.connections.set(WEB2, 12);
    const updated = director.update("VirtualService", outs, {
      ...one,
      drain: { timeoutSeconds: 3 },
    });
    const failed = expect(updated).rejects.toMatchObject({
      reasons: [expect.stringContaining("the cable was cut")],
      properties: {
        __provider: "code",
        realServers: { "192.0.2.11:80": { weight: 1 }, "192.0.2.12:80": { weight: 0 } },
      },
    });
    await director.pass(1);
    director.cut();
    await director.pass(5);
    await failed;
  });

  it("has the fallback of its scheduler as long as it drains", async () => {
    const sh = { scheduler: "sh", schedulerFlags: ["sh-port"] };
    const { outs } = await director.create("VirtualService", { ...both, ...sh });
    vi.useFakeTimers();
    director.host.connections.set(WEB2, 12);
    const updated = director.update("VirtualService", outs, { ...one, ...sh });
    await director.pass(3);
    expect(director.host.table.saved()).toContain("-s sh -b sh-fallback,sh-port");
    director.host.connections.clear();
    await director.pass(2);
    await updated;
    expect(director.host.table.saved()).toContain("-s sh -b sh-port\n");
    expect(director.host.changes.at(-1)).toMatch(/^ipvsadm -R -d .*\n-E .* -s sh -b sh-port$/);
  });
});

describe("a persistent virtual service", () => {
  const persistent = { persistenceSeconds: 300 };
  const removal = async (more: object) => {
    const { outs } = await director.create("VirtualService", {
      realServers: [web1, web2],
      ...more,
    });
    vi.useFakeTimers();
    director.host.connections.set(WEB2, 1);
    const updated = director.update("VirtualService", outs, { realServers: [web1], ...more });
    await director.pass(2);
    director.host.connections.clear();
    await director.pass(2);
    await updated;
  };

  it("says that clients come back to a real server that drains", async () => {
    await removal(persistent);
    expect(director.warnings()).toContain("drain: { expireQuiescentTemplates: true }");
  });

  it("lets them leave it where that is asked for, and as it was before afterwards", async () => {
    const setting = "net/ipv4/vs/expire_quiescent_template";
    director.host.network.sysctls.set(setting, "0");
    const drain = { expireQuiescentTemplates: true };
    await removal({ ...persistent, drain });
    expect(director.warnings()).toBe("");
    expect(director.host.network.sysctls.get(setting)).toBe("1");
    const args = { realServers: [web1], ...persistent, drain };
    vi.useRealTimers();
    const outs = await director.check("VirtualService", args);
    director.host.network.sysctls.set(setting, "0");
    const found = (await call("VirtualService", "read", "an id", outs)) as { props: Properties };
    expect(found.props).toMatchObject({ drain: { expireQuiescentTemplates: false } });
    await director.update("VirtualService", found.props, args);
    expect(director.host.network.sysctls.get(setting)).toBe("1");
    await call("VirtualService", "delete", "an id", outs);
    expect(director.host.network.sysctls.get(setting)).toBe("0");
  });

  it("says that dh refuses new clients of a real server that drains", async () => {
    await removal({ scheduler: "dh" });
    expect(director.warnings()).toContain("the scheduler dh, which has no fallback");
  });
});
