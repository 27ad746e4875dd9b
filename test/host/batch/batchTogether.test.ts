import { describe, expect, it } from "vitest";
import { HalfDone } from "../../../provider/host/batch/change";
import type { Part } from "../../../provider/values/part";
import { claim, owner, sysctl, vip } from "../../support/claims";
import type { WorkingHost } from "../../support/workingHost";
import { aHost, errorOf, waiting, wants } from "./support/waiting";

const VIPS = ["192.0.2.80", "192.0.2.81", "192.0.2.82"];

/** A virtual service of a VIP with one real server. */
const service = (address: string): Part => ({
  ...{ type: "virtualService", id: `tcp ${address}:80`, shared: false },
  value: `-A -t ${address}:80 -s rr\n-a -t ${address}:80 -r 10.0.0.5:80 -g -w 1 -x 0 -y 0\n`,
});

/** ipvsadm goes on with the lines of the others, and its exit code is that of the last one. */
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
  VIPS.map((one) => waiting(wants(owner(one), [...more, service(one)])));

describe("a batch of several virtual services", () => {
  it("tells one ipvsadm the lines of all, after the other steps", async () => {
    const { host, shell, run } = aHost();
    const all = changes(sysctl("arp_ignore", "1"));
    await run(...all);
    expect(await Promise.all(all.map(errorOf))).toEqual(VIPS.map(() => undefined));
    expect(shell.trips[1]).toEqual([
      ...["journal", "sysctl -q -w net/ipv4/conf/eth1/arp_ignore=1", "ipvsadm -R"],
      ...["look", "unlock"],
    ]);
    expect(Object.keys(host.facts().ipvs)).toEqual(VIPS.map((one) => `tcp ${one}:80`));
  });

  it("tells it one by one when a line is refused, and blames only the one whose line it is", async () => {
    const { host, shell, run } = aHost();
    refuseLinesOf(host, "192.0.2.81");
    const all = changes();
    await run(...all);
    const [first, second, third] = await Promise.all(all.map(errorOf));
    expect([first, third]).toEqual([undefined, undefined]);
    expect(second).toBeInstanceOf(HalfDone);
    expect(second?.message).toMatch(/^cannot add tcp 192.0.2.81:80 .*: Memory allocation problem/);
    // What is there now is what its resource becomes.
    expect(Object.keys((second as HalfDone).seen?.facts.ipvs ?? {})).toEqual([
      "tcp 192.0.2.80:80",
      "tcp 192.0.2.82:80",
    ]);
    expect(shell.trips.slice(1)).toEqual([
      ["journal", "ipvsadm -R", "look"],
      ["look"],
      ["look"],
      ["ipvsadm -R", "look"],
      ["unlock"],
    ]);
  });

  it("carries out the others when one fails before", async () => {
    const { host, run } = aHost();
    host.failures.set(/address add/, "RTNETLINK answers: Operation not permitted");
    const bad = waiting(wants(owner("bad"), [vip(), service("192.0.2.90")]));
    const good = changes();
    await run(bad, ...good);
    expect((await errorOf(bad))?.message).toMatch(/^cannot add the address .*not permitted/);
    expect(await Promise.all(good.map(errorOf))).toEqual(VIPS.map(() => undefined));
    expect(host.facts().ipvs).not.toHaveProperty("tcp 192.0.2.90:80");
  });

  it("says what failed when a table cannot be read any more", async () => {
    const { host, shell, run } = aHost();
    host.failures.set(/^ipvsadm -R/, "Memory allocation problem");
    shell.before = (trip) => {
      if (trip !== 1) return;
      host.modules.add("ip_vs");
      host.table.saved = () => "a line that nobody knows\n";
    };
    const all = changes();
    await run(...all);
    for (const one of all) {
      expect((await errorOf(one))?.message).toMatch(/nobody knows/);
      // Its claims are written down, and its other steps are done.
      expect(await errorOf(one)).toBeInstanceOf(HalfDone);
    }
  });

  it("tells it the lines of all that go, before the other steps", async () => {
    const { host, shell, run } = aHost();
    for (const one of VIPS) claim(host, owner(one), [vip(one), service(one)]);
    const all = VIPS.map((one) => waiting(wants(owner(one), [])));
    await run(...all);
    expect(await Promise.all(all.map(errorOf))).toEqual(VIPS.map(() => undefined));
    expect(shell.trips).toEqual([
      ["look"],
      [
        "ipvsadm -R",
        ...VIPS.map((one) => `ip address delete ${one}/32 dev eth1`),
        ...["journal", "look", "unlock"],
      ],
    ]);
    expect(host.claims()).toEqual({});
    expect(host.facts().ipvs).toEqual({});
  });

  it("keeps all of the one whose line is refused, and blames only that", async () => {
    const { host, run } = aHost();
    for (const one of VIPS) claim(host, owner(one), [vip(one), service(one)]);
    refuseLinesOf(host, "192.0.2.81");
    const all = VIPS.map((one) => waiting(wants(owner(one), [])));
    await run(...all);
    const [first, second, third] = await Promise.all(all.map(errorOf));
    expect([first, third]).toEqual([undefined, undefined]);
    expect(second?.message).toMatch(/^cannot remove tcp 192.0.2.81:80 .*: Memory allocation/);
    expect(Object.keys(host.claims())).toEqual([
      "address 192.0.2.81/32 dev eth1",
      "virtualService tcp 192.0.2.81:80",
    ]);
    expect(Object.keys(host.facts().ipvs)).toEqual(["tcp 192.0.2.81:80"]);
    const deleted = host.changes.filter((one) => one.startsWith("ip address delete"));
    expect(deleted.join()).not.toContain("192.0.2.81");
  });

  it("brings before it takes away", async () => {
    const { host, shell, run } = aHost();
    claim(host, owner(VIPS[0] as string), [vip()]);
    const all = changes();
    await run(...all);
    expect(await Promise.all(all.map(errorOf))).toEqual(VIPS.map(() => undefined));
    expect(shell.trips.slice(1)).toEqual([
      ["journal", "ipvsadm -R"],
      ["ip address delete 192.0.2.80/32 dev eth1", "journal", "look", "unlock"],
    ]);
  });
});
