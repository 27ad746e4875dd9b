import { describe, expect, it, vi } from "vitest";
import { apply } from "../../../provider/host/batch/hostQueue";
import type { Journal } from "../../../provider/journal/journal";
import { claim, held, owner, vip } from "../../support/claims";
import { useFakeTime } from "./support/clock";
import { countLocks, type Pool, queueHost } from "./support/queueHost";
import { wants } from "./support/requests";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

useFakeTime();

const [VIP, NEXT, LAST] = ["192.0.2.81", "192.0.2.82", "192.0.2.83"] as const;
const keyOf = (address: string) => `address ${address}/32 dev eth1`;

/** A host, with a function that changes one resource, and changes that are queued while that one runs. */
function aHost() {
  const { connection, shell } = queueHost(pool);
  const change = (name: string, ...addresses: string[]) => {
    const parts = addresses.map((address) => vip(address));
    return apply(connection, ["links"], wants(owner(name), parts));
  };
  const later: Promise<unknown>[] = [];
  const meanwhile = (...changes: (() => Promise<unknown>)[]) => {
    shell.beforeRoundTrip = (trip) => {
      if (trip === 1) later.push(...changes.map((start) => start()));
    };
  };
  /** Waits for all answers, and checks how often the host was locked. */
  const end = async (locks: number) => {
    for (const answer of later) await answer;
    await vi.waitFor(() => expect(shell.isLocked).toBe(false));
    expect(countLocks(shell.roundTrips)).toBe(locks);
  };
  return { shell, machine: shell.machine, change, meanwhile, end, later };
}

describe("the journal of a host that stays locked", () => {
  it("lacks the claims that the last batch released", async () => {
    const { machine, change, meanwhile, end } = aHost();
    claim(machine, owner("a"), [vip(VIP)]);
    claim(machine, owner("b"), [vip(NEXT)]);
    meanwhile(
      () => change("b"),
      () => change("c", VIP),
    );
    await change("a");
    await end(1);
    expect(machine.claims()).toEqual({ [keyOf(VIP)]: held(null, "present", owner("c")) });
  });

  it("keeps the claims that the last batch could not release", async () => {
    const { machine, change, meanwhile, end } = aHost();
    claim(machine, owner("a"), [vip(VIP)]);
    machine.failures.set(/address delete/, "RTNETLINK answers: Operation not permitted");
    meanwhile(() => change("c", LAST));
    await expect(change("a")).rejects.toThrow("not permitted");
    await end(1);
    expect(Object.keys(machine.claims())).toEqual([keyOf(VIP), keyOf(LAST)]);
  });

  it("is read again after a person has edited it", async () => {
    const { shell, machine, change, later, end } = aHost();
    shell.beforeRoundTrip = (trip) => {
      if (trip === 1)
        later.push(expect(change("b", NEXT)).rejects.toThrow("has changed meanwhile"));
      if (trip === 3) machine.journal += "\n";
      if (trip === 4) later.push(change("c", LAST));
    };
    await change("a", VIP);
    await end(2);
    expect(Object.keys(machine.claims())).toEqual([keyOf(VIP), keyOf(LAST)]);
  });

  it("is dropped with the lock if the only change has claims of a newer version", async () => {
    const { machine, change, end } = aHost();
    const journal: Journal = { "qdisc eth1": held(null, "x", owner("a")) };
    machine.keep(journal);
    await expect(change("a", VIP)).rejects.toThrow("does not know: qdisc eth1");
    await end(1);
    expect(machine.claims()).toEqual(journal);
  });
});
