import { describe, expect, it, vi } from "vitest";
import { HalfDone } from "../../../provider/host/batch/change";
import { apply, observe } from "../../../provider/host/batch/session";
import { isClaimedBy } from "../../../provider/journal/journal";
import { LvsError } from "../../../provider/values/errors";
import { type Part, partKey } from "../../../provider/values/part";
import { owner, sysctl, vip, whole } from "../../support/claims";
import { pick, type Random, randomFrom } from "../../support/randomTables";
import { WorkingHost } from "../../support/workingHost";
import { sleep, timeOfItsOwn } from "./support/clock";
import { type Pool, sessionHost } from "./support/sessionHost";
import { type Ground, UnsteadyShell } from "./support/unsteadyShell";
import { wants } from "./support/waiting";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

timeOfItsOwn();

/** What can fail, and what is said then. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/oflag=append/, "dd: error writing: No space left on device"],
  [/journal.jsonl/, "dd: error writing: Read-only file system"],
  [/arp_ignore/, "sysctl: permission denied on key"],
  [/ipvsadm/, "Memory allocation problem"],
  [/address (add|delete) 192.0.2.10[34]/, "RTNETLINK answers: Operation not permitted"],
];
const NAMES = Array.from({ length: 6 }, (_, at) => `${100 + at}`);
const FACTS = ["links", "sysctls", "ipvs"] as const;

/** What a resource may want at a time: a sysctl of all, and a VIP and a virtual service of its own. */
function someParts(name: string, random: Random): Part[] {
  const service = `tcp 192.0.2.${name}:80`;
  const value = `-A -t 192.0.2.${name}:80 -s ${pick(random, ["rr", "wlc", "sh"])}\n`;
  return [
    sysctl("arp_ignore", "1"),
    vip(`192.0.2.${name}`),
    { type: "virtualService" as const, id: service, value, shared: false },
  ].filter(() => random(4) > 0);
}

/** A host, and two users who change it, each over a shell of its own. */
function aStory(seed: number) {
  const ground: Ground = {
    machine: new WorkingHost({ ipvs: ["-A -t 192.0.2.99:80 -s rr"] }),
    ...{ random: randomFrom(seed), isSteady: seed % 4 === 0 },
  };
  const { machine, random } = ground;
  const { connection } = sessionHost(pool);
  const shells = new Map<string, UnsteadyShell>();
  pool.shellFor.mockImplementation(async ({ user }) => {
    const old = shells.get(user);
    if (!ground.isSteady && random(20) === 0) old?.lose();
    const shell = old && !old.isLost ? old : new UnsteadyShell(ground);
    shells.set(user, shell);
    return shell;
  });
  const userOf = (name: string) => ({ ...connection, user: Number(name) % 2 ? "root" : "admin" });
  const claimsOf = (name: string) => {
    const entries = Object.entries(machine.claims());
    const claimed = entries.filter(([, entry]) => isClaimedBy(entry, owner(name)));
    return claimed.map(([key]) => key).sort();
  };
  const change = async (name: string, parts: readonly Part[]) => {
    const before = claimsOf(name);
    try {
      await apply(userOf(name), FACTS, wants(owner(name), parts));
    } catch (error) {
      expect(error instanceof HalfDone ? error.cause : error).toBeInstanceOf(LvsError);
      if (error instanceof HalfDone) return "half done";
      expect(claimsOf(name)).toEqual(before);
      return "refused";
    }
    expect(claimsOf(name)).toEqual(parts.map(partKey).sort());
    return "done";
  };
  const look = (name: string) => observe(userOf(name), ["links"]).catch(() => undefined);
  return { ground, machine, random, change, look };
}

describe("laws of changes by two users of a host, whatever fails", () => {
  const endings = new Set<string>();

  it.each(Array.from({ length: 20 }, (_, seed) => seed))("hold for seed %i", async (seed) => {
    const { ground, machine, random, change, look } = aStory(seed);
    const start = whole(machine);
    const live = async (name: string) => {
      for (let turn = 0; turn < 4; turn += 1) {
        await sleep(random(20));
        machine.failures.clear();
        const faults = ground.isSteady ? [] : FAULTS.filter(() => random(12) === 0);
        for (const fault of faults) machine.failures.set(...fault);
        const ending = await change(name, someParts(name, random));
        endings.add(ending);
        expect(ground.isSteady && ending !== "done").toBe(false);
        if (random(3) === 0) await look(name);
      }
    };
    await Promise.all(NAMES.map(live));
    ground.isSteady = true;
    machine.failures.clear();
    const last = await Promise.all(NAMES.map((name) => change(name, [])));
    expect(new Set(last)).toEqual(new Set(["done"]));
    await sleep(1000);
    expect(ground.holder).toBeUndefined();
    expect(machine.journal).toBeUndefined();
    expect(whole(machine)).toEqual(start);
  });

  it("were put to the test", () => {
    expect([...endings].sort()).toEqual(["done", "half done", "refused"]);
  });
});
