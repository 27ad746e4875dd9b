import { describe, expect, it } from "vitest";
import { UndoneChangeError } from "../../../provider/host/batch/undoneChangeError";
import { LvsError } from "../../../provider/values/errors";
import { claim, module, owner, service, sysctl, vip, whole } from "../../support/claims";
import { aHost, errorOf, pendingRequest, tunnel, wants } from "./support/requests";

const NOT_PERMITTED = "RTNETLINK answers: Operation not permitted";
const SERVICE = "-A -t 192.0.2.80:80 -s wlc";
const realServer = (last: number, weight = 1) =>
  `-a -t 192.0.2.80:80 -r 10.0.0.${last}:80 -g -w ${weight} -x 0 -y 0`;

describe("a change that fails", () => {
  it("is undone in two round trips, and says so", async () => {
    const { host, shell, run } = aHost();
    const start = whole(host);
    host.failures.set(/address add/, NOT_PERMITTED);
    const request = pendingRequest(
      wants(owner("web"), [...tunnel, sysctl("arp_ignore", "1"), vip()]),
    );
    await run(request);
    expect(await errorOf(request)).toBeInstanceOf(UndoneChangeError);
    expect((await errorOf(request))?.message).toMatch(
      /This change was undone on director1, as reading it again shows:\n {2}remove the interface lvs4-c000020b\n {2}unload ipip if it is not in use\n {2}set .*arp_ignore from 1 to 0$/,
    );
    expect(whole(host)).toEqual(start);
    expect(shell.roundTrips.slice(2)).toEqual([
      [
        "ip link delete lvs4-c000020b",
        "rmmod ipip",
        "sysctl -q -w net/ipv4/conf/eth1/arp_ignore=0",
        "read",
      ],
      ["journal"],
      ["unlock"],
    ]);
  });

  it("brings back what its releases took away, and keeps the claims of it", async () => {
    const { host, run } = aHost();
    claim(host, owner("web"), [sysctl("arp_ignore", "1"), vip(), module("ipip")]);
    const start = whole(host);
    host.failures.set(/arp_ignore=0/, "sysctl: permission denied on key");
    const request = pendingRequest(wants(owner("web"), []));
    await run(request);
    expect(await errorOf(request)).toBeInstanceOf(UndoneChangeError);
    expect(whole(host)).toEqual(start);
  });

  it("leaves what another change of the same batch wants too", async () => {
    const { host, run } = aHost();
    host.failures.set(/address add/, NOT_PERMITTED);
    const bad = pendingRequest(wants(owner("bad"), [...tunnel, vip()]));
    const good = pendingRequest(wants(owner("good"), tunnel));
    await run(bad, good);
    expect(await errorOf(bad)).toBeInstanceOf(UndoneChangeError);
    expect(await errorOf(good)).toBeUndefined();
    expect(host.network.links.has("lvs4-c000020b")).toBe(true);
    expect(host.claims()["link lvs4-c000020b"]?.claims).toEqual([owner("good")]);
  });

  it("undoes what two failed changes share", async () => {
    const { host, run } = aHost();
    const start = whole(host);
    host.failures.set(/address add/, NOT_PERMITTED);
    const both = ["192.0.2.80", "192.0.2.81"].map((address) =>
      pendingRequest(wants(owner(address), [...tunnel, vip(address)])),
    );
    await run(...both);
    for (const one of both) expect(await errorOf(one)).toBeInstanceOf(UndoneChangeError);
    expect(whole(host)).toEqual(start);
  });

  it("takes back the lines that ipvsadm -R has carried out after one that it refused", async () => {
    const { host, run } = aHost({ ipvs: [SERVICE, realServer(5), realServer(6)] });
    const saved = host.table.saved();
    claim(host, owner("web"), [service(SERVICE, realServer(5), realServer(6))]);
    const start = whole(host);
    const { restore } = host.table;
    host.table.restore = function (text: string) {
      const kept = text.split("\n").filter((line) => !line.includes("10.0.0.7"));
      const done = restore.call(this, kept.join("\n"));
      return text.includes("10.0.0.7") ? { ...done, stderr: "Memory allocation problem\n" } : done;
    };
    const request = pendingRequest(
      wants(owner("web"), [service(SERVICE, realServer(5, 3), realServer(7), realServer(8))]),
    );
    await run(request);
    expect((await errorOf(request))?.message).toMatch(/Memory allocation problem[\s\S]*was undone/);
    expect(host.table.saved()).toBe(saved);
    expect(whole(host)).toEqual(start);
  });

  it("keeps its claims when it is cut off during the undo, so that the next change goes on", async () => {
    const { host, shell, run } = aHost();
    const start = whole(host);
    host.failures.set(/address add/, NOT_PERMITTED);
    const parts = [sysctl("arp_ignore", "1"), vip()];
    shell.beforeRoundTrip = (trip) => {
      if (trip === 3) throw new LvsError("connect", "the connection was lost");
    };
    const request = pendingRequest(wants(owner("web"), parts));
    await run(request);
    expect((await errorOf(request))?.message).toMatch(
      /could not be undone on director1: the connection was lost/,
    );
    expect(Object.keys(host.claims())).toHaveLength(2);
    shell.beforeRoundTrip = () => undefined;
    host.failures.clear();
    for (const wanted of [parts, []]) await run(pendingRequest(wants(owner("web"), wanted)));
    expect(whole(host)).toEqual(start);
  });

  it("leaves alone what somebody else has set at the same time, and says so", async () => {
    const { host, run } = aHost();
    host.failures.set(/address add/, NOT_PERMITTED);
    const { change } = host.network;
    host.network.change = function (tool: string, words: readonly string[]) {
      const said = change.call(this, tool, words as string[]);
      this.sysctls.set("net/ipv4/conf/eth1/arp_ignore", "2");
      return said;
    };
    const request = pendingRequest(wants(owner("web"), [sysctl("arp_ignore", "1"), vip()]));
    await run(request);
    expect((await errorOf(request))?.message).toMatch(
      /Somebody else has changed sysctl net\/ipv4\/conf\/eth1\/arp_ignore on director1 at the same time/,
    );
    expect(host.network.sysctls.get("net/ipv4/conf/eth1/arp_ignore")).toBe("2");
  });

  it("does not remove what somebody else has added a moment before", async () => {
    const { host, shell, run } = aHost();
    shell.beforeRoundTrip = (trip) => {
      if (trip === 1) host.network.links.get("eth1")?.addresses.push("192.0.2.80/32");
    };
    const request = pendingRequest(wants(owner("web"), [vip()]));
    await run(request);
    expect((await errorOf(request))?.message).toMatch(
      /File exists[\s\S]*Somebody else has changed address 192.0.2.80\/32 dev eth1 on director1/,
    );
    expect(host.network.links.get("eth1")?.addresses).toContain("192.0.2.80/32");
  });

  it("sees a real server that somebody else has edited meanwhile", async () => {
    const { host, run } = aHost({ ipvs: [SERVICE, realServer(5)] });
    claim(host, owner("web"), [service(SERVICE, realServer(5))]);
    const { restore } = host.table;
    host.table.restore = function (text: string) {
      restore.call(this, "-e -t 192.0.2.80:80 -r 10.0.0.5:80 -g -w 9");
      restore.call(this, text);
      return { exitCode: 0, stderr: "No such destination\n" };
    };
    const request = pendingRequest(
      wants(owner("web"), [service(SERVICE, realServer(5), realServer(6), realServer(7))]),
    );
    await run(request);
    expect((await errorOf(request))?.message).toMatch(
      /Somebody else has changed virtualService tcp 192.0.2.80:80/,
    );
    expect(host.table.saved()).toContain("-r 10.0.0.5:80 -g -w 9");
  });
});
