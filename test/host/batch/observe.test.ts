import { afterEach, describe, expect, it, vi } from "vitest";
import type { Observed } from "../../../provider/host/batch/observed";
import { observe } from "../../../provider/host/batch/session";
import { WorkingShell } from "../../support/workingShell";
import { sleep, timeOfItsOwn } from "./support/clock";
import { addressesOf, type Pool, sessionHost } from "./support/sessionHost";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

const aHost = () => sessionHost(pool);

timeOfItsOwn();
afterEach(() => {
  vi.restoreAllMocks();
});

describe("observe", () => {
  it("reads what several want in one round trip, without a lock", async () => {
    const { connection, shell } = aHost();
    const [links, both] = await Promise.all([
      observe(connection, ["links"]),
      observe(connection, ["sysctls", "links"]),
    ]);
    expect(shell.trips).toEqual([["look"]]);
    expect(Object.keys(links.facts)).toEqual(["links"]);
    expect(Object.keys(both.facts)).toEqual(["sysctls", "links"]);
  });

  it("says what it is at", async () => {
    const { connection } = aHost();
    const report = vi.fn();
    await observe(connection, ["links"], report);
    const { host } = connection;
    expect(report.mock.calls.flat()).toEqual([`connecting to ${host}`, `looking at ${host}`]);
  });

  it("shares a look for as long again as it took", async () => {
    const { connection, shell } = aHost();
    shell.before = (trip) => sleep(trip === 0 ? 1000 : 20);
    const [first] = await Promise.all([
      observe(connection, ["links", "tools"]),
      sleep(100).then(() => observe(connection, ["tools"])),
    ]);
    expect(await observe(connection, ["links"])).toEqual({
      facts: { links: first.facts.links },
      journal: first.journal,
    });
    expect(shell.trips).toHaveLength(1);
    await observe(connection, ["sysctls"]);
    expect(shell.trips).toHaveLength(2);
    await sleep(700);
    await observe(connection, ["sysctls"]);
    expect(shell.trips).toHaveLength(3);
  });

  it("shares a look for two seconds at most", async () => {
    const { connection, shell } = aHost();
    shell.before = () => sleep(10_000);
    await observe(connection, ["links"]);
    await sleep(1990);
    await observe(connection, ["links"]);
    expect(shell.trips).toHaveLength(1);
    await sleep(20);
    await observe(connection, ["links"]);
    expect(shell.trips).toHaveLength(2);
  });

  it("does not share what could not be read", async () => {
    const { connection, shell } = aHost();
    shell.before = () => sleep(500);
    shell.machine.network.showLinks = () => "Dump was interrupted";
    await expect(observe(connection, ["links"])).rejects.toThrow("cannot read ip address");
    await expect(observe(connection, ["links"])).rejects.toThrow("cannot read ip address");
    expect(shell.trips).toHaveLength(2);
  });

  it("does not share what was seen before another user of the host has changed it", async () => {
    const { connection, shell, add } = aHost();
    const admin = { ...connection, user: "admin", sudo: true };
    shell.before = (trip) => sleep(trip === 0 ? 1000 : 20);
    await observe(admin, ["links"]);
    await add("192.0.2.81");
    const seen = await observe(admin, ["links"]);
    expect(addressesOf(seen)).toContain("192.0.2.81");
  });

  describe("beside another user of the host", () => {
    /** No time passes: whatever was seen is new enough. */
    function twoUsers() {
      const { connection, shell, add } = aHost();
      const other = new WorkingShell(shell.machine, connection.host);
      pool.shellFor.mockImplementation(async ({ user }) => (user === "admin" ? other : shell));
      const admin = { ...connection, user: "admin", sudo: true };
      vi.spyOn(performance, "now").mockReturnValue(performance.now());
      const look = async () => addressesOf(await observe(admin, ["links"]));
      return { shell, other, add, look };
    }

    it("does not share a look that began before a change, and ended after it", async () => {
      const { other, add, look } = twoUsers();
      const run = other.run.bind(other);
      vi.spyOn(other, "run").mockImplementationOnce(async (...all) => {
        const results = await run(...all);
        await add("192.0.2.81");
        return results;
      });
      expect(await look()).not.toContain("192.0.2.81");
      expect(await look()).toContain("192.0.2.81");
    });

    it("does not share a look from within a change with those for whom the change was made", async () => {
      const { shell, other, add, look } = twoUsers();
      const seen: string[][] = [];
      shell.before = async (trip) => {
        if (trip === 2) seen.push(await look(), await look());
      };
      seen.push(await add("192.0.2.81").then(look));
      expect(seen.map((one) => one.includes("192.0.2.81"))).toEqual([false, false, true]);
      expect(other.trips).toEqual([["look"], ["look"]]);
    });
  });

  it("does not take what was seen before a change for what is there after it", async () => {
    const { connection, shell, add } = aHost();
    const later: Promise<Observed>[] = [];
    shell.before = async (trip) => {
      // The change has the lock by then, and looks.
      if (trip === 2) later.push(observe(connection, ["links"]));
      await sleep(trip === 0 ? 1000 : 50);
    };
    await observe(connection, ["links"]);
    await add("192.0.2.81");
    const seen = await later[0];
    expect(addressesOf(seen)).toContain("192.0.2.81");
  });
});
