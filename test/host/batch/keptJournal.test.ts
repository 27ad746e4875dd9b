import { describe, expect, it, vi } from "vitest";
import { apply } from "../../../provider/host/batch/session";
import type { Journal } from "../../../provider/journal/journal";
import { claim, held, owner, vip } from "../../support/claims";
import { timeOfItsOwn } from "./support/clock";
import { locked, type Pool, sessionHost } from "./support/sessionHost";
import { wants } from "./support/waiting";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

timeOfItsOwn();

const [VIP, NEXT, LAST] = ["192.0.2.81", "192.0.2.82", "192.0.2.83"] as const;
const keyOf = (address: string) => `address ${address}/32 dev eth1`;

/** A host, a change of one resource there, and others that come while that is looked at. */
function aHost() {
  const { connection, shell } = sessionHost(pool);
  const change = (name: string, ...addresses: string[]) => {
    const parts = addresses.map((one) => vip(one));
    return apply(connection, ["links"], wants(owner(name), parts));
  };
  const later: Promise<unknown>[] = [];
  const meanwhile = (...changes: (() => Promise<unknown>)[]) => {
    shell.before = (trip) => {
      if (trip === 1) later.push(...changes.map((one) => one()));
    };
  };
  /** Everything is answered, and the lock was taken so often. */
  const end = async (locks: number) => {
    for (const one of later) await one;
    await vi.waitFor(() => expect(shell.isLocked).toBe(false));
    expect(locked(shell.trips)).toBe(locks);
  };
  return { shell, machine: shell.machine, change, meanwhile, end, later };
}

describe("the journal of a host that stays locked", () => {
  it("is without what the batch before has released", async () => {
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

  it("still has what the batch before could not release", async () => {
    const { machine, change, meanwhile, end } = aHost();
    claim(machine, owner("a"), [vip(VIP)]);
    machine.failures.set(/address delete/, "RTNETLINK answers: Operation not permitted");
    meanwhile(() => change("c", LAST));
    await expect(change("a")).rejects.toThrow("not permitted");
    await end(1);
    expect(Object.keys(machine.claims())).toEqual([keyOf(VIP), keyOf(LAST)]);
  });

  it("is read anew when somebody has edited it", async () => {
    const { shell, machine, change, later, end } = aHost();
    shell.before = (trip) => {
      if (trip === 1)
        later.push(expect(change("b", NEXT)).rejects.toThrow("has changed meanwhile"));
      if (trip === 3) machine.journal += "\n";
      if (trip === 4) later.push(change("c", LAST));
    };
    await change("a", VIP);
    await end(2);
    expect(Object.keys(machine.claims())).toEqual([keyOf(VIP), keyOf(LAST)]);
  });

  it("is let go with the lock when the only change holds a part of a newer version", async () => {
    const { machine, change, end } = aHost();
    const journal: Journal = { "qdisc eth1": held(null, "x", owner("a")) };
    machine.keep(journal);
    await expect(change("a", VIP)).rejects.toThrow("does not know: qdisc eth1");
    await end(1);
    expect(machine.claims()).toEqual(journal);
  });
});
