import { describe, expect, it, vi } from "vitest";
import { observe } from "../../../provider/host/batch/session";
import { LvsError } from "../../../provider/values/errors";
import { claim, owner, vip } from "../../support/claims";
import { WorkingShell } from "../../support/workingShell";
import { sleep, timeOfItsOwn } from "./support/clock";
import { added, addressesOf, locked, type Pool, sessionHost } from "./support/sessionHost";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

timeOfItsOwn();

const aHost = () => sessionHost(pool);

describe("the lock of a host", () => {
  /** Addresses that come one by one, with each round trip. */
  async function followEachOther(
    { shell, add }: ReturnType<typeof aHost>,
    count: number,
    between: (trip: number) => void = () => undefined,
  ) {
    const all: Promise<unknown>[] = [];
    const next = () => all.push(add(`192.0.2.${100 + all.length}`));
    shell.before = (trip) => {
      if (all.length === count) return;
      between(trip);
      next();
    };
    next();
    await vi.waitFor(() => expect(all).toHaveLength(count), 5000);
    await Promise.all(all);
    await vi.waitFor(() => expect(shell.isLocked).toBe(false));
  }

  it("is kept for those who wait, and let go when nobody does", async () => {
    const host = aHost();
    await followEachOther(host, 4);
    expect(added(host.shell.trips)).toEqual([2, 2]);
    expect(locked(host.shell.trips)).toBe(1);
    expect(Object.keys(host.shell.machine.claims())).toHaveLength(4);
  });

  it("is kept between batches that have nothing to do", async () => {
    const host = aHost();
    const { shell } = host;
    for (const one of [100, 101, 102, 103].map((at) => `192.0.2.${at}`))
      claim(shell.machine, owner(one), [vip(one)]);
    await followEachOther(host, 4);
    expect(shell.machine.changes).toHaveLength(4);
    expect(shell.trips.flat().filter((one) => one !== "look")).toEqual(["lock", "unlock"]);
  });

  // Before it is known whether somebody waits, and after.
  it.each([1, 2])(
    "is let go after five seconds even so, for other processes that wait: round trip %i",
    async (slow) => {
      const host = aHost();
      let seconds = 0;
      const now = performance.now.bind(performance);
      vi.spyOn(performance, "now").mockImplementation(() => now() + seconds * 1000);
      await followEachOther(host, 4, (trip) => {
        if (trip === slow) seconds = 6;
      });
      vi.restoreAllMocks();
      expect(added(host.shell.trips)).toEqual([2, 2]);
      const unlocking = host.shell.trips.filter((trip) => trip.includes("unlock"));
      // When it is known before the last round trip that it is to be let go, that takes none of its own.
      expect(unlocking.map((trip) => trip.length)).toEqual([slow === 1 ? 5 : 1, 1]);
      expect(locked(host.shell.trips)).toBe(2);
    },
  );

  it("is kept however long the process has been there", async () => {
    const host = aHost();
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => now() + 6000);
    await followEachOther(host, 4);
    vi.restoreAllMocks();
    expect(locked(host.shell.trips)).toBe(1);
  });

  it("is kept for those who come late, once somebody has come late", async () => {
    const { shell, add } = aHost();
    const all = [add("192.0.2.81")];
    const { run } = shell;
    // The last round trip of a batch is under way when the next one comes.
    shell.before = async () => undefined;
    vi.spyOn(shell, "run").mockImplementation(async (groups, options) => {
      const results = await run.call(shell, groups, options);
      const isLast = shell.trips.at(-1)?.includes("journal");
      if (isLast && all.length < 3) all.push(add(`192.0.2.8${all.length + 1}`));
      return results;
    });
    for (const one of all) await one;
    await vi.waitFor(() => expect(shell.isLocked).toBe(false));
    expect(added(shell.trips)).toEqual([1, 1, 1]);
    expect(locked(shell.trips)).toBe(2);
  });

  it("is taken for a change that comes at whatever moment while others only look", async () => {
    for (let ticks = 0; ticks < 16; ticks += 1) {
      const { connection, shell, add } = aHost();
      const look = () => observe(connection, ["links"]);
      // As many as Pulumi starts at a time: a batch of so many gathers nobody else.
      for (const _ of [1, 2]) await Promise.all([look(), look()]);
      await sleep(20);
      const both = [look(), look()];
      for (let tick = 0; tick < ticks; tick += 1) await null;
      await Promise.all([...both, add("192.0.2.81")]);
      expect(locked(shell.trips)).toBe(1);
    }
  });

  it("concerns those for whom it was taken when it is refused late, and not those who look", async () => {
    const { connection, shell, add } = aHost();
    let isRefused = false;
    shell.before = () => {
      if (isRefused) return;
      isRefused = true;
      throw new LvsError("conflict", "another process is changing it");
    };
    const look = observe(connection, ["links"]);
    await Promise.resolve();
    await expect(add("192.0.2.81")).rejects.toThrow("another process is changing it");
    expect(addressesOf(await look)).toContain("192.0.2.2");
  });

  it("is taken anew when the shell from before is gone", async () => {
    const host = aHost();
    const { connection, shell, add } = host;
    const next = new WorkingShell(shell.machine, connection.host);
    let later: Promise<unknown> | undefined;
    shell.before = (trip) => {
      if (trip !== 1) return;
      later = add("192.0.2.82");
      pool.shellFor.mockResolvedValue(next);
    };
    await add("192.0.2.81");
    await later;
    expect(locked(next.trips)).toBe(1);
    expect(Object.keys(shell.machine.claims())).toHaveLength(2);
  });
});
