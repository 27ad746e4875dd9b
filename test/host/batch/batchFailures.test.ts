import { describe, expect, it } from "vitest";
import type { Change } from "../../../provider/host/batch/change";
import { PartialChangeError } from "../../../provider/host/batch/partialChangeError";
import { UndoneChangeError } from "../../../provider/host/batch/undoneChangeError";
import { command } from "../../../provider/values/command";
import { LvsError } from "../../../provider/values/errors";
import { claim, held, module, owner, service, sysctl, vip } from "../../support/claims";
import { aHost, errorOf, pendingRequest, tunnel, wants } from "./support/requests";

describe("a batch with a failure", () => {
  it("names the failed step, and applies the other changes", async () => {
    const { host, run } = aHost();
    host.failures.set(/add 192.0.2.81/, "RTNETLINK answers: Operation not permitted");
    const good = pendingRequest(wants(owner("good"), [vip()]));
    const bad = pendingRequest(wants(owner("bad"), [vip("192.0.2.81")]));
    await run(bad, good);
    expect(await errorOf(good)).toBeUndefined();
    const error = await errorOf(bad);
    expect(error).toBeInstanceOf(UndoneChangeError);
    expect(error?.message).toMatch(
      /^cannot add the address 192.0.2.81\/32 dev eth1 on director1: RTNETLINK answers/,
    );
    expect(Object.keys(host.claims())).toEqual(["address 192.0.2.80/32 dev eth1"]);
  });

  it("never adds a VIP that another change failed to hide from ARP", async () => {
    const { host, run } = aHost();
    host.failures.set(/arp_ignore/, "sysctl: permission denied on key");
    const hidden = (address: string) => [sysctl("arp_ignore", "1"), vip(address)];
    const both = ["192.0.2.80", "192.0.2.81"].map((address) =>
      pendingRequest(wants(owner(address), hidden(address))),
    );
    await run(...both);
    for (const request of both)
      expect((await errorOf(request))?.message).toMatch(/permission denied/);
    expect(host.changes).toEqual([]);
  });

  it("runs a shared step although the first change failed before that step", async () => {
    const { host, run } = aHost();
    host.failures.set(/modprobe/, "modprobe: FATAL: Module ipip not found");
    const bad = pendingRequest(wants(owner("bad"), [module("ipip"), sysctl("arp_ignore", "1")]));
    const good = pendingRequest(wants(owner("good"), [sysctl("arp_ignore", "1")]));
    await run(bad, good);
    expect(await errorOf(bad)).toBeInstanceOf(UndoneChangeError);
    expect(await errorOf(good)).toBeUndefined();
  });

  it("treats a message of ipvsadm on standard error as its failure", async () => {
    const { host, run } = aHost();
    // The first line fails, and the exit code is that of the last line.
    host.table.restore = () => ({ exitCode: 0, stderr: "Memory allocation problem\n" });
    const lines = ["-A -t 192.0.2.80:80 -s wlc", "-a -t 192.0.2.80:80 -r 10.0.0.5:80 -g -w 1"];
    const request = pendingRequest(wants(owner("web"), [service(...lines)]));
    await run(request);
    expect((await errorOf(request))?.message).toMatch(/Memory allocation problem/);
  });

  it("lets keepalived use no table that could not be made, and that of another change all the same", async () => {
    const { host, run } = aHost();
    const restore = host.table.restore.bind(host.table);
    host.table.restore = (text) =>
      text.includes(":81") ? { exitCode: 2, stderr: "Memory allocation problem\n" } : restore(text);
    const requestOf = (port: number) => {
      const name = `tcp 192.0.2.80:${port}`;
      const table = { ...service(`-A -t 192.0.2.80:${port} -s wlc`), id: name };
      const change = wants(owner(name), [table]);
      const planClaims: Change["planClaims"] = (snapshot) => {
        const { steps, ...plan } = change.planClaims(snapshot);
        // Any command that succeeds on the host of the tests.
        const last = { run: command("arping", name), description: "reload", isLast: true };
        return { ...plan, steps: [...steps, ...(steps.length > 0 ? [last] : [])] };
      };
      return pendingRequest({ ...change, planClaims });
    };
    const [good, bad] = [requestOf(80), requestOf(81)];
    await run(good, bad);
    expect(await errorOf(good)).toBeUndefined();
    expect(await errorOf(bad)).toBeInstanceOf(UndoneChangeError);
    expect(host.changes.filter((text) => text.startsWith("arping"))).toEqual([
      "arping tcp 192.0.2.80:80",
    ]);
  });

  it("refuses a conflict before changing anything, and applies the other changes", async () => {
    const { host, run } = aHost();
    claim(host, owner("other::web"), [vip()]);
    const bad = pendingRequest(wants(owner("bad"), [vip()]));
    const good = pendingRequest(wants(owner("good"), [vip("192.0.2.81")]));
    await run(bad, good);
    expect(await errorOf(bad)).toMatchObject({ kind: "conflict" });
    expect(await errorOf(good)).toBeUndefined();
  });

  it("refuses only the change with claims of a newer version, and says what to do", async () => {
    const { host, shell, run } = aHost({
      journal: {
        "qdisc eth1": held(null, "present", owner("newer"), owner("also")),
        "address 192.0.2.90/32 dev eth1": held(null, "present", owner("also")),
      },
    });
    const claims = host.claims();
    const newer = pendingRequest(wants(owner("newer"), [vip("192.0.2.81")]));
    const others = [pendingRequest(), pendingRequest(wants(owner("good"), [vip()]))];
    await run(newer, ...others);
    expect(await Promise.all(others.map(errorOf))).toEqual([undefined, undefined]);
    expect(await errorOf(newer)).toMatchObject({
      kind: "parse",
      message:
        "cannot tell what a change on director1 may release: " +
        "the journal has a part that this version does not know: qdisc eth1; nothing was changed\n" +
        "  use the version of pulumi-lvs that wrote the journal",
    });
    expect(host.claims()).toMatchObject(claims);
    expect(host.changes).toEqual(["ip address add 192.0.2.80/32 dev eth1"]);
    shell.roundTrips.length = 0;
    await run(newer);
    expect(shell.roundTrips).toEqual([["unlock"]]);
  });

  it("keeps the claims of a change whose releases cannot be planned, and applies the others", async () => {
    const { host, run } = aHost();
    claim(host, owner("bad"), [vip("192.0.2.81")]);
    const releases = () => {
      throw new LvsError("parse", "the journal has a part that this version does not know");
    };
    const bad = pendingRequest({ ...wants(owner("bad"), []), planReleases: releases });
    const good = pendingRequest(wants(owner("good"), [vip()]));
    await run(bad, good);
    expect((await errorOf(bad))?.message).toMatch(/does not know/);
    expect(await errorOf(good)).toBeUndefined();
    expect(Object.keys(host.claims())).toHaveLength(2);
  });

  it("refuses the second of two changes that want different values of one sysctl", async () => {
    const { run } = aHost();
    const first = pendingRequest(wants(owner("web"), [sysctl("arp_ignore", "1")]));
    const second = pendingRequest(wants(owner("other::web"), [sysctl("arp_ignore", "2")]));
    await run(first, second);
    expect(await errorOf(first)).toBeUndefined();
    expect(await errorOf(second)).toMatchObject({ kind: "conflict" });
  });

  it("names the steps that are still needed if the host is not as planned afterwards", async () => {
    const { host, run } = aHost();
    host.network.change = () => "";
    const request = pendingRequest(wants(owner("web"), [vip()]));
    await run(request);
    expect((await errorOf(request))?.message).toMatch(
      /^director1 is not as planned after the change; these steps are still needed:\n {2}add the address 192.0.2.80/,
    );
  });

  it("fails every change if the connection is lost after the first round trip", async () => {
    const { shell, run } = aHost();
    shell.beforeRoundTrip = (trip) => {
      if (trip > 0) throw new LvsError("connect", "the connection was lost");
    };
    const both = ["web", "api"].map((name) => pendingRequest(wants(owner(name), tunnel)));
    await run(...both);
    for (const request of both) expect(await errorOf(request)).toBeInstanceOf(PartialChangeError);
  });

  it("fails only the requests for a fact that cannot be read", async () => {
    const { host, run } = aHost();
    host.table.saved = () => "a line that nobody knows\n";
    host.modules.add("ip_vs");
    const table = pendingRequest(undefined, ["ipvs"]);
    const links = pendingRequest(undefined, ["links"]);
    await run(table, links);
    expect(await errorOf(table)).toMatchObject({ kind: "parse" });
    expect(await errorOf(links)).toBeUndefined();
  });
});
