import { describe, expect, it, vi } from "vitest";
import { observe } from "../../../provider/host/batch/hostQueue";
import { LvsError } from "../../../provider/values/errors";
import { claim, owner, vip } from "../../support/claims";
import { WorkingShell } from "../../support/workingShell";
import { sleep, useFakeTime } from "./support/clock";
import { addedByBatch, addressesOf, countLocks, type Pool, queueHost } from "./support/queueHost";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

useFakeTime();

const aHost = () => queueHost(pool);

describe("the lease of a host's lock", () => {
  /** Adds addresses one by one: each round trip queues the next. */
  async function followEachOther(
    { shell, add }: ReturnType<typeof aHost>,
    count: number,
    between: (trip: number) => void = () => undefined,
  ) {
    const all: Promise<unknown>[] = [];
    const next = () => all.push(add(`192.0.2.${100 + all.length}`));
    shell.beforeRoundTrip = (trip) => {
      if (all.length === count) return;
      between(trip);
      next();
    };
    next();
    await vi.waitFor(() => expect(all).toHaveLength(count), 5000);
    await Promise.all(all);
    await vi.waitFor(() => expect(shell.isLocked).toBe(false));
  }

  it("is kept while changes are pending, and ends when none is", async () => {
    const host = aHost();
    await followEachOther(host, 4);
    expect(addedByBatch(host.shell.roundTrips)).toEqual([2, 2]);
    expect(countLocks(host.shell.roundTrips)).toBe(1);
    expect(Object.keys(host.shell.machine.claims())).toHaveLength(4);
  });

  it("is kept between batches that change nothing", async () => {
    const host = aHost();
    const { shell } = host;
    for (const address of [100, 101, 102, 103].map((number) => `192.0.2.${number}`))
      claim(shell.machine, owner(address), [vip(address)]);
    await followEachOther(host, 4);
    expect(shell.machine.changes).toHaveLength(4);
    expect(shell.roundTrips.flat().filter((event) => event !== "read")).toEqual(["lock", "unlock"]);
  });

  // In the first case the lease expires before the last round trip, in the second after it.
  it.each([1, 2])(
    "ends after five seconds although changes are pending, for other processes: round trip %i",
    async (slow) => {
      const host = aHost();
      let seconds = 0;
      const now = performance.now.bind(performance);
      vi.spyOn(performance, "now").mockImplementation(() => now() + seconds * 1000);
      await followEachOther(host, 4, (trip) => {
        if (trip === slow) seconds = 6;
      });
      vi.restoreAllMocks();
      expect(addedByBatch(host.shell.roundTrips)).toEqual([2, 2]);
      const unlocks = host.shell.roundTrips.filter((events) => events.includes("unlock"));
      // A lease that expires before the last round trip is released in that round trip.
      expect(unlocks.map((events) => events.length)).toEqual([slow === 1 ? 5 : 1, 1]);
      expect(countLocks(host.shell.roundTrips)).toBe(2);
    },
  );

  it("does not depend on the age of the process", async () => {
    const host = aHost();
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => now() + 6000);
    await followEachOther(host, 4);
    vi.restoreAllMocks();
    expect(countLocks(host.shell.roundTrips)).toBe(1);
  });

  it("is kept for a late change, once a change has come late", async () => {
    const { shell, add } = aHost();
    const all = [add("192.0.2.81")];
    const { run } = shell;
    // The next change is queued during the last round trip of a batch.
    shell.beforeRoundTrip = async () => undefined;
    vi.spyOn(shell, "run").mockImplementation(async (groups, options) => {
      const results = await run.call(shell, groups, options);
      const isLast = shell.roundTrips.at(-1)?.includes("journal");
      if (isLast && all.length < 3) all.push(add(`192.0.2.8${all.length + 1}`));
      return results;
    });
    for (const answer of all) await answer;
    await vi.waitFor(() => expect(shell.isLocked).toBe(false));
    expect(addedByBatch(shell.roundTrips)).toEqual([1, 1, 1]);
    expect(countLocks(shell.roundTrips)).toBe(2);
  });

  it("is acquired for a change that is queued at any moment of a read", async () => {
    for (let ticks = 0; ticks < 16; ticks += 1) {
      const { connection, shell, add } = aHost();
      const read = () => observe(connection, ["links"]);
      // After two full batches, a batch of two closes at once.
      for (const _ of [1, 2]) await Promise.all([read(), read()]);
      await sleep(20);
      const both = [read(), read()];
      for (let tick = 0; tick < ticks; tick += 1) await null;
      await Promise.all([...both, add("192.0.2.81")]);
      expect(countLocks(shell.roundTrips)).toBe(1);
    }
  });

  it("fails only the changes, and not the reads, if it is refused late", async () => {
    const { connection, shell, add } = aHost();
    let isRefused = false;
    shell.beforeRoundTrip = () => {
      if (isRefused) return;
      isRefused = true;
      throw new LvsError("conflict", "another process is changing it");
    };
    const read = observe(connection, ["links"]);
    await Promise.resolve();
    await expect(add("192.0.2.81")).rejects.toThrow("another process is changing it");
    expect(addressesOf(await read)).toContain("192.0.2.2");
  });

  it("is acquired again on a new shell", async () => {
    const host = aHost();
    const { connection, shell, add } = host;
    const next = new WorkingShell(shell.machine, connection.host);
    let later: Promise<unknown> | undefined;
    shell.beforeRoundTrip = (trip) => {
      if (trip !== 1) return;
      later = add("192.0.2.82");
      pool.shellFor.mockResolvedValue(next);
    };
    await add("192.0.2.81");
    await later;
    expect(countLocks(next.roundTrips)).toBe(1);
    expect(Object.keys(shell.machine.claims())).toHaveLength(2);
  });
});
