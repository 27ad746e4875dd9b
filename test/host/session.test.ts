import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Connection } from "../../provider/host/connection";
import type { Observed } from "../../provider/host/observation";
import { apply, observe } from "../../provider/host/session";
import type { Shell } from "../../provider/host/shell";
import { LvsError } from "../../provider/values/errors";
import { owner, vip } from "../support/claims";
import { checkedConnection } from "../support/inputs";
import { WorkingHost } from "../support/workingHost";
import { WorkingShell } from "../support/workingShell";
import { wants } from "./support/waiting";

const pool = vi.hoisted(() => ({ shellFor: vi.fn<(connection: Connection) => Promise<Shell>>() }));
vi.mock("../../provider/host/pool", () => pool);

afterEach(() => {
  pool.shellFor.mockReset();
  vi.unstubAllEnvs();
});

/** Every test has a host of its own, since sessions live as long as the process. */
let number = 0;
function aHost() {
  number += 1;
  const connection = { ...checkedConnection, host: `director${number}` } as Connection;
  const shell = new WorkingShell(new WorkingHost(), connection.host);
  pool.shellFor.mockResolvedValue(shell);
  const add = (address: string, onto = connection) =>
    apply(onto, ["links"], wants(owner(address), [vip(address)]));
  return { connection, shell, add };
}

const added = (trips: readonly string[][]) =>
  trips.map((trip) => trip.filter((one) => one.startsWith("ip address add")).length);

describe("apply", () => {
  it("sends what is ready at the same time together", async () => {
    const { shell, add } = aHost();
    await Promise.all(["192.0.2.81", "192.0.2.82", "192.0.2.83"].map((one) => add(one)));
    expect(added(shell.trips)).toEqual([0, 3]);
  });

  it("gathers what becomes ready while a batch is under way, and never runs two at once", async () => {
    const { shell, add } = aHost();
    const later: Promise<unknown>[] = [];
    shell.before = (trip) => {
      if (trip === 0) later.push(add("192.0.2.82"), add("192.0.2.83"));
    };
    await add("192.0.2.81");
    await Promise.all(later);
    expect(added(shell.trips)).toEqual([0, 1, 0, 2]);
    expect(shell.trips.map((trip) => trip[0])).toEqual(["lock", "journal", "lock", "journal"]);
  });

  it("takes those along that become ready while it connects", async () => {
    const { shell, add } = aHost();
    pool.shellFor.mockReturnValueOnce(sleep(300).then(() => shell));
    const first = add("192.0.2.81");
    await sleep(100);
    await Promise.all([first, add("192.0.2.82")]);
    expect(added(shell.trips)).toEqual([0, 2]);
  });

  it("waits for those that become ready one by one, a part of what a batch takes", async () => {
    const { shell, add } = aHost();
    shell.before = () => sleep(400);
    await add("192.0.2.81");
    const others: Promise<unknown>[] = [];
    for (const address of ["192.0.2.82", "192.0.2.83", "192.0.2.84"]) {
      others.push(add(address));
      await sleep(10);
    }
    await Promise.all(others);
    expect(added(shell.trips)).toEqual([0, 1, 0, 3]);
  });

  it("does not wait for more than were ever under way at the same time", async () => {
    const { shell, add } = aHost();
    shell.before = () => sleep(400);
    await Promise.all(["192.0.2.81", "192.0.2.82"].map((one) => add(one)));
    const both = Promise.all(["192.0.2.83", "192.0.2.84"].map((one) => add(one)));
    await new Promise(setImmediate);
    const third = add("192.0.2.85");
    await both;
    await third;
    expect(added(shell.trips)).toEqual([0, 2, 0, 2, 0, 1]);
  });

  it("tells everybody of a batch when the host cannot be reached, and tries anew for the next", async () => {
    const { shell, add } = aHost();
    pool.shellFor.mockRejectedValueOnce(new LvsError("connect", "nothing listens there"));
    const both = await Promise.allSettled([add("192.0.2.81"), add("192.0.2.82")]);
    expect(both.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    await add("192.0.2.83");
    expect(added(shell.trips)).toEqual([0, 1]);
  });

  it("looks anew for who comes later: something else may have changed the host before", async () => {
    const { shell, add } = aHost();
    await add("192.0.2.81");
    shell.machine.network.addLink("eth9", { isUp: true, addresses: [] });
    const seen = await add("192.0.2.82");
    expect(seen.facts.links.has("eth9")).toBe(true);
    expect(shell.trips[2]).toEqual(["lock", "look"]);
  });

  it("says that it connects when that takes long, and not when it is quick", async () => {
    const { connection, shell } = aHost();
    const report = vi.fn();
    const add = () => apply(connection, ["links"], { ...wants(owner("vip"), []), report });
    let answer: (shell: Shell) => void = () => undefined;
    pool.shellFor.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const adding = add();
    await vi.waitFor(() => expect(report).toHaveBeenCalled(), { timeout: 5000 });
    answer(shell);
    await adding;
    await add();
    expect(report.mock.calls.flat()).toEqual([
      `connecting to ${connection.host}`,
      ...Array(2).fill(`looking at ${connection.host}`),
    ]);
  });

  it("keeps hosts apart that have one address behind different jump hosts", async () => {
    const { connection, add } = aHost();
    const behind = (host: string) => ({ ...connection, proxy: { ...checkedConnection, host } });
    await Promise.all([
      add("192.0.2.81", behind("paris") as Connection),
      add("192.0.2.82", behind("tokyo") as Connection),
    ]);
    const asked = pool.shellFor.mock.calls.map(([one]) => one.proxy?.host);
    expect(asked).toEqual(["paris", "tokyo"]);
  });

  it("has one queue for those whom the environment makes one user", async () => {
    const { connection, shell, add } = aHost();
    vi.stubEnv("PULUMI_LVS_USER", "root");
    const both = [add("192.0.2.81"), add("192.0.2.82", { ...connection, user: "admin" })];
    await Promise.all(both);
    expect(added(shell.trips)).toEqual([0, 2]);
  });

  it("keeps users of one host apart", async () => {
    const { connection, shell, add } = aHost();
    await Promise.all([
      add("192.0.2.81"),
      add("192.0.2.82", { ...connection, user: "admin", sudo: true }),
    ]);
    expect(pool.shellFor).toHaveBeenCalledTimes(2);
    expect(shell.trips).toHaveLength(4);
  });
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

  it("shares a look for as long again as it took", async () => {
    const { connection, shell } = aHost();
    shell.before = () => sleep(300);
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

  it("does not take what was seen before a change for what is there after it", async () => {
    const { connection, shell, add } = aHost();
    const later: Promise<Observed>[] = [];
    shell.before = async (trip) => {
      if (trip === 1) later.push(observe(connection, ["links"]));
      await sleep(trip === 0 ? 1000 : 50);
    };
    await observe(connection, ["links"]);
    await add("192.0.2.81");
    const seen = await later[0];
    const links = [...(seen?.facts.links.values() ?? [])];
    const addresses = links.flatMap((link) => link.addresses.map((one) => one.address));
    expect(addresses).toContain("192.0.2.81");
  });
});
