import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import type { Observed } from "../../provider/host/observation";
import { observe } from "../../provider/host/session";
import { addressesOf, type Pool, sessionHost } from "./support/sessionHost";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../provider/host/pool", () => pool);

const aHost = () => sessionHost(pool);

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
