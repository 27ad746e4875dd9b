import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { apply } from "../../../provider/host/batch/hostQueue";
import type { Snapshot } from "../../../provider/host/batch/snapshot";
import type { Connection } from "../../../provider/host/connect/connection";
import { LvsError } from "../../../provider/values/errors";
import { claim, owner, vipOnLo } from "../../support/claims";
import { checkedConnection } from "../../support/inputs";
import { WorkingHost } from "../../support/workingHost";
import { WorkingShell } from "../../support/workingShell";
import { addedByBatch, addressesOf, type Pool, queueHost } from "./support/queueHost";
import { wants } from "./support/requests";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

const aHost = () => queueHost(pool);

/** Makes the pool open one shell for each name. Returns these shells by name. */
function openShellsBy(nameOf: (connection: Connection) => string | undefined) {
  const shells = new Map<string | undefined, WorkingShell>();
  pool.shellFor.mockImplementation(async (connection) => {
    const name = nameOf(connection);
    const shell = shells.get(name) ?? new WorkingShell(new WorkingHost(), connection.host);
    shells.set(name, shell);
    return shell;
  });
  return shells;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("apply", () => {
  it("takes a new shell if the old one was lost while requests were collected", async () => {
    const { connection, add } = aHost();
    const shell = new WorkingShell(new WorkingHost(), connection.host);
    const lost = new WorkingShell(new WorkingHost(), connection.host);
    lost.beforeRoundTrip = () => Promise.reject(new LvsError("connect", "the connection was lost"));
    pool.shellFor.mockReset().mockResolvedValueOnce(lost).mockResolvedValue(shell);
    await add("192.0.2.81");
    expect(addedByBatch(shell.roundTrips)).toEqual([1]);
  });

  it("fails every request if the host cannot be reached, and connects again for the next", async () => {
    const { shell, add } = aHost();
    pool.shellFor.mockRejectedValueOnce(new LvsError("connect", "the connection was refused"));
    const both = await Promise.allSettled([add("192.0.2.81"), add("192.0.2.82")]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await add("192.0.2.83");
    expect(addedByBatch(shell.roundTrips)).toEqual([1]);
  });

  it("reads the host again for a later change, since the host may have changed", async () => {
    const { shell, add } = aHost();
    await add("192.0.2.81");
    shell.machine.network.addLink("eth9", { isUp: true, addresses: [] });
    const { facts } = await add("192.0.2.82");
    expect(facts.links.has("eth9")).toBe(true);
    expect(shell.roundTrips.slice(3, 5)).toEqual([["lock", "read"], ["read"]]);
  });

  it("locks while requests are collected, and reads the facts after that", async () => {
    const { shell, add } = aHost();
    const later: Promise<Snapshot>[] = [];
    shell.beforeRoundTrip = (trip) => {
      if (trip > 0) return;
      shell.machine.network.addLink("eth9", { isUp: true, addresses: [] });
      later.push(add("192.0.2.82"));
    };
    const snapshots = [await add("192.0.2.81"), await later[0]];
    expect(snapshots.map((snapshot) => snapshot?.facts.links.has("eth9"))).toEqual([true, true]);
    expect(shell.roundTrips.slice(0, 2)).toEqual([["lock", "read"], ["read"]]);
    expect(addedByBatch(shell.roundTrips)).toEqual([2]);
  });

  it("keeps the claims of other stacks", async () => {
    const { shell, add } = aHost();
    claim(shell.machine, owner("other::web"), [vipOnLo("192.0.2.90")]);
    const before = shell.machine.claims();
    await add("192.0.2.81");
    expect(shell.machine.claims()).toMatchObject(before);
    expect(Object.keys(shell.machine.claims())).toHaveLength(Object.keys(before).length + 1);
  });

  it("fails only the changes that waited for the lock if it is refused", async () => {
    const { shell, add } = aHost();
    const later: Promise<Snapshot>[] = [];
    shell.beforeRoundTrip = async () => {
      if (later.length > 0) return;
      later.push(add("192.0.2.82"));
      await sleep(100);
      throw new LvsError("conflict", "another process is changing it");
    };
    await expect(add("192.0.2.81")).rejects.toThrow("another process is changing it");
    expect(addressesOf(await later[0])).toContain("192.0.2.82");
  });

  it("releases the lock if the journal cannot be read, and reads it again for the next", async () => {
    const { shell, add } = aHost();
    shell.machine.journal = "not JSON";
    const both = await Promise.allSettled([add("192.0.2.81"), add("192.0.2.82")]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(shell.roundTrips).toEqual([["lock", "read"], ["unlock"]]);
    expect(shell.isLocked).toBe(false);
    shell.machine.journal = undefined;
    await add("192.0.2.83");
  });

  it("reports progress: the first request connects, the others wait", async () => {
    const { connection } = aHost();
    const progressOf = async (name: string) => {
      const report = vi.fn();
      await apply(connection, ["links"], wants(owner(name), []), report);
      return report.mock.calls.flat();
    };
    const { host } = connection;
    expect(await Promise.all([progressOf("first"), progressOf("second")])).toEqual([
      [`connecting to ${host}`, `locking ${host}`, `reading ${host}`],
      [`waiting for ${host}`, `locking ${host}`, `reading ${host}`],
    ]);
  });

  it("keeps hosts apart that have the same address behind different jump hosts", async () => {
    const { connection, add } = aHost();
    const shells = openShellsBy(({ proxy }) => proxy?.host);
    const behind = (host: string) => ({ ...connection, proxy: { ...checkedConnection, host } });
    await Promise.all([
      add("192.0.2.81", behind("paris") as Connection),
      add("192.0.2.82", behind("tokyo") as Connection),
    ]);
    expect([...shells.keys()].sort()).toEqual(["paris", "tokyo"]);
    for (const { roundTrips: trips } of shells.values()) expect(addedByBatch(trips)).toEqual([1]);
  });

  it("has one queue for connections that the environment makes equal", async () => {
    const { connection, shell, add } = aHost();
    vi.stubEnv("PULUMI_LVS_USER", "root");
    const both = [add("192.0.2.81"), add("192.0.2.82", { ...connection, user: "admin" })];
    await Promise.all(both);
    expect(addedByBatch(shell.roundTrips)).toEqual([2]);
  });

  it("keeps the users of a host apart", async () => {
    const { connection, add } = aHost();
    const shells = openShellsBy(({ user }) => user);
    await Promise.all([
      add("192.0.2.81"),
      add("192.0.2.82", { ...connection, user: "admin", sudo: true }),
    ]);
    expect([...shells.keys()].sort()).toEqual(["admin", "root"]);
    for (const { roundTrips: trips } of shells.values()) expect(addedByBatch(trips)).toEqual([1]);
  });
});
