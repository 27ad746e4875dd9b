import { describe, expect, it } from "vitest";
import { Batch } from "../../../provider/host/batch/batch";
import { HalfDone } from "../../../provider/host/batch/change";
import { lockAndRead } from "../../../provider/host/batch/locking";
import { claim, held, owner, sysctl, vip } from "../../support/claims";
import { aHost, errorOf, waiting, wants } from "./support/waiting";

describe("Batch, when the journal cannot say what was done", () => {
  it("keeps the claim of what could not be taken away", async () => {
    const { host, shell, run } = aHost();
    claim(host, owner("web"), [vip()]);
    claim(host, owner("api"), [sysctl("arp_ignore", "1")]);
    host.failures.set(/address delete/, "RTNETLINK answers: Operation not permitted");
    const one = waiting(wants(owner("web"), []));
    await run(one, waiting(wants(owner("api"), [])));
    expect(await errorOf(one)).toBeInstanceOf(HalfDone);
    expect(Object.keys(host.claims())).toEqual(["address 192.0.2.80/32 dev eth1"]);
    expect(shell.trips.slice(1)).toEqual([
      [
        ...["ip address delete 192.0.2.80/32 dev eth1"],
        ...["sysctl -q -w net/ipv4/conf/eth1/arp_ignore=0", "look"],
      ],
      ["journal", "unlock"],
    ]);
  });

  it("writes the whole journal when what has changed could not be added to it", async () => {
    const { host, shell, run } = aHost();
    claim(host, owner("web"), [vip()]);
    claim(host, owner("api"), [sysctl("arp_ignore", "1")]);
    host.failures.set(/oflag=append/, "dd: error writing: No space left on device");
    const one = waiting(wants(owner("web"), []));
    await run(one);
    expect(await errorOf(one)).toBeUndefined();
    expect(shell.trips.slice(1)).toEqual([
      ["ip address delete 192.0.2.80/32 dev eth1", "journal", "look"],
      ["journal", "unlock"],
    ]);
    expect(Object.keys(host.claims())).toEqual(["sysctl net/ipv4/conf/eth1/arp_ignore"]);
    expect(host.journal?.trimEnd().split("\n")).toHaveLength(1);
  });

  it("is half done when the journal can be written no more, and something is taken away", async () => {
    const { host, run } = aHost();
    claim(host, owner("web"), [vip()]);
    claim(host, owner("api"), [sysctl("arp_ignore", "1")]);
    host.failures.set(/journal.jsonl/, "dd: error writing: Read-only file system");
    const one = waiting(wants(owner("web"), []));
    await run(one);
    expect(await errorOf(one)).toBeInstanceOf(HalfDone);
    expect((await errorOf(one))?.message).toContain("Read-only file system");
    expect(host.changes).toContain("ip address delete 192.0.2.80/32 dev eth1");
  });

  it("lets the lock go when nothing was changed, whoever follows", async () => {
    const { host, shell } = aHost();
    host.failures.set(/journal.jsonl/, "dd: error writing: Read-only file system");
    const one = waiting(wants(owner("web"), [vip()]));
    const options = { written: await lockAndRead(shell), keepsLock: () => true };
    expect(await new Batch(shell, "director1", [one], options).run()).toBeUndefined();
    expect(await errorOf(one)).toMatchObject({ kind: "command" });
    expect(shell.isLocked).toBe(false);
  });

  it("changes nothing when the journal cannot be written, and lets the lock go", async () => {
    const { host, shell, run } = aHost();
    host.failures.set(/journal.jsonl/, "sh: 1: cannot create: Read-only file system");
    const one = waiting(wants(owner("web"), [vip()]));
    await run(one);
    expect(await errorOf(one)).toMatchObject({ kind: "command" });
    expect(host.changes).toEqual([]);
    expect(shell.trips.slice(1)).toEqual([["journal"], ["unlock"]]);
  });

  describe("when somebody edits the journal meanwhile", () => {
    const edit = ({ host, shell }: ReturnType<typeof aHost>) => {
      claim(host, owner("web"), [vip()]);
      shell.before = (trip) => {
        if (trip === 1)
          host.keep({ ...host.claims(), "module ip_vs": held(null, "x", owner("z")) });
      };
      return () => expect(Object.keys(host.claims())).toHaveLength(2);
    };

    it("changes nothing", async () => {
      const at = aHost();
      const expectLeft = edit(at);
      const one = waiting(wants(owner("api"), [vip("192.0.2.81")]));
      await at.run(one);
      expect(await errorOf(one)).toMatchObject({
        kind: "command",
        message: expect.stringContaining("journal.jsonl has changed meanwhile"),
      });
      expect(at.host.changes).toEqual(["ip address add 192.0.2.80/32 dev eth1"]);
      expect(at.shell.isLocked).toBe(false);
      expectLeft();
    });

    it("leaves it as it is when something is taken away already", async () => {
      const at = aHost();
      const expectLeft = edit(at);
      const one = waiting(wants(owner("web"), []));
      await at.run(one);
      expect(await errorOf(one)).toBeInstanceOf(HalfDone);
      expect((await errorOf(one))?.message).toContain("journal.jsonl has changed meanwhile");
      expectLeft();
      expect(at.shell.isLocked).toBe(false);
      at.shell.before = () => undefined;
      const again = waiting(wants(owner("web"), []));
      await at.run(again);
      expect(await errorOf(again)).toBeUndefined();
      expect(Object.keys(at.host.claims())).toEqual(["module ip_vs"]);
    });
  });
});
