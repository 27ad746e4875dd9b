import { describe, expect, it } from "vitest";
import type { Change } from "../../../provider/host/batch/change";
import { PartialChangeError } from "../../../provider/host/batch/partialChangeError";
import { LvsError } from "../../../provider/values/errors";
import { claim, held, owner, service, sysctl, vip, whole } from "../../support/claims";
import { aHost, errorOf, type Outcome, pendingRequest, tunnel, wants } from "./support/requests";

describe("Batch", () => {
  it("reads, writes its claims, runs its steps, reads again and unlocks in two round trips", async () => {
    const { shell, run } = aHost();
    const request = pendingRequest(wants(owner("web"), [sysctl("arp_ignore", "1")]));
    await run(request);
    expect(await errorOf(request)).toBeUndefined();
    expect(shell.roundTrips).toEqual([
      ["read"],
      ["journal", "sysctl -q -w net/ipv4/conf/eth1/arp_ignore=1", "read", "unlock"],
    ]);
  });

  it("releases parts, writes the journal, reads again and unlocks in one more round trip", async () => {
    const { host, shell, run } = aHost();
    claim(host, owner("web"), [vip()]);
    await run(pendingRequest(wants(owner("web"), [])));
    expect(shell.roundTrips).toEqual([
      ["read"],
      ["ip address delete 192.0.2.80/32 dev eth1", "journal", "read", "unlock"],
    ]);
    expect(host.journal).toBeUndefined();
  });

  it("also reads the facts of the parts that it claims and may release", async () => {
    const { host, run } = aHost();
    claim(host, owner("web"), [vip(), sysctl("arp_ignore", "1")]);
    const request = pendingRequest(wants(owner("web"), [vip()]), ["links"]);
    await run(request);
    expect(await errorOf(request)).toBeUndefined();
    expect(Object.keys(host.claims())).toEqual(["address 192.0.2.80/32 dev eth1"]);
    expect(host.network.sysctls.get("net/ipv4/conf/eth1/arp_ignore")).toBe("0");
    const last = pendingRequest(wants(owner("web"), []), []);
    await run(last);
    expect(await errorOf(last)).toBeUndefined();
    expect(host.journal).toBeUndefined();
  });

  it("restores the previous virtual service in the same round trip", async () => {
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
    await run(pendingRequest(wants(owner("web"), [])));
    expect(shell.roundTrips.slice(1)).toEqual([["ipvsadm -R", "journal", "read", "unlock"]]);
    expect(host.table.saved()).toBe("-A -t 192.0.2.80:80 -s rr\n");
  });

  it("releases the lock after a failed change", async () => {
    const { shell, run } = aHost();
    let isLost = false;
    shell.beforeRoundTrip = (trip) => {
      if (trip !== 1 || isLost) return;
      isLost = true;
      throw new LvsError("connect", "no answer");
    };
    const request = pendingRequest(wants(owner("web"), [vip()]));
    await run(request);
    expect(await errorOf(request)).toBeInstanceOf(PartialChangeError);
    expect(shell.roundTrips).toEqual([["read"], ["unlock"]]);
  });

  it("unlocks and writes nothing if the host is as wanted", async () => {
    const { host, shell, run } = aHost();
    claim(host, owner("web"), [vip()]);
    await run(pendingRequest(wants(owner("web"), [vip()])));
    expect(shell.roundTrips).toEqual([["read"], ["unlock"]]);
  });

  it("does not lock for a request that only reads", async () => {
    const { shell, run } = aHost();
    const request = pendingRequest();
    await run(request);
    expect(await errorOf(request)).toBeUndefined();
    expect(shell.roundTrips).toEqual([["read"]]);
  });

  it("answers a read with the facts from before the changes of the same batch", async () => {
    const { run } = aHost();
    const hide = pendingRequest(wants(owner("web"), [sysctl("arp_ignore", "1")]));
    const reading = pendingRequest();
    await run(hide, reading);
    const [before, after] = await Promise.all([reading.outcome, hide.outcome]);
    const arpIgnore = (outcome: Outcome) =>
      "facts" in outcome && outcome.facts.sysctls.get("net/ipv4/conf/eth1/arp_ignore");
    expect([arpIgnore(before), arpIgnore(after)]).toEqual(["0", "1"]);
  });

  it("creates a tunnel of two resources once, with a claim of each", async () => {
    const { host, run } = aHost();
    const both = ["web", "api"].map((name) => pendingRequest(wants(owner(name), tunnel)));
    await run(...both);
    expect(await Promise.all(both.map(errorOf))).toEqual([undefined, undefined]);
    expect(host.changes).toEqual([
      "modprobe ipip",
      "ip link add lvs4-c000020b type ipip local 192.0.2.11 remote any",
      "ip link set lvs4-c000020b up",
    ]);
    expect(host.claims()["link lvs4-c000020b"]?.claims).toHaveLength(2);
  });

  it("removes a shared tunnel once if both resources release it together", async () => {
    const { host, run } = aHost();
    const start = whole(host);
    for (const name of ["web", "api"]) claim(host, owner(name), tunnel);
    const both = ["web", "api"].map((name) => pendingRequest(wants(owner(name), [])));
    await run(...both);
    expect(await Promise.all(both.map(errorOf))).toEqual([undefined, undefined]);
    expect(whole(host)).toEqual(start);
    expect(host.changes.filter((command) => command.startsWith("ip link delete"))).toHaveLength(1);
  });

  it("runs announcements only after a change that had steps", async () => {
    const { host, run } = aHost();
    const change: Change = {
      ...wants(owner("web"), [vip()]),
      announcements: () => [
        { run: { argv: ["arping", "192.0.2.80"] }, description: "announce the VIP" },
      ],
    };
    await run(pendingRequest(change));
    await run(pendingRequest(change));
    expect(host.changes).toEqual(["ip address add 192.0.2.80/32 dev eth1", "arping 192.0.2.80"]);
  });
});
