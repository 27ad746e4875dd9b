import { describe, expect, it, vi } from "vitest";
import type { Properties } from "../provider/check";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { call } from "./support/call";
import { DrainingDirector, WEB1, web1 } from "./support/drainingDirector";
import { urn } from "./support/inputs";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);
const director = new DrainingDirector(pool);

const BY_HAND = `-A -t 192.0.2.80:80 -s rr
-a -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 5
-A -u 192.0.2.80:53 -s wlc
-A -f 5 -s wlc`;
const NAMES = ["fwmark 5 ipv4", "tcp 192.0.2.80:80", "udp 192.0.2.80:53"];

/** An exclusive director on a host with virtual services that somebody has made by hand. */
async function exclusive(byHand = BY_HAND) {
  director.host.modules.add("ip_vs").add("ip_vs_rr").add("ip_vs_wlc");
  director.host.table.restore(byHand);
  return director.create("Director", { exclusive: true });
}

async function refreshed({ id, outs }: { id: string; outs: Properties }): Promise<Properties> {
  const found = await call("Director", "read", id, { ...outs, __provider: "code" });
  const { __provider, ...inputs } = (found as { inputs: Properties }).inputs;
  return inputs;
}

async function update(olds: Properties, exclusive = true): Promise<Properties> {
  const updated = await director.update("Director", olds, { exclusive });
  return (updated as { outs: Properties }).outs;
}

const tableNow = () => director.host.table.saved();

describe("an exclusive director", () => {
  it("leaves what no preview has shown, and says so", async () => {
    const { outs } = await exclusive();
    expect(tableNow()).toContain("-A -t 192.0.2.80:80");
    expect(outs.undeclared).toEqual({});
    expect(director.warnings()).toMatch(/nobody declares .* and 2 more, .*after pulumi refresh/);
    await update(outs);
    expect(tableNow()).toContain("-A -t 192.0.2.80:80");
  });

  it("has what nobody declares in its inputs after a refresh, and nothing after check", async () => {
    const found = await refreshed(await exclusive());
    expect(Object.keys(found.undeclared as object).sort()).toEqual(NAMES);
    expect(found.undeclared).toMatchObject({
      "tcp 192.0.2.80:80": "rr -> 192.0.2.11:80",
      "udp 192.0.2.80:53": "wlc, no real servers",
    });
    const again = await director.check("Director", { ...found, connection: found.connection });
    expect(again.undeclared).toEqual({});
  });

  it("removes what the state shows, and nothing that came later", async () => {
    const shown = await refreshed(await exclusive());
    director.host.table.restore("-A -t 192.0.2.80:443 -s wlc");
    const outs = await update(shown);
    expect(outs).toMatchObject({ undeclared: {} });
    expect(tableNow()).toMatch(/^-A -t 192\.0\.2\.80:443 -s wlc\n$/);
    expect(director.warnings()).toContain("nobody declares tcp 192.0.2.80:443, and");
    expect(Object.keys(director.host.claims()).filter((key) => /Service/.test(key))).toEqual([]);
  });

  it("leaves the ways of health checks through the VIP", async () => {
    const created = await exclusive("");
    const healthCheck = { type: "tcp", through: "vip" };
    await director.create("VirtualService", { healthCheck, realServers: [web1] });
    expect(tableNow()).toMatch(/^-A -f \d+ -s wlc$/m);
    expect((await refreshed(created)).undeclared).toEqual({});
  });

  it("leaves what any stack declares, in part too, and what was declared since the refresh", async () => {
    const created = await exclusive("-A -t 192.0.2.80:80 -s wlc\n-A -t 192.0.2.80:443 -s wlc");
    const other = { owner: urn("VirtualService", "http", "other") };
    await director.create("RealServer", { ...web1, owner: urn("RealServer", "web1", "other") });
    const shown = await refreshed(created);
    expect(Object.keys(shown.undeclared as object)).toEqual(["tcp 192.0.2.80:443"]);
    await director.create("VirtualService", { ...other, port: 443 });
    await update(shown);
    expect(tableNow()).toContain("-A -t 192.0.2.80:443");
    expect(tableNow()).toContain("-A -t 192.0.2.80:80");
  });

  it("drains what it removes", async () => {
    const shown = await refreshed(await exclusive());
    vi.useFakeTimers();
    director.host.connections.set(WEB1, 3);
    const updated = update(shown);
    await director.pass(2);
    expect(director.rows()).toEqual(["192.0.2.11 0"]);
    expect(director.said[0]).toBe("draining 192.0.2.11:80: 3 connections, 30 s left");
    director.host.connections.clear();
    await director.pass(2);
    await updated;
    expect(tableNow()).toBe("");
  });

  it("gives back what it has removed, with its weights, when the change fails", async () => {
    const shown = await refreshed(await exclusive());
    const before = tableNow();
    director.host.failures.set(/-D -u 192.0.2.80:53/, "Operation not permitted");
    await expect(update(shown)).rejects.toThrow(/This change was undone on director/);
    expect(tableNow().split("\n").sort()).toEqual(before.split("\n").sort());
    expect(Object.keys(director.host.claims()).filter((key) => /Service/.test(key))).toEqual([]);
  });

  it("goes on with a removal that was cut off", async () => {
    const shown = await refreshed(await exclusive());
    director.shell.cutBefore = /ipvsadm/;
    await expect(update(shown)).rejects.toThrow(/the connection was lost/);
    director.shell.cutBefore = undefined;
    expect(tableNow()).toContain("-A -u 192.0.2.80:53");
    await update(shown);
    expect(tableNow()).toBe("");
  });

  it("removes nothing any more when it is not exclusive, and when it is destroyed", async () => {
    const created = await exclusive();
    const shown = await refreshed(created);
    const outs = await update(shown, false);
    expect(outs).not.toHaveProperty("undeclared");
    await call("Director", "delete", created.id, outs);
    expect(tableNow()).toContain("-A -t 192.0.2.80:80");
  });

  it("brings nothing back when it is destroyed", async () => {
    const created = await exclusive();
    const outs = await update(await refreshed(created));
    await call("Director", "delete", created.id, outs);
    expect(tableNow()).toBe("");
  });

  it.each(["keepalived", "ldirectord"])("is refused beside %s of somebody else", async (name) => {
    director.host.competingPrograms.push(name);
    await expect(exclusive()).rejects.toThrow(
      `exclusive is true, but ${name} maintains virtual services of its own on this host`,
    );
    expect(director.host.claims()).toEqual({});
  });
});
