import { afterEach, describe, expect, it, vi } from "vitest";
import { observe } from "../../../provider/host/batch/hostQueue";
import type { Snapshot } from "../../../provider/host/batch/snapshot";
import { WorkingShell } from "../../support/workingShell";
import { sleep, useFakeTime } from "./support/clock";
import { addressesOf, type Pool, queueHost } from "./support/queueHost";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

const aHost = () => queueHost(pool);

useFakeTime();
afterEach(() => {
  vi.restoreAllMocks();
});

describe("observe", () => {
  it("reads the facts of several requests in one round trip, without a lock", async () => {
    const { connection, shell } = aHost();
    const [links, both] = await Promise.all([
      observe(connection, ["links"]),
      observe(connection, ["sysctls", "links"]),
    ]);
    expect(shell.roundTrips).toEqual([["read"]]);
    expect(Object.keys(links.facts)).toEqual(["links"]);
    expect(Object.keys(both.facts)).toEqual(["sysctls", "links"]);
  });

  it("reports progress", async () => {
    const { connection } = aHost();
    const report = vi.fn();
    await observe(connection, ["links"], report);
    const { host } = connection;
    expect(report.mock.calls.flat()).toEqual([`connecting to ${host}`, `reading ${host}`]);
  });

  it("answers from the cache for as long as the reading took", async () => {
    const { connection, shell } = aHost();
    shell.beforeRoundTrip = (trip) => sleep(trip === 0 ? 1000 : 20);
    const [first] = await Promise.all([
      observe(connection, ["links", "tools"]),
      sleep(100).then(() => observe(connection, ["tools"])),
    ]);
    expect(await observe(connection, ["links"])).toEqual({
      facts: { links: first.facts.links },
      journal: first.journal,
    });
    expect(shell.roundTrips).toHaveLength(1);
    await observe(connection, ["sysctls"]);
    expect(shell.roundTrips).toHaveLength(2);
    await sleep(700);
    await observe(connection, ["sysctls"]);
    expect(shell.roundTrips).toHaveLength(3);
  });

  it("answers from the cache for two seconds at most", async () => {
    const { connection, shell } = aHost();
    shell.beforeRoundTrip = () => sleep(10_000);
    await observe(connection, ["links"]);
    await sleep(1990);
    await observe(connection, ["links"]);
    expect(shell.roundTrips).toHaveLength(1);
    await sleep(20);
    await observe(connection, ["links"]);
    expect(shell.roundTrips).toHaveLength(2);
  });

  it("does not cache a fact that could not be read", async () => {
    const { connection, shell } = aHost();
    shell.beforeRoundTrip = () => sleep(500);
    shell.machine.network.showLinks = () => "Dump was interrupted";
    await expect(observe(connection, ["links"])).rejects.toThrow("cannot read ip address");
    await expect(observe(connection, ["links"])).rejects.toThrow("cannot read ip address");
    expect(shell.roundTrips).toHaveLength(2);
  });

  it("does not answer from the cache after another user has changed the host", async () => {
    const { connection, shell, add } = aHost();
    const admin = { ...connection, user: "admin", sudo: true };
    shell.beforeRoundTrip = (trip) => sleep(trip === 0 ? 1000 : 20);
    await observe(admin, ["links"]);
    await add("192.0.2.81");
    const seen = await observe(admin, ["links"]);
    expect(addressesOf(seen)).toContain("192.0.2.81");
  });

  describe("beside another user of the host", () => {
    /** Stops the clock, so that the cache never expires. */
    function twoUsers() {
      const { connection, shell, add } = aHost();
      const other = new WorkingShell(shell.machine, connection.host);
      pool.shellFor.mockImplementation(async ({ user }) => (user === "admin" ? other : shell));
      const admin = { ...connection, user: "admin", sudo: true };
      vi.spyOn(performance, "now").mockReturnValue(performance.now());
      const read = async () => addressesOf(await observe(admin, ["links"]));
      return { shell, other, add, read };
    }

    it("does not cache a reading that started before a change and ended after it", async () => {
      const { other, add, read } = twoUsers();
      const run = other.run.bind(other);
      vi.spyOn(other, "run").mockImplementationOnce(async (...args) => {
        const results = await run(...args);
        await add("192.0.2.81");
        return results;
      });
      expect(await read()).not.toContain("192.0.2.81");
      expect(await read()).toContain("192.0.2.81");
    });

    it("does not answer from a reading during a change after that change", async () => {
      const { shell, other, add, read } = twoUsers();
      const readings: string[][] = [];
      shell.beforeRoundTrip = async (trip) => {
        if (trip === 2) readings.push(await read(), await read());
      };
      readings.push(await add("192.0.2.81").then(read));
      expect(readings.map((addresses) => addresses.includes("192.0.2.81"))).toEqual([
        false,
        false,
        true,
      ]);
      expect(other.roundTrips).toEqual([["read"], ["read"]]);
    });
  });

  it("does not answer from a reading before a change after that change", async () => {
    const { connection, shell, add } = aHost();
    const later: Promise<Snapshot>[] = [];
    shell.beforeRoundTrip = async (trip) => {
      // By then the change holds the lock and reads the host.
      if (trip === 2) later.push(observe(connection, ["links"]));
      await sleep(trip === 0 ? 1000 : 50);
    };
    await observe(connection, ["links"]);
    await add("192.0.2.81");
    const seen = await later[0];
    expect(addressesOf(seen)).toContain("192.0.2.81");
  });
});
