import { describe, expect, it } from "vitest";
import { Batch } from "../../../provider/host/batch/batch";
import { lockAndReadJournal } from "../../../provider/host/batch/lockLease";
import { PartialChangeError } from "../../../provider/host/batch/partialChangeError";
import { UndoneChangeError } from "../../../provider/host/batch/undoneChangeError";
import { claim, held, owner, sysctl, vip } from "../../support/claims";
import { aHost, errorOf, pendingRequest, wants } from "./support/requests";

describe("a batch whose journal cannot be written", () => {
  it("keeps the claim of a part that could not be removed", async () => {
    const { host, shell, run } = aHost();
    claim(host, owner("web"), [vip()]);
    claim(host, owner("api"), [sysctl("arp_ignore", "1")]);
    host.failures.set(/address delete/, "RTNETLINK answers: Operation not permitted");
    const request = pendingRequest(wants(owner("web"), []));
    await run(request, pendingRequest(wants(owner("api"), [])));
    expect(await errorOf(request)).toBeInstanceOf(UndoneChangeError);
    expect(Object.keys(host.claims())).toEqual(["address 192.0.2.80/32 dev eth1"]);
    expect(shell.roundTrips.slice(1)).toEqual([
      [
        ...["ip address delete 192.0.2.80/32 dev eth1"],
        ...["sysctl -q -w net/ipv4/conf/eth1/arp_ignore=0", "read"],
      ],
      ["journal"],
      ["unlock"],
    ]);
  });

  it("writes the whole journal if appending to it failed", async () => {
    const { host, shell, run } = aHost();
    claim(host, owner("web"), [vip()]);
    claim(host, owner("api"), [sysctl("arp_ignore", "1")]);
    host.failures.set(/oflag=append/, "dd: error writing: No space left on device");
    const request = pendingRequest(wants(owner("web"), []));
    await run(request);
    expect(await errorOf(request)).toBeUndefined();
    expect(shell.roundTrips.slice(1)).toEqual([
      ["ip address delete 192.0.2.80/32 dev eth1", "journal", "read"],
      ["journal"],
      ["unlock"],
    ]);
    expect(Object.keys(host.claims())).toEqual(["sysctl net/ipv4/conf/eth1/arp_ignore"]);
    expect(host.journal?.trimEnd().split("\n")).toHaveLength(1);
  });

  it("is a partial change if the journal cannot be written after a part was removed", async () => {
    const { host, run } = aHost();
    claim(host, owner("web"), [vip()]);
    claim(host, owner("api"), [sysctl("arp_ignore", "1")]);
    host.failures.set(/journal.jsonl/, "dd: error writing: Read-only file system");
    const request = pendingRequest(wants(owner("web"), []));
    await run(request);
    expect(await errorOf(request)).toBeInstanceOf(PartialChangeError);
    expect((await errorOf(request))?.message).toContain("Read-only file system");
    expect(host.changes).toContain("ip address delete 192.0.2.80/32 dev eth1");
  });

  it("releases the lock if nothing was changed, even if a change follows", async () => {
    const { host, shell } = aHost();
    host.failures.set(/journal.jsonl/, "dd: error writing: Read-only file system");
    const request = pendingRequest(wants(owner("web"), [vip()]));
    const options = { journalFile: await lockAndReadJournal(shell), keepsLock: () => true };
    expect(await new Batch(shell, [request], options).run()).toBeUndefined();
    expect(await errorOf(request)).toMatchObject({ kind: "command" });
    expect(shell.isLocked).toBe(false);
  });

  it("changes nothing if the claims cannot be written, and releases the lock", async () => {
    const { host, shell, run } = aHost();
    host.failures.set(/journal.jsonl/, "sh: 1: cannot create: Read-only file system");
    const request = pendingRequest(wants(owner("web"), [vip()]));
    await run(request);
    expect(await errorOf(request)).toMatchObject({ kind: "command" });
    expect(host.changes).toEqual([]);
    expect(shell.roundTrips.slice(1)).toEqual([["journal"], ["unlock"]]);
  });

  describe("that a person edits meanwhile", () => {
    const edit = ({ host, shell }: ReturnType<typeof aHost>) => {
      claim(host, owner("web"), [vip()]);
      shell.beforeRoundTrip = (trip) => {
        if (trip === 1)
          host.keep({ ...host.claims(), "module ip_vs": held(null, "x", owner("z")) });
      };
      return () => expect(Object.keys(host.claims())).toHaveLength(2);
    };

    it("changes nothing on the host", async () => {
      const target = aHost();
      const expectLeft = edit(target);
      const request = pendingRequest(wants(owner("api"), [vip("192.0.2.81")]));
      await target.run(request);
      expect(await errorOf(request)).toMatchObject({
        kind: "command",
        message: expect.stringContaining("journal.jsonl has changed meanwhile"),
      });
      expect(target.host.changes).toEqual(["ip address add 192.0.2.80/32 dev eth1"]);
      expect(target.shell.isLocked).toBe(false);
      expectLeft();
    });

    it("leaves the edited journal after a part was removed, and can be repeated", async () => {
      const target = aHost();
      const expectLeft = edit(target);
      const request = pendingRequest(wants(owner("web"), []));
      await target.run(request);
      expect(await errorOf(request)).toBeInstanceOf(PartialChangeError);
      expect((await errorOf(request))?.message).toContain("journal.jsonl has changed meanwhile");
      expectLeft();
      expect(target.shell.isLocked).toBe(false);
      target.shell.beforeRoundTrip = () => undefined;
      const again = pendingRequest(wants(owner("web"), []));
      await target.run(again);
      expect(await errorOf(again)).toBeUndefined();
      expect(Object.keys(target.host.claims())).toEqual(["module ip_vs"]);
    });
  });
});
