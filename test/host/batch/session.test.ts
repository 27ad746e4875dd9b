import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Observed } from "../../../provider/host/batch/observed";
import { apply } from "../../../provider/host/batch/session";
import type { Connection } from "../../../provider/host/connect/connection";
import { LvsError } from "../../../provider/values/errors";
import { claim, owner, vipOnLo } from "../../support/claims";
import { checkedConnection } from "../../support/inputs";
import { WorkingHost } from "../../support/workingHost";
import { WorkingShell } from "../../support/workingShell";
import { added, addressesOf, type Pool, sessionHost } from "./support/sessionHost";
import { wants } from "./support/waiting";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

const aHost = () => sessionHost(pool);

/** The shells that the pool opens: one for each of what these are told by. */
function aShellForEach(nameOf: (connection: Connection) => string | undefined) {
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
  it("takes another shell when the one from before is gone after it has gathered", async () => {
    const { connection, add } = aHost();
    const shell = new WorkingShell(new WorkingHost(), connection.host);
    const lost = new WorkingShell(new WorkingHost(), connection.host);
    lost.before = () => Promise.reject(new LvsError("connect", "the connection was lost"));
    pool.shellFor.mockReset().mockResolvedValueOnce(lost).mockResolvedValue(shell);
    await add("192.0.2.81");
    expect(added(shell.trips)).toEqual([1]);
  });

  it("tells everybody of a batch when the host cannot be reached, and tries anew for the next", async () => {
    const { shell, add } = aHost();
    pool.shellFor.mockRejectedValueOnce(new LvsError("connect", "nothing listens there"));
    const both = await Promise.allSettled([add("192.0.2.81"), add("192.0.2.82")]);
    expect(both.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    await add("192.0.2.83");
    expect(added(shell.trips)).toEqual([1]);
  });

  it("looks anew for who comes later: something else may have changed the host before", async () => {
    const { shell, add } = aHost();
    await add("192.0.2.81");
    shell.machine.network.addLink("eth9", { isUp: true, addresses: [] });
    const seen = await add("192.0.2.82");
    expect(seen.facts.links.has("eth9")).toBe(true);
    expect(shell.trips.slice(3, 5)).toEqual([["lock", "look"], ["look"]]);
  });

  it("has the lock and the journal while others still come, and looks when they have come", async () => {
    const { shell, add } = aHost();
    const later: Promise<Observed>[] = [];
    shell.before = (trip) => {
      if (trip > 0) return;
      shell.machine.network.addLink("eth9", { isUp: true, addresses: [] });
      later.push(add("192.0.2.82"));
    };
    const seen = [await add("192.0.2.81"), await later[0]];
    expect(seen.map((one) => one?.facts.links.has("eth9"))).toEqual([true, true]);
    expect(shell.trips.slice(0, 2)).toEqual([["lock", "look"], ["look"]]);
    expect(added(shell.trips)).toEqual([2]);
  });

  it("keeps what others claim", async () => {
    const { shell, add } = aHost();
    claim(shell.machine, owner("other::web"), [vipOnLo("192.0.2.90")]);
    const before = shell.machine.claims();
    await add("192.0.2.81");
    expect(shell.machine.claims()).toMatchObject(before);
    expect(Object.keys(shell.machine.claims())).toHaveLength(Object.keys(before).length + 1);
  });

  it("refuses those for whom the lock was taken when it is refused, and tries anew for later ones", async () => {
    const { shell, add } = aHost();
    const later: Promise<Observed>[] = [];
    shell.before = async () => {
      if (later.length > 0) return;
      later.push(add("192.0.2.82"));
      await sleep(100);
      throw new LvsError("conflict", "another process is changing it");
    };
    await expect(add("192.0.2.81")).rejects.toThrow("another process is changing it");
    expect(addressesOf(await later[0])).toContain("192.0.2.82");
  });

  it("lets the lock go when the journal cannot be read, and tries anew for the next", async () => {
    const { shell, add } = aHost();
    shell.machine.journal = "not JSON";
    const both = await Promise.allSettled([add("192.0.2.81"), add("192.0.2.82")]);
    expect(both.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    expect(shell.trips).toEqual([["lock", "look"], ["unlock"]]);
    expect(shell.isLocked).toBe(false);
    shell.machine.journal = undefined;
    await add("192.0.2.83");
  });

  it("says what each is at: the first one connects, and others wait for it", async () => {
    const { connection } = aHost();
    const doing = async (name: string) => {
      const report = vi.fn();
      await apply(connection, ["links"], wants(owner(name), []), report);
      return report.mock.calls.flat();
    };
    const { host } = connection;
    expect(await Promise.all([doing("first"), doing("second")])).toEqual([
      [`connecting to ${host}`, `locking ${host}`, `looking at ${host}`],
      [`waiting for ${host}`, `locking ${host}`, `looking at ${host}`],
    ]);
  });

  it("keeps hosts apart that have one address behind different jump hosts", async () => {
    const { connection, add } = aHost();
    const shells = aShellForEach(({ proxy }) => proxy?.host);
    const behind = (host: string) => ({ ...connection, proxy: { ...checkedConnection, host } });
    await Promise.all([
      add("192.0.2.81", behind("paris") as Connection),
      add("192.0.2.82", behind("tokyo") as Connection),
    ]);
    expect([...shells.keys()].sort()).toEqual(["paris", "tokyo"]);
    for (const { trips } of shells.values()) expect(added(trips)).toEqual([1]);
  });

  it("has one queue for those whom the environment makes one user", async () => {
    const { connection, shell, add } = aHost();
    vi.stubEnv("PULUMI_LVS_USER", "root");
    const both = [add("192.0.2.81"), add("192.0.2.82", { ...connection, user: "admin" })];
    await Promise.all(both);
    expect(added(shell.trips)).toEqual([2]);
  });

  it("keeps users of one host apart", async () => {
    const { connection, add } = aHost();
    const shells = aShellForEach(({ user }) => user);
    await Promise.all([
      add("192.0.2.81"),
      add("192.0.2.82", { ...connection, user: "admin", sudo: true }),
    ]);
    expect([...shells.keys()].sort()).toEqual(["admin", "root"]);
    for (const { trips } of shells.values()) expect(added(trips)).toEqual([1]);
  });
});
