import { describe, expect, it } from "vitest";
import { HalfDone } from "../../../provider/host/batch/change";
import { LvsError } from "../../../provider/values/errors";
import { claim, held, module, owner, service, sysctl, vip } from "../../support/claims";
import { aHost, errorOf, tunnel, waiting, wants } from "./support/waiting";

describe("Batch, when something fails", () => {
  it("says what failed, and carries out the others", async () => {
    const { host, run } = aHost();
    host.failures.set(/add 192.0.2.81/, "RTNETLINK answers: Operation not permitted");
    const good = waiting(wants(owner("good"), [vip()]));
    const bad = waiting(wants(owner("bad"), [vip("192.0.2.81")]));
    await run(bad, good);
    expect(await errorOf(good)).toBeUndefined();
    const error = await errorOf(bad);
    expect(error).toBeInstanceOf(HalfDone);
    expect(error?.message).toMatch(
      /^cannot add the address 192.0.2.81\/32 dev eth1 on director1: RTNETLINK answers/,
    );
    expect((error as HalfDone).seen?.facts.links.get("eth1")?.addresses).toHaveLength(2);
    // What was begun stays claimed, so that destroy finds it.
    expect(Object.keys(host.claims())).toHaveLength(2);
  });

  it("never adds a VIP when hiding it from ARP failed, whoever was to do that", async () => {
    const { host, run } = aHost();
    host.failures.set(/arp_ignore/, "sysctl: permission denied on key");
    const hidden = (address: string) => [sysctl("arp_ignore", "1"), vip(address)];
    const both = ["192.0.2.80", "192.0.2.81"].map((one) => waiting(wants(owner(one), hidden(one))));
    await run(...both);
    for (const one of both) expect((await errorOf(one))?.message).toMatch(/permission denied/);
    expect(host.changes).toEqual([]);
  });

  it("carries out what two share although the first of them failed before it came to it", async () => {
    const { host, run } = aHost();
    host.failures.set(/modprobe/, "modprobe: FATAL: Module ipip not found");
    const bad = waiting(wants(owner("bad"), [module("ipip"), sysctl("arp_ignore", "1")]));
    const good = waiting(wants(owner("good"), [sysctl("arp_ignore", "1")]));
    await run(bad, good);
    expect(await errorOf(bad)).toBeInstanceOf(HalfDone);
    expect(await errorOf(good)).toBeUndefined();
  });

  it("takes what ipvsadm says on standard error for its failure", async () => {
    const { host, run } = aHost();
    // The first line fails, and the exit code is that of the last one.
    host.table.restore = () => ({ exitCode: 0, stderr: "Memory allocation problem\n" });
    const lines = ["-A -t 192.0.2.80:80 -s wlc", "-a -t 192.0.2.80:80 -r 10.0.0.5:80 -g -w 1"];
    const one = waiting(wants(owner("web"), [service(...lines)]));
    await run(one);
    expect((await errorOf(one))?.message).toMatch(/Memory allocation problem/);
  });

  it("refuses a conflict before anything is changed, and carries out the others", async () => {
    const { host, run } = aHost();
    claim(host, owner("other::web"), [vip()]);
    const bad = waiting(wants(owner("bad"), [vip()]));
    const good = waiting(wants(owner("good"), [vip("192.0.2.81")]));
    await run(bad, good);
    expect(await errorOf(bad)).toMatchObject({ kind: "conflict" });
    expect(await errorOf(good)).toBeUndefined();
  });

  it("refuses only the one that holds a part of a newer version, and says what to do", async () => {
    const { host, shell, run } = aHost({
      journal: {
        "qdisc eth1": held(null, "present", owner("newer"), owner("also")),
        "address 192.0.2.90/32 dev eth1": held(null, "present", owner("also")),
      },
    });
    const claims = host.claims();
    const newer = waiting(wants(owner("newer"), [vip("192.0.2.81")]));
    const others = [waiting(), waiting(wants(owner("good"), [vip()]))];
    await run(newer, ...others);
    expect(await Promise.all(others.map(errorOf))).toEqual([undefined, undefined]);
    expect(await errorOf(newer)).toMatchObject({
      kind: "parse",
      message:
        "cannot tell what a change on director1 may release: " +
        "the journal has a part that this version does not know: qdisc eth1; nothing was changed\n" +
        "  use the version of pulumi-lvs that wrote it",
    });
    expect(host.claims()).toMatchObject(claims);
    expect(host.changes).toEqual(["ip address add 192.0.2.80/32 dev eth1"]);
    shell.trips.length = 0;
    await run(newer);
    expect(shell.trips).toEqual([["unlock"]]);
  });

  it("keeps the claims of the one whose releases cannot be planned, and carries out the others", async () => {
    const { host, run } = aHost();
    claim(host, owner("bad"), [vip("192.0.2.81")]);
    const releases = () => {
      throw new LvsError("parse", "the journal has a part that this version does not know");
    };
    const bad = waiting({ ...wants(owner("bad"), []), releases });
    const good = waiting(wants(owner("good"), [vip()]));
    await run(bad, good);
    expect((await errorOf(bad))?.message).toMatch(/does not know/);
    expect(await errorOf(good)).toBeUndefined();
    expect(Object.keys(host.claims())).toHaveLength(2);
  });

  it("refuses the second of two that want one sysctl with two values", async () => {
    const { run } = aHost();
    const first = waiting(wants(owner("web"), [sysctl("arp_ignore", "1")]));
    const second = waiting(wants(owner("other::web"), [sysctl("arp_ignore", "2")]));
    await run(first, second);
    expect(await errorOf(first)).toBeUndefined();
    expect(await errorOf(second)).toMatchObject({ kind: "conflict" });
  });

  it("says what is left to do when reading back does not show what was planned", async () => {
    const { host, run } = aHost();
    host.network.change = () => "";
    const one = waiting(wants(owner("web"), [vip()]));
    await run(one);
    expect((await errorOf(one))?.message).toMatch(
      /^director1 is not as planned after the change; what is left to do:\n {2}add the address 192.0.2.80/,
    );
  });

  it("tells everybody when the connection is lost in the middle", async () => {
    const { shell, run } = aHost();
    shell.before = (trip) => {
      if (trip > 0) throw new LvsError("connect", "the connection was lost");
    };
    const both = ["web", "api"].map((name) => waiting(wants(owner(name), tunnel)));
    await run(...both);
    for (const one of both) expect(await errorOf(one)).toBeInstanceOf(HalfDone);
  });

  it("fails only who wants a fact that cannot be read", async () => {
    const { host, run } = aHost();
    host.table.saved = () => "a line that nobody knows\n";
    host.modules.add("ip_vs");
    const table = waiting(undefined, ["ipvs"]);
    const links = waiting(undefined, ["links"]);
    await run(table, links);
    expect(await errorOf(table)).toMatchObject({ kind: "parse" });
    expect(await errorOf(links)).toBeUndefined();
  });
});
