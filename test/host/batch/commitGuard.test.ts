import { describe, expect, it, vi } from "vitest";
import { Batch } from "../../../provider/host/batch/batch";
import type { Reach } from "../../../provider/host/batch/commitGuard";
import { lockAndReadJournal } from "../../../provider/host/batch/lockLease";
import { PartialChangeError } from "../../../provider/host/batch/partialChangeError";
import { UndoneChangeError } from "../../../provider/host/batch/undoneChangeError";
import type { Owner } from "../../../provider/journal/journal";
import { LvsError } from "../../../provider/values/errors";
import type { Part } from "../../../provider/values/part";
import { claim, owner, service, sysctl, vip, whole } from "../../support/claims";
import { WorkingHost } from "../../support/workingHost";
import { WorkingShell } from "../../support/workingShell";
import { useFakeTime } from "./support/clock";
import { errorOf, pendingRequest, wants } from "./support/requests";

useFakeTime();

const SERVER = "10.255.0.15";
const TABLE = "1234567";
const part = (type: "route" | "rule", id: string, value: string): Part => ({
  ...{ type, id: `ipv4 ${id}`, value, shared: true },
});
/** What sends the answers of the management connection elsewhere. */
const cutting: readonly Part[] = [
  part("route", `default table ${TABLE}`, "via 192.0.2.1 dev eth1"),
  part("rule", `from ${SERVER} priority 30001`, `lookup ${TABLE}`),
];
const web = service("-A -t 192.0.2.80:80 -s wlc");
const FACTS = ["modules", "links", "sysctls", "routes", "rules", "ipvs"] as const;
const lost = () => new LvsError("connect", "the connection was lost");

/** A host whose management connection is cut as long as the rule is there; and how a batch of changes runs there. */
function guarded(commitTimeoutSeconds = 60) {
  const host = new WorkingHost({ modules: ["ip_vs"] });
  const shell = new WorkingShell(host);
  const shells: WorkingShell[] = [];
  const anew = async () => {
    if (host.network.rules.some(({ src }) => src === SERVER)) throw lost();
    const opened = new WorkingShell(host);
    shells.push(opened);
    return opened;
  };
  const reach = { commitTimeoutSeconds, openAnew: vi.fn(anew), reopen: vi.fn(anew) };
  const run = async (parts: readonly Part[], who: Owner = owner("web"), on: Reach = reach) => {
    const request = pendingRequest(wants(who, parts), FACTS);
    const journalFile = await lockAndReadJournal(shell);
    shell.roundTrips.length = 0;
    await new Batch(shell, [request], { journalFile, reach: on }).run();
    return request;
  };
  /** The timer of the host. */
  const fireAfter = (seconds: number) => setTimeout(() => host.commit.fire(), seconds * 1000);
  return { host, shell, shells, reach, run, fireAfter };
}

describe("a batch that cannot cut the way to its host", () => {
  it.each<[string, readonly Part[], number]>([
    ["of virtual services", [web], 2],
    ["with a VIP beside them", [web, vip()], 2],
  ])("%s has no timer, and no more round trips than before", async (_, parts, trips) => {
    const { host, shell, reach, run } = guarded();
    expect(await errorOf(await run(parts))).toBeUndefined();
    expect(shell.roundTrips).toHaveLength(trips);
    expect(host.commit.started).toBe(0);
    expect(reach.openAnew).not.toHaveBeenCalled();
  });
});

describe("a batch that can cut the way to its host", () => {
  it("is confirmed over a new connection, while the host is still locked", async () => {
    const { host, shell, shells, run } = guarded();
    const parts = [{ ...sysctl("arp_ignore", "1"), id: "net/ipv4/conf/mgmt0/arp_ignore" }];
    expect(await errorOf(await run(parts))).toBeUndefined();
    expect([shell.roundTrips.map(([first]) => first), shells.map((one) => one.roundTrips)]).toEqual(
      [["read", "arm", "journal", "unlock"], [[["confirm"]]]],
    );
    expect(host.commit).toMatchObject({ started: 1, confirmed: 1, armed: undefined });
  });

  it("writes the files of the boot after that: a host that is cut off may be rebooted", async () => {
    const { host, shell, run } = guarded();
    const who = { ...owner("web"), persists: true as const };
    const parts = [{ ...sysctl("arp_ignore", "1"), id: "net/ipv4/conf/mgmt0/arp_ignore" }];
    shell.beforeRoundTrip = (trip) => {
      if (trip < 4) expect(host.boot.show()).not.toContain("arp_ignore");
    };
    await run(parts, who);
    expect(host.boot.show()).toContain("arp_ignore");
  });

  it("is taken back by the host when nobody can connect, and says so", async () => {
    const { host, run, fireAfter } = guarded();
    claim(host, owner("old"), [sysctl("arp_ignore", "1")]);
    const start = whole(host);
    fireAfter(60);
    const error = await errorOf(await run([...cutting, web, vip()]));
    expect(error).toBeInstanceOf(UndoneChangeError);
    expect(
      error?.message,
    ).toBe(`director1 was lost by this change, or in the middle of it: the connection was lost
  on the way to it were changed: route ipv4 default table 1234567, rule ipv4 from 10.255.0.15 priority 30001
  the change was not confirmed over a new connection within 60 s (connection.commitTimeoutSeconds), so director1 puts back what was before by itself
Nothing of this change is left on director1, as reading it again shows`);
    expect(whole(host)).toEqual(start);
  });

  it("is taken back when the connection is lost in the middle of it", async () => {
    const { host, shell, run, fireAfter } = guarded();
    const start = whole(host);
    shell.beforeRoundTrip = (trip) => {
      if (trip !== 2) return;
      host.network.change(
        "ip",
        `-4 rule add from ${SERVER} priority 30001 lookup ${TABLE}`.split(" "),
      );
      throw lost();
    };
    fireAfter(60);
    expect(await errorOf(await run(cutting))).toBeInstanceOf(UndoneChangeError);
    expect(whole(host)).toEqual(start);
  });

  it("does not wait for an answer that it has cut off after the host has undone it", async () => {
    const { shell, run, fireAfter } = guarded(30);
    const limits: (number | undefined)[] = [];
    const original = shell.run.bind(shell);
    shell.run = async (groups, options) => {
      const results = await original(groups, options);
      if (shell.roundTrips.at(-1)?.[0] !== "journal") return results;
      // What a shell does whose host does not answer.
      limits.push(options?.timeLimitSeconds);
      return new Promise((_, reject) => setTimeout(() => reject(lost()), 30_000));
    };
    fireAfter(30);
    expect(await errorOf(await run(cutting))).toBeInstanceOf(UndoneChangeError);
    expect(limits).toEqual([30]);
  });

  it("is looked at again over a new connection, although that of the batch was not lost", async () => {
    const { shell, reach, run, fireAfter } = guarded();
    let isInUse = true;
    void shell.closed.then(() => {
      isInUse = false;
    });
    const reopen = async () => (isInUse ? shell : reach.reopen());
    fireAfter(60);
    const request = await run(cutting, owner("web"), { ...reach, reopen });
    expect(await errorOf(request)).toBeInstanceOf(UndoneChangeError);
    expect(reach.reopen).toHaveBeenCalledTimes(1);
  });

  it("brings back what it took away", async () => {
    const { host, run, fireAfter } = guarded();
    claim(host, owner("web"), [web, vip(), sysctl("arp_ignore", "1")]);
    const start = whole(host);
    fireAfter(60);
    expect(await errorOf(await run(cutting))).toBeInstanceOf(UndoneChangeError);
    expect(whole(host)).toEqual(start);
  });

  it("is taken back when the timer fired before the confirmation", async () => {
    const { host, shell, run } = guarded();
    const start = whole(host);
    shell.beforeRoundTrip = (trip) => {
      if (trip === 2) host.commit.fire();
    };
    const parts = [{ ...sysctl("arp_ignore", "1"), id: "net/ipv4/conf/mgmt0/arp_ignore" }];
    const error = await errorOf(await run(parts));
    expect(error?.message).toMatch(
      /its timer ended before the change did[\s\S]*was undone on director1/,
    );
    expect(whole(host)).toEqual(start);
  });

  it("is a partial failure when the host is not seen again", async () => {
    const { run } = guarded();
    const error = await errorOf(await run(cutting));
    expect(error).toBeInstanceOf(PartialChangeError);
    expect(error?.message).toMatch(
      /puts back what was before by itself\nThe host was not seen again: /,
    );
  });

  it("is taken back by the next change, when its process was killed meanwhile", async () => {
    const { host, shell, run } = guarded();
    const start = whole(host);
    const killed = vi.fn(() => new Promise<never>(() => undefined));
    void run(cutting, owner("web"), { commitTimeoutSeconds: 60, openAnew: killed, reopen: killed });
    await vi.waitFor(() => expect(killed).toHaveBeenCalled());
    expect(host.network.rules).toHaveLength(1);
    shell.isLocked = false;
    await run([web], owner("other"));
    await run([], owner("other"));
    expect(whole(host)).toEqual({ ...(start as object), modules: expect.anything() });
  });

  it("leaves no timer when nothing was changed, since the journal could not be written", async () => {
    const { host, run } = guarded();
    host.failures.set(/^sh -c (?!umask).*of=\S+journal\.jsonl/s, "Read-only file system");
    expect((await errorOf(await run(cutting)))?.message).toMatch(/cannot write the journal/);
    expect(host.commit.armed).toBeUndefined();
  });

  it("has no timer where the user wants none", async () => {
    const { host, reach, run } = guarded(0);
    expect(await errorOf(await run(cutting))).toBeUndefined();
    expect(host.commit.started).toBe(0);
    expect(reach.openAnew).not.toHaveBeenCalled();
  });
});
