import { describe, expect, it } from "vitest";
import { PartialChangeError } from "../../../provider/host/batch/partialChangeError";
import { UndoneChangeError } from "../../../provider/host/batch/undoneChangeError";
import type { Part } from "../../../provider/values/part";
import { claim, owner, sysctl, vip } from "../../support/claims";
import type { WorkingHost } from "../../support/workingHost";
import { aHost, errorOf, pendingRequest, wants } from "./support/requests";

const VIPS = ["192.0.2.80", "192.0.2.81", "192.0.2.82"];

/** A virtual service with one real server. */
const service = (address: string): Part => ({
  ...{ type: "virtualService", id: `tcp ${address}:80`, shared: false },
  value: `-A -t ${address}:80 -s rr\n-a -t ${address}:80 -r 10.0.0.5:80 -g -w 1 -x 0 -y 0\n`,
});

/** Refuses the lines of one VIP. ipvsadm goes on with the next line, and exits with the code of the last line. */
function refuseLinesOf({ table }: WorkingHost, vip: string) {
  const { restore } = table;
  table.restore = function (text: string) {
    const lines = text.trim().split("\n");
    const kept = lines.filter((line) => !line.includes(vip));
    const { exitCode } = restore.call(this, kept.join("\n"));
    if (kept.length === lines.length) return { exitCode, stderr: "" };
    const isLast = lines.at(-1)?.includes(vip);
    return { exitCode: isLast ? 255 : exitCode, stderr: "Memory allocation problem\n" };
  };
}

const changes = (...more: Part[]) =>
  VIPS.map((address) => pendingRequest(wants(owner(address), [...more, service(address)])));

describe("a batch of several virtual services", () => {
  it("runs one ipvsadm with the lines of all changes, after the other steps", async () => {
    const { host, shell, run } = aHost();
    const all = changes(sysctl("arp_ignore", "1"));
    await run(...all);
    expect(await Promise.all(all.map(errorOf))).toEqual(VIPS.map(() => undefined));
    expect(shell.roundTrips[1]).toEqual([
      ...["journal", "sysctl -q -w net/ipv4/conf/eth1/arp_ignore=1", "ipvsadm -R"],
      ...["read", "unlock"],
    ]);
    expect(Object.keys(host.facts().ipvs)).toEqual(VIPS.map((address) => `tcp ${address}:80`));
  });

  it("repeats the changes one by one after a refused line, and fails only its change", async () => {
    const { host, shell, run } = aHost();
    refuseLinesOf(host, "192.0.2.81");
    const all = changes();
    await run(...all);
    const [first, second, third] = await Promise.all(all.map(errorOf));
    expect([first, third]).toEqual([undefined, undefined]);
    expect(second).toBeInstanceOf(UndoneChangeError);
    expect(second?.message).toMatch(/^cannot add tcp 192.0.2.81:80 .*: Memory allocation problem/);
    expect(Object.keys(host.facts().ipvs)).toEqual(["tcp 192.0.2.80:80", "tcp 192.0.2.82:80"]);
    expect(Object.keys(host.claims())).not.toContain("virtualService tcp 192.0.2.81:80");
    expect(shell.roundTrips.slice(1)).toEqual([
      ["journal", "ipvsadm -R", "read"],
      ["read"],
      ["read"],
      ["ipvsadm -R", "read"],
      ["journal"],
      ["unlock"],
    ]);
  });

  it("applies the others if a change fails before its ipvsadm line", async () => {
    const { host, run } = aHost();
    host.failures.set(/address add/, "RTNETLINK answers: Operation not permitted");
    const bad = pendingRequest(wants(owner("bad"), [vip(), service("192.0.2.90")]));
    const good = changes();
    await run(bad, ...good);
    expect((await errorOf(bad))?.message).toMatch(/^cannot add the address .*not permitted/);
    expect(await Promise.all(good.map(errorOf))).toEqual(VIPS.map(() => undefined));
    expect(host.facts().ipvs).not.toHaveProperty("tcp 192.0.2.90:80");
  });

  it("fails every change if the table can no longer be read", async () => {
    const { host, shell, run } = aHost();
    host.failures.set(/^ipvsadm -R/, "Memory allocation problem");
    shell.beforeRoundTrip = (trip) => {
      if (trip !== 1) return;
      host.modules.add("ip_vs");
      host.table.saved = () => "a line that nobody knows\n";
    };
    const all = changes();
    await run(...all);
    for (const request of all) {
      expect((await errorOf(request))?.message).toMatch(/nobody knows/);
      // The claims are in the journal, and the other steps have run.
      expect(await errorOf(request)).toBeInstanceOf(PartialChangeError);
    }
  });

  it("runs one ipvsadm with the lines of all releases, before the other steps", async () => {
    const { host, shell, run } = aHost();
    for (const address of VIPS) claim(host, owner(address), [vip(address), service(address)]);
    const all = VIPS.map((address) => pendingRequest(wants(owner(address), [])));
    await run(...all);
    expect(await Promise.all(all.map(errorOf))).toEqual(VIPS.map(() => undefined));
    expect(shell.roundTrips).toEqual([
      ["read"],
      [
        "ipvsadm -R",
        ...VIPS.map((address) => `ip address delete ${address}/32 dev eth1`),
        ...["journal", "read", "unlock"],
      ],
    ]);
    expect(host.claims()).toEqual({});
    expect(host.facts().ipvs).toEqual({});
  });

  it("keeps all parts of a change whose line is refused, and fails only that change", async () => {
    const { host, run } = aHost();
    for (const address of VIPS) claim(host, owner(address), [vip(address), service(address)]);
    refuseLinesOf(host, "192.0.2.81");
    const all = VIPS.map((address) => pendingRequest(wants(owner(address), [])));
    await run(...all);
    const [first, second, third] = await Promise.all(all.map(errorOf));
    expect([first, third]).toEqual([undefined, undefined]);
    expect(second?.message).toMatch(/^cannot remove tcp 192.0.2.81:80 .*: Memory allocation/);
    expect(Object.keys(host.claims())).toEqual([
      "address 192.0.2.81/32 dev eth1",
      "virtualService tcp 192.0.2.81:80",
    ]);
    expect(Object.keys(host.facts().ipvs)).toEqual(["tcp 192.0.2.81:80"]);
    const deleted = host.changes.filter((command) => command.startsWith("ip address delete"));
    expect(deleted.join()).not.toContain("192.0.2.81");
  });

  it("adds parts before it removes parts", async () => {
    const { host, shell, run } = aHost();
    claim(host, owner(VIPS[0] as string), [vip()]);
    const all = changes();
    await run(...all);
    expect(await Promise.all(all.map(errorOf))).toEqual(VIPS.map(() => undefined));
    expect(shell.roundTrips.slice(1)).toEqual([
      ["journal", "ipvsadm -R"],
      ["ip address delete 192.0.2.80/32 dev eth1", "journal", "read", "unlock"],
    ]);
  });
});
