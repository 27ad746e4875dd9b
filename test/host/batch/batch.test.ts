import { describe, expect, it } from "vitest";
import { type Change, HalfDone } from "../../../provider/host/batch/change";
import { LvsError } from "../../../provider/values/errors";
import { claim, held, owner, service, sysctl, vip, whole } from "../../support/claims";
import { aHost, errorOf, type Outcome, tunnel, waiting, wants } from "./support/waiting";

describe("Batch", () => {
  it("looks, writes the claims down, carries out, looks again and unlocks, in two round trips", async () => {
    const { shell, run } = aHost();
    const one = waiting(wants(owner("web"), [sysctl("arp_ignore", "1")]));
    await run(one);
    expect(await errorOf(one)).toBeUndefined();
    expect(shell.trips).toEqual([
      ["look"],
      ["journal", "sysctl -q -w net/ipv4/conf/eth1/arp_ignore=1", "look", "unlock"],
    ]);
  });

  it("takes away, writes the journal, looks again and unlocks in one round trip", async () => {
    const { host, shell, run } = aHost();
    claim(host, owner("web"), [vip()]);
    await run(waiting(wants(owner("web"), [])));
    expect(shell.trips).toEqual([
      ["look"],
      ["ip address delete 192.0.2.80/32 dev eth1", "journal", "look", "unlock"],
    ]);
    expect(host.journal).toBeUndefined();
  });

  it("looks at what shows the parts that it holds besides, and may have to release", async () => {
    const { host, run } = aHost();
    claim(host, owner("web"), [vip(), sysctl("arp_ignore", "1")]);
    const one = waiting(wants(owner("web"), [vip()]), ["links"]);
    await run(one);
    expect(await errorOf(one)).toBeUndefined();
    expect(Object.keys(host.claims())).toEqual(["address 192.0.2.80/32 dev eth1"]);
    expect(host.network.sysctls.get("net/ipv4/conf/eth1/arp_ignore")).toBe("0");
    const last = waiting(wants(owner("web"), []), []);
    await run(last);
    expect(await errorOf(last)).toBeUndefined();
    expect(host.journal).toBeUndefined();
  });

  it("puts back a virtual service from before in the same round trip", async () => {
    const lines = ["-A -t 192.0.2.80:80 -s wlc", "-a -t 192.0.2.80:80 -r 10.0.0.5:80 -g -w 1"];
    const before = service("-A -t 192.0.2.80:80 -s rr");
    const { host, shell, run } = aHost({
      ipvs: lines,
      journal: {
        "virtualService tcp 192.0.2.80:80": held(
          before.value,
          service(...lines).value,
          owner("web"),
        ),
      },
    });
    await run(waiting(wants(owner("web"), [])));
    expect(shell.trips.slice(1)).toEqual([["ipvsadm -R", "journal", "look", "unlock"]]);
    expect(host.table.saved()).toBe("-A -t 192.0.2.80:80 -s rr\n");
  });

  it("lets the lock go when a change ended badly", async () => {
    const { shell, run } = aHost();
    let isLost = false;
    shell.before = (trip) => {
      if (trip !== 1 || isLost) return;
      isLost = true;
      throw new LvsError("connect", "no answer");
    };
    const one = waiting(wants(owner("web"), [vip()]));
    await run(one);
    expect(await errorOf(one)).toBeInstanceOf(HalfDone);
    expect(shell.trips).toEqual([["look"], ["unlock"]]);
  });

  it("unlocks, and writes nothing, when there is nothing to do", async () => {
    const { host, shell, run } = aHost();
    claim(host, owner("web"), [vip()]);
    await run(waiting(wants(owner("web"), [vip()])));
    expect(shell.trips).toEqual([["look"], ["unlock"]]);
  });

  it("does not lock for who only looks", async () => {
    const { shell, run } = aHost();
    const one = waiting();
    await run(one);
    expect(await errorOf(one)).toBeUndefined();
    expect(shell.trips).toEqual([["look"]]);
  });

  it("answers a read with what was there before the changes that go with it", async () => {
    const { run } = aHost();
    const hide = waiting(wants(owner("web"), [sysctl("arp_ignore", "1")]));
    const look = waiting();
    await run(hide, look);
    const [before, after] = await Promise.all([look.outcome, hide.outcome]);
    const read = (seen: Outcome) =>
      "facts" in seen && seen.facts.sysctls.get("net/ipv4/conf/eth1/arp_ignore");
    expect([read(before), read(after)]).toEqual(["0", "1"]);
  });

  it("makes a tunnel that two resources share once, and both have their claim", async () => {
    const { host, run } = aHost();
    const both = ["web", "api"].map((name) => waiting(wants(owner(name), tunnel)));
    await run(...both);
    expect(await Promise.all(both.map(errorOf))).toEqual([undefined, undefined]);
    expect(host.changes).toEqual([
      "modprobe ipip",
      "ip link add lvs4-c000020b type ipip local 192.0.2.11 remote any",
      "ip link set lvs4-c000020b up",
    ]);
    expect(host.claims()["link lvs4-c000020b"]?.claims).toHaveLength(2);
  });

  it("takes a shared tunnel away once, with the last of two that go together", async () => {
    const { host, run } = aHost();
    const start = whole(host);
    for (const name of ["web", "api"]) claim(host, owner(name), tunnel);
    const both = ["web", "api"].map((name) => waiting(wants(owner(name), [])));
    await run(...both);
    expect(await Promise.all(both.map(errorOf))).toEqual([undefined, undefined]);
    expect(whole(host)).toEqual(start);
    expect(host.changes.filter((one) => one.startsWith("ip link delete"))).toHaveLength(1);
  });

  it("announces after a change that had steps, and only then", async () => {
    const { host, run } = aHost();
    const change: Change = {
      ...wants(owner("web"), [vip()]),
      announce: () => [{ run: { argv: ["arping", "192.0.2.80"] }, because: "announce it" }],
    };
    await run(waiting(change));
    await run(waiting(change));
    expect(host.changes).toEqual(["ip address add 192.0.2.80/32 dev eth1", "arping 192.0.2.80"]);
  });
});
