import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Properties } from "../provider/check";
import { ProgressRow } from "../provider/host/batch/progress";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { call } from "./support/call";
import { type KindName, least } from "./support/inputs";
import { WorkingHost } from "./support/workingHost";
import { WorkingShell } from "./support/workingShell";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);

/** Each test has a director of its own, since what is remembered of a host lives as long as the process. */
let number = 0;
let host: WorkingHost;
let shell: WorkingShell;
let said: string[];

beforeEach(() => {
  number += 1;
  host = new WorkingHost({ addresses: ["192.0.2.2/24", "10.0.0.1/24"] });
  shell = new WorkingShell(host);
  pool.shellFor.mockReset().mockResolvedValue(shell);
  said = [];
  vi.spyOn(ProgressRow.prototype, "showNow").mockImplementation((text) => void said.push(text));
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const WEB1 = "TCP C0000250:0050 C000020B:0050";
const WEB2 = "TCP C0000250:0050 C000020C:0050";
const web1 = { rip: "192.0.2.11", forwardingMethod: "dr" };
const web2 = { rip: "192.0.2.12", forwardingMethod: "dr", weight: 3 };

async function check(kind: KindName, more: object): Promise<Properties> {
  const connection = { ...least[kind].connection, host: `director${number}` };
  const args = { ...least[kind], connection, ...more };
  const { inputs, failures } = (await call(kind, "check", {}, args)) as {
    inputs: Properties;
    failures: unknown[];
  };
  expect(failures).toEqual([]);
  return { ...inputs, __provider: "code" };
}

const create = async (kind: KindName, more: object = {}) =>
  (await call(kind, "create", await check(kind, more))) as { id: string; outs: Properties };

const update = async (kind: KindName, outs: Properties, more: object) =>
  call(kind, "update", "an id", outs, await check(kind, more));

const rows = () =>
  host.table
    .saved()
    .split("\n")
    .filter((line) => line.startsWith("-a"))
    .map((line) => line.replace(/^-a \S+ \S+ -r (\S+):80 \S+ -w (\d+).*/, "$1 $2"));

/** Lets seconds go by until a change is done, or for so many seconds. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) await vi.advanceTimersByTimeAsync(1000);
}

/** The round trips of a change, without the lock. */
async function roundTripsOf(change: () => Promise<unknown>): Promise<number> {
  const before = shell.roundTrips.length;
  await change();
  return shell.roundTrips.slice(before).filter(([first]) => first !== "lock").length;
}

describe("a real server that leaves the list of a virtual service", () => {
  const both = { realServers: [web1, web2] };
  const one = { realServers: [web1] };

  it("goes in one batch when it has no connections, quiesced before", async () => {
    const { outs } = await create("VirtualService", both);
    const before = host.changes.length;
    expect(await roundTripsOf(() => update("VirtualService", outs, one))).toBe(3);
    expect(host.changes.slice(before)).toEqual([
      expect.stringMatching(/^ipvsadm -e .* -r 192.0.2.12:80 -g -w 0 /),
      expect.stringMatching(/^ipvsadm -d .* -r 192.0.2.12:80$/),
    ]);
    expect(said).toEqual([]);
  });

  it("has weight 0 until its connections have ended, and says so on the row", async () => {
    const { outs } = await create("VirtualService", both);
    vi.useFakeTimers();
    host.connections.set(WEB2, 12);
    const updated = update("VirtualService", outs, one);
    await pass(5);
    expect(rows()).toEqual(["192.0.2.11 1", "192.0.2.12 0"]);
    expect(shell.isLocked).toBe(false);
    expect(said[0]).toBe("draining 192.0.2.12:80: 12 connections, 30 s left");
    host.connections.set(WEB2, 1);
    await pass(2);
    expect(said.at(-1)).toMatch(/^draining 192.0.2.12:80: 1 connection, \d+ s left$/);
    host.connections.clear();
    await pass(2);
    await updated;
    expect(rows()).toEqual(["192.0.2.11 1"]);
  });

  it("is removed with its connections when their time is over", async () => {
    const { outs } = await create("VirtualService", both);
    vi.useFakeTimers();
    host.connections.set(WEB2, 12);
    const updated = update("VirtualService", outs, { ...one, drain: { timeoutSeconds: 7 } });
    await pass(6);
    expect(rows()).toContain("192.0.2.12 0");
    await pass(3);
    await updated;
    expect(rows()).toEqual(["192.0.2.11 1"]);
  });

  it("goes at once where nothing is drained", async () => {
    for (const more of [{ drain: false }, { drain: { timeoutSeconds: 0 } }]) {
      host.connections.set(WEB2, 12);
      const { outs } = await create("VirtualService", both);
      expect(await roundTripsOf(() => update("VirtualService", outs, { ...one, ...more }))).toBe(2);
      expect(rows()).toEqual(["192.0.2.11 1"]);
    }
  });

  it("gets its weight back at once when it is wanted again after an interrupted drain", async () => {
    const { outs } = await create("VirtualService", both);
    host.table.restore("-e -t 192.0.2.80:80 -r 192.0.2.12:80 -g -w 0");
    const id = outs as Properties;
    const found = (await call("VirtualService", "read", "an id", id)) as { props: Properties };
    expect(found.props).toMatchObject({ realServers: { "192.0.2.12:80": { weight: 0 } } });
    await update("VirtualService", found.props, both);
    expect(rows()).toEqual(["192.0.2.11 1", "192.0.2.12 3"]);
  });

  it("goes on with an interrupted drain", async () => {
    const { outs } = await create("VirtualService", both);
    host.table.restore("-e -t 192.0.2.80:80 -r 192.0.2.12:80 -g -w 0");
    vi.useFakeTimers();
    host.connections.set(WEB2, 2);
    const updated = update("VirtualService", outs, one);
    await pass(3);
    expect(rows()).toContain("192.0.2.12 0");
    host.connections.clear();
    await pass(2);
    await updated;
    expect(rows()).toEqual(["192.0.2.11 1"]);
  });

  it("does not hold up other changes of its director", async () => {
    const { outs } = await create("VirtualService", both);
    vi.useFakeTimers();
    host.connections.set(WEB2, 12);
    const updated = update("VirtualService", outs, one);
    await pass(3);
    const other = create("VirtualService", { port: 443, realServers: [web1] });
    await pass(1);
    await other;
    expect(rows()).toContain("192.0.2.12 0");
    host.connections.clear();
    await pass(2);
    await updated;
  });

  it("is in the state as it is on the host when the host is lost meanwhile", async () => {
    const { outs } = await create("VirtualService", both);
    vi.useFakeTimers();
    host.connections.set(WEB2, 12);
    const updated = update("VirtualService", outs, { ...one, drain: { timeoutSeconds: 3 } });
    const failed = expect(updated).rejects.toMatchObject({
      reasons: [expect.stringContaining("the cable was cut")],
      properties: {
        __provider: "code",
        realServers: { "192.0.2.11:80": { weight: 1 }, "192.0.2.12:80": { weight: 0 } },
      },
    });
    await pass(1);
    pool.shellFor.mockRejectedValue(new Error("the cable was cut"));
    await pass(5);
    await failed;
  });

  it("has the fallback of its scheduler as long as it drains", async () => {
    const sh = { scheduler: "sh", schedulerFlags: ["sh-port"] };
    const { outs } = await create("VirtualService", { ...both, ...sh });
    vi.useFakeTimers();
    host.connections.set(WEB2, 12);
    const updated = update("VirtualService", outs, { ...one, ...sh });
    await pass(3);
    expect(host.table.saved()).toContain("-s sh -b sh-fallback,sh-port");
    host.connections.clear();
    await pass(2);
    await updated;
    expect(host.table.saved()).toContain("-s sh -b sh-port\n");
    expect(host.changes.at(-1)).toMatch(/^ipvsadm -R -d .*\n-E .* -s sh -b sh-port$/);
  });
});

describe("a persistent virtual service", () => {
  const persistent = { persistenceSeconds: 300 };
  const warnings = () => vi.mocked(process.stderr.write).mock.calls.join("");
  const removal = async (more: object) => {
    const { outs } = await create("VirtualService", { realServers: [web1, web2], ...more });
    vi.useFakeTimers();
    host.connections.set(WEB2, 1);
    const updated = update("VirtualService", outs, { realServers: [web1], ...more });
    await pass(2);
    host.connections.clear();
    await pass(2);
    await updated;
  };

  it("says that clients come back to a real server that drains", async () => {
    await removal(persistent);
    expect(warnings()).toContain("drain: { expireQuiescentTemplates: true }");
  });

  it("lets them leave it where that is asked for, and as it was before afterwards", async () => {
    const setting = "net/ipv4/vs/expire_quiescent_template";
    host.network.sysctls.set(setting, "0");
    const drain = { expireQuiescentTemplates: true };
    await removal({ ...persistent, drain });
    expect(warnings()).toBe("");
    expect(host.network.sysctls.get(setting)).toBe("1");
    const args = { realServers: [web1], ...persistent, drain };
    vi.useRealTimers();
    const outs = await check("VirtualService", args);
    host.network.sysctls.set(setting, "0");
    const found = (await call("VirtualService", "read", "an id", outs)) as { props: Properties };
    expect(found.props).toMatchObject({ drain: { expireQuiescentTemplates: false } });
    await update("VirtualService", found.props, args);
    expect(host.network.sysctls.get(setting)).toBe("1");
    await call("VirtualService", "delete", "an id", outs);
    expect(host.network.sysctls.get(setting)).toBe("0");
  });

  it("says that dh refuses new clients of a real server that drains", async () => {
    await removal({ scheduler: "dh" });
    expect(warnings()).toContain("the scheduler dh, which has no fallback");
  });
});

describe("real servers of resources of their own", () => {
  const two = async (more: object = {}) => {
    await create("VirtualService", more);
    const resources = [web1, web2].map((one) => create("RealServer", one));
    return Promise.all(resources);
  };

  it("drain at the same time", async () => {
    const resources = await two();
    vi.useFakeTimers();
    host.connections.set(WEB1, 1).set(WEB2, 2);
    const deleted = resources.map(({ id, outs }) => call("RealServer", "delete", id, outs));
    await pass(28);
    expect(rows()).toEqual(["192.0.2.11 0", "192.0.2.12 0"]);
    await pass(4);
    await Promise.all(deleted);
    expect(rows()).toEqual([]);
  });

  it("keep the fallback of the scheduler until the last one is gone", async () => {
    const [first, second] = await two({ scheduler: "mh" });
    await create("RealServer", { ...web1, rip: "192.0.2.13" });
    vi.useFakeTimers();
    host.connections.set(WEB1, 1).set(WEB2, 2);
    const deleted = [first, second].map((one) => call("RealServer", "delete", one?.id, one?.outs));
    await pass(2);
    expect(rows()).toEqual(["192.0.2.11 0", "192.0.2.12 0", "192.0.2.13 1"]);
    host.connections.delete(WEB1);
    await pass(2);
    expect(rows()).toEqual(["192.0.2.12 0", "192.0.2.13 1"]);
    expect(host.table.saved()).toContain("-s mh -b mh-fallback");
    host.connections.clear();
    await pass(2);
    await Promise.all(deleted);
    expect(host.table.saved()).toMatch(/-s mh\n/);
  });
});

describe("a virtual service that goes", () => {
  it("drains all its real servers in the time of one", async () => {
    const { id, outs } = await create("VirtualService", { realServers: [web1, web2] });
    vi.useFakeTimers();
    host.connections.set(WEB1, 3).set(WEB2, 4);
    const deleted = call("VirtualService", "delete", id, outs);
    await pass(2);
    expect(rows()).toEqual(["192.0.2.11 0", "192.0.2.12 0"]);
    expect(said[0]).toBe(
      "draining 192.0.2.11:80: 3 connections, 30 s left, and 1 more with 4 connections",
    );
    await pass(30);
    await deleted;
    expect(host.table.saved()).toBe("");
    expect(host.claims()).toEqual({});
  });

  it("goes at once for udp", async () => {
    const udp = { protocol: "udp", realServers: [web1] };
    const { id, outs } = await create("VirtualService", udp);
    expect(await roundTripsOf(() => call("VirtualService", "delete", id, outs))).toBe(2);
  });

  it("comes back to what it was before it was adopted, without draining what stays", async () => {
    host.modules.add("ip_vs").add("ip_vs_rr");
    host.table.restore("-A -t 192.0.2.80:80 -s rr\n-a -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 5");
    const args = { adopt: true, realServers: [web1, web2] };
    const { id, outs } = await create("VirtualService", args);
    vi.useFakeTimers();
    host.connections.set(WEB1, 3).set(WEB2, 4);
    const deleted = call("VirtualService", "delete", id, outs);
    await pass(2);
    expect(rows()).toEqual(["192.0.2.11 5", "192.0.2.12 0"]);
    host.connections.delete(WEB2);
    await pass(2);
    await deleted;
    expect(rows()).toEqual(["192.0.2.11 5"]);
  });
});

describe("a VIP that goes from its director", () => {
  const cluster = async (more: object = {}) => {
    const service = await create("VirtualService", { realServers: [web1, web2] });
    const vip = await create("VirtualIp", more);
    return { service, vip };
  };
  const isThere = () => JSON.stringify([...host.facts().links.values()]).includes("192.0.2.80");

  it("waits for the connections of its virtual services, which then have their weights again", async () => {
    const { vip, service } = await cluster();
    vi.useFakeTimers();
    host.connections.set(WEB2, 4);
    const deleted = call("VirtualIp", "delete", vip.id, vip.outs);
    await pass(3);
    expect(rows()).toEqual(["192.0.2.11 0", "192.0.2.12 0"]);
    expect(isThere()).toBe(true);
    host.connections.clear();
    await pass(2);
    await deleted;
    expect(isThere()).toBe(false);
    expect(rows()).toEqual(["192.0.2.11 1", "192.0.2.12 3"]);
    const left = () => call("VirtualService", "delete", service.id, service.outs);
    vi.useRealTimers();
    expect(await roundTripsOf(left)).toBe(2);
    expect(host.claims()).toEqual({});
  });

  it("does not wait twice for connections that were cut", async () => {
    const { vip, service } = await cluster({ drain: { timeoutSeconds: 2 } });
    vi.useFakeTimers();
    host.connections.set(WEB2, 4);
    const deleted = call("VirtualIp", "delete", vip.id, vip.outs);
    await pass(4);
    await deleted;
    const gone = call("VirtualService", "delete", service.id, service.outs);
    await pass(1);
    await gone;
    expect(host.table.saved()).toBe("");
  });

  it("is gone at once where nothing is drained, and where it stays because it was adopted", async () => {
    const { vip } = await cluster({ drain: false });
    host.connections.set(WEB2, 4);
    await call("VirtualIp", "delete", vip.id, vip.outs);
    expect(isThere()).toBe(false);
    host.network.links.get("eth1")?.addresses.push("192.0.2.80/32");
    const adopted = await create("VirtualIp", { adopt: true });
    await call("VirtualIp", "delete", adopted.id, adopted.outs);
    expect(isThere()).toBe(true);
    expect(rows()).toEqual(["192.0.2.11 1", "192.0.2.12 3"]);
  });
});

describe("a real server that comes to a virtual service, slowly", () => {
  const slow = { slowStart: { seconds: 18 } };
  const [first, second] = [
    { ...web1, weight: 100 },
    { ...web2, weight: 50 },
  ];

  it("gets its weight in steps while others serve, and says so on the row", async () => {
    const { outs } = await create("VirtualService", { ...slow, realServers: [first] });
    vi.useFakeTimers();
    const updated = update("VirtualService", outs, { ...slow, realServers: [first, second] });
    await pass(1);
    expect(rows()).toEqual(["192.0.2.11 100", "192.0.2.12 5"]);
    expect(said[0]).toBe("slow start of 192.0.2.12:80: weight 5 of 50, 18 s left");
    await pass(8);
    const [, between = ""] = rows();
    const weight = Number(between.split(" ")[1]);
    expect(weight).toBeGreaterThan(5);
    expect(weight).toBeLessThan(50);
    await pass(15);
    await updated;
    expect(rows()).toEqual(["192.0.2.11 100", "192.0.2.12 50"]);
  });

  it("comes slowly when it returns from a weight of 0, and while another one drains", async () => {
    const begin = {
      realServers: [first, { ...second, weight: 0 }, { ...web1, rip: "192.0.2.13" }],
    };
    const { outs } = await create("VirtualService", begin);
    vi.useFakeTimers();
    host.connections.set(WEB1, 3);
    const third = { ...web1, rip: "192.0.2.13" };
    const updated = update("VirtualService", outs, { ...slow, realServers: [second, third] });
    await pass(4);
    expect(rows()[0]).toBe("192.0.2.11 0");
    expect(rows()[1]).not.toBe("192.0.2.12 50");
    host.connections.clear();
    await pass(3);
    expect(rows()[0]).toMatch(/^192.0.2.12 \d+$/);
    await pass(18);
    await updated;
    expect(rows()).toEqual(["192.0.2.12 50", "192.0.2.13 1"]);
  });

  it("has its weight at once where no other one serves", async () => {
    await create("VirtualService", { ...slow, realServers: [first, second] });
    expect(rows()).toEqual(["192.0.2.11 100", "192.0.2.12 50"]);
  });

  it("is a resource of its own", async () => {
    await create("VirtualService");
    await create("RealServer", { ...first, ...slow });
    vi.useFakeTimers();
    const created = create("RealServer", { ...second, ...slow });
    await pass(1);
    expect(rows()).toEqual(["192.0.2.11 100", "192.0.2.12 5"]);
    await pass(20);
    await created;
    expect(rows()).toEqual(["192.0.2.11 100", "192.0.2.12 50"]);
  });

  it("is in the state as it is on the host when a step fails", async () => {
    const { outs } = await create("VirtualService", { ...slow, realServers: [first] });
    vi.useFakeTimers();
    const updated = update("VirtualService", outs, { ...slow, realServers: [first, second] });
    const failed = expect(updated).rejects.toMatchObject({
      properties: { __provider: "code", realServers: { "192.0.2.12:80": { weight: 5 } } },
    });
    await pass(1);
    pool.shellFor.mockRejectedValue(new Error("the cable was cut"));
    await pass(5);
    await failed;
  });

  it("is said to have no steps with a weight of 1", async () => {
    const { outs } = await create("VirtualService", { ...slow, realServers: [first] });
    await update("VirtualService", outs, { ...slow, realServers: [first, { ...web2, weight: 1 }] });
    const written = vi.mocked(process.stderr.write).mock.calls.join("");
    expect(written).toContain("192.0.2.12:80 has the weight 1, which slowStart cannot divide");
  });
});
