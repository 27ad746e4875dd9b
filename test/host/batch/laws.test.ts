import { describe, expect, it, vi } from "vitest";
import { apply, observe } from "../../../provider/host/batch/hostQueue";
import { PartialChangeError } from "../../../provider/host/batch/partialChangeError";
import { isClaimedBy } from "../../../provider/journal/journal";
import { LvsError } from "../../../provider/values/errors";
import { type Part, partKey } from "../../../provider/values/part";
import { owner, sysctl, vip, whole } from "../../support/claims";
import { pick, type Random, randomFrom } from "../../support/randomTables";
import { WorkingHost } from "../../support/workingHost";
import { sleep, useFakeTime } from "./support/clock";
import { type Pool, queueHost } from "./support/queueHost";
import { wants } from "./support/requests";
import { type SharedHost, UnsteadyShell } from "./support/unsteadyShell";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

useFakeTime();

/** Commands that can fail, and their messages. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/oflag=append/, "dd: error writing: No space left on device"],
  [/journal.jsonl/, "dd: error writing: Read-only file system"],
  [/arp_ignore/, "sysctl: permission denied on key"],
  [/ipvsadm/, "Memory allocation problem"],
  [/address (add|delete) 192.0.2.10[34]/, "RTNETLINK answers: Operation not permitted"],
];
const NAMES = Array.from({ length: 6 }, (_, index) => `${100 + index}`);
const FACTS = ["links", "sysctls", "ipvs"] as const;

/** Random parts of a resource: a sysctl that all resources share, a VIP and a virtual service. */
function someParts(name: string, random: Random): Part[] {
  const service = `tcp 192.0.2.${name}:80`;
  const value = `-A -t 192.0.2.${name}:80 -s ${pick(random, ["rr", "wlc", "sh"])}\n`;
  return [
    sysctl("arp_ignore", "1"),
    vip(`192.0.2.${name}`),
    { type: "virtualService" as const, id: service, value, shared: false },
  ].filter(() => random(4) > 0);
}

/** A host, and two users who change the host over separate shells. */
function aStory(seed: number) {
  const shared: SharedHost = {
    machine: new WorkingHost({ ipvs: ["-A -t 192.0.2.99:80 -s rr"] }),
    ...{ random: randomFrom(seed), isSteady: seed % 4 === 0 },
  };
  const { machine, random } = shared;
  const { connection } = queueHost(pool);
  const shells = new Map<string, UnsteadyShell>();
  pool.shellFor.mockImplementation(async ({ user }) => {
    const old = shells.get(user);
    if (!shared.isSteady && random(20) === 0) old?.lose();
    const shell = old && !old.isLost ? old : new UnsteadyShell(shared);
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
      expect(error instanceof PartialChangeError ? error.cause : error).toBeInstanceOf(LvsError);
      if (error instanceof PartialChangeError) return "partial";
      expect(claimsOf(name)).toEqual(before);
      return "refused";
    }
    expect(claimsOf(name)).toEqual(parts.map(partKey).sort());
    return "done";
  };
  const read = (name: string) => observe(userOf(name), ["links"]).catch(() => undefined);
  return { shared, machine, random, change, read };
}

describe("changes by two users of a host, with random failures", () => {
  const outcomes = new Set<string>();

  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    "keep every claim and restore the host: seed %i",
    async (seed) => {
      const { shared, machine, random, change, read } = aStory(seed);
      const start = whole(machine);
      const live = async (name: string) => {
        for (let turn = 0; turn < 4; turn += 1) {
          await sleep(random(20));
          machine.failures.clear();
          const faults = shared.isSteady ? [] : FAULTS.filter(() => random(12) === 0);
          for (const fault of faults) machine.failures.set(...fault);
          const outcome = await change(name, someParts(name, random));
          outcomes.add(outcome);
          expect(shared.isSteady && outcome !== "done").toBe(false);
          if (random(3) === 0) await read(name);
        }
      };
      await Promise.all(NAMES.map(live));
      shared.isSteady = true;
      machine.failures.clear();
      const last = await Promise.all(NAMES.map((name) => change(name, [])));
      expect(new Set(last)).toEqual(new Set(["done"]));
      await sleep(1000);
      expect(shared.holder).toBeUndefined();
      expect(machine.journal).toBeUndefined();
      expect(whole(machine)).toEqual(start);
    },
  );

  it("had every outcome", () => {
    expect([...outcomes].sort()).toEqual(["done", "partial", "refused"]);
  });
});
