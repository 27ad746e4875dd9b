import { beforeEach, describe, expect, it, vi } from "vitest";
import type { DiffResult } from "../provider/diff";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { call } from "./support/call";
import { whole } from "./support/claims";
import { connection, type KindName, urn } from "./support/inputs";
import { type Created, check, create, read, remove, update } from "./support/resources";
import { WorkingHost } from "./support/workingHost";
import { WorkingShell } from "./support/workingShell";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);

const VIP = "192.0.2.80/32";
const VIP6 = "2001:db8:0:1::80/128";

/** A host with eth1 in a separate network, and eth0 in the network of the VIP. */
let host: WorkingHost;
let start: unknown;
beforeEach(() => {
  host = new WorkingHost({ addresses: ["10.0.0.11/24"] });
  host.network.addInterface("eth0", ["192.0.2.11/24", "2001:db8:0:1::11/64"]);
  start = whole(host);
  pool.shellFor.mockReset().mockResolvedValue(new WorkingShell(host));
});

const refresh = async (kind: KindName, created: Created): Promise<Created> => {
  const { props } = await read(kind, created);
  return { id: created.id, outs: props };
};

/** Changes a resource as Pulumi does: by an update, or by a replacement in the order that diff demands. */
async function change(kind: KindName, old: Created, more: object): Promise<Created> {
  const news = await check(kind, more);
  const { replaces, deleteBeforeReplace } = (await call(
    ...([kind, "diff", old.id, old.outs, news] as const),
  )) as DiffResult;
  if (replaces.length === 0) return update(kind, old, more);
  if (deleteBeforeReplace) await remove(kind, old);
  const created = (await call(kind, "create", news)) as Created;
  if (!deleteBeforeReplace) await remove(kind, old);
  return created;
}

const changesOf = async (work: () => Promise<unknown>) => {
  const done = host.changes.length;
  await work();
  return host.changes.slice(done);
};
const holders = (address = VIP) =>
  [...host.network.links].filter(([, one]) => one.addresses.includes(address)).map(([at]) => at);
const moveByHand = (to: string) => {
  for (const [name, { addresses }] of host.network.links) {
    if (addresses.includes(VIP)) addresses.splice(addresses.indexOf(VIP), 1);
    if (name === to) addresses.push(VIP);
  }
};
const arp = (device: string) =>
  ["ignore", "announce"]
    .map((name) => host.network.sysctls.get(`net/ipv4/conf/${device}/arp_${name}`))
    .join();

describe("a VIP of a real server", () => {
  const rip = { rip: "10.0.0.11" };

  it("is still there when another interface is named", async () => {
    host.network.addInterface("eth2", []);
    start = whole(host);
    let vip = await create("RealServerVip", rip);
    vip = await change("RealServerVip", vip, { ...rip, interface: "eth2" });
    expect(holders()).toEqual(["lo"]);
    expect(arp("eth2")).toBe("1,2");
    vip = await change("RealServerVip", vip, rip);
    expect(holders()).toEqual(["lo"]);
    expect(arp("eth2")).toBe("0,0");
    await remove("RealServerVip", vip);
    expect(whole(host)).toEqual(start);
  });

  it("is still there after a change from dr to tun and back", async () => {
    let vip = await create("RealServerVip", rip);
    vip = await change("RealServerVip", vip, { ...rip, forwardingMethod: "tun" });
    expect(holders()).toEqual(["lvs4-0a00000b"]);
    await change("RealServerVip", vip, rip);
    expect(holders()).toEqual(["lo"]);
  });

  it("is not answered by ARP on the interface of its network", async () => {
    const vip = await create("RealServerVip", rip);
    expect([arp("eth1"), arp("eth0")]).toEqual(["1,2", "1,2"]);
    host.network.sysctls.set("net/ipv4/conf/eth0/arp_ignore", "0");
    const found = await refresh("RealServerVip", vip);
    expect(found.outs.state).toEqual({ vip: "present", arpIgnore: 0, arpAnnounce: 2 });
  });
});

describe("a VIP of a director", () => {
  it("stays up when the interface is named that it is on", async () => {
    const vip = await create("VirtualIp");
    expect(holders()).toEqual(["eth0"]);
    const done = await changesOf(() => change("VirtualIp", vip, { interface: "eth0" }));
    expect(done).toEqual([]);
  });

  it("is on the other interface before it leaves the first, and is announced then", async () => {
    let vip = await create("VirtualIp");
    const done = await changesOf(async () => {
      vip = await change("VirtualIp", vip, { interface: "eth1" });
    });
    expect(done).toEqual([
      `ip address add ${VIP} dev eth1`,
      `ip address delete ${VIP} dev eth0`,
      "arping -q -U -c 1 -I eth1 192.0.2.80",
    ]);
    await remove("VirtualIp", vip);
    expect(whole(host)).toEqual(start);
  });

  it("leaves the first interface before it is on the other for IPv6, or it would find itself", async () => {
    const address = "2001:db8:0:1::80";
    const vip = await create("VirtualIp", { address });
    const done = await changesOf(() => change("VirtualIp", vip, { address, interface: "eth1" }));
    expect(done.filter((one) => one.startsWith("ip "))).toEqual([
      `ip address delete ${VIP6} dev eth0`,
      `ip address add ${VIP6} dev eth1 preferred_lft 0`,
    ]);
    expect(host.network.sysctls.get("net/ipv6/conf/eth0/ndisc_notify")).toBe("0");
  });

  it.each([
    ["named", { interface: "eth0" }],
    ["not named", {}],
  ])("comes back when it was moved by hand, its interface %s", async (_, more) => {
    const vip = await create("VirtualIp", more);
    moveByHand("eth1");
    const found = await refresh("VirtualIp", vip);
    expect(found.outs).toMatchObject({ interface: "eth1" });
    const repaired = await change("VirtualIp", found, more);
    expect(holders()).toEqual(["eth0"]);
    expect(await refresh("VirtualIp", repaired)).toEqual(vip);
  });

  it("is taken away by destroy from where it was moved by hand", async () => {
    const vip = await create("VirtualIp");
    moveByHand("eth1");
    await remove("VirtualIp", vip);
    expect(whole(host)).toEqual(start);
  });

  it("is a conflict when somebody else has the VIP, and is restored there after adopt", async () => {
    host.network.links.get("eth1")?.addresses.push(VIP);
    start = whole(host);
    const named = { interface: "eth0" };
    await expect(create("VirtualIp", named)).rejects.toThrow(
      /address 192\.0\.2\.80\/32 is there already, and unlike .*\n +there: +dev eth1\n +declared: dev eth0\n/,
    );
    const vip = await create("VirtualIp", { ...named, adopt: true });
    expect(holders()).toEqual(["eth0"]);
    await remove("VirtualIp", vip);
    expect(whole(host)).toEqual(start);
  });

  it.each([
    ["for ever", ""],
    ["for a time", "valid_lft 7200 preferred_lft 3600"],
    ["and is not preferred", "preferred_lft 0"],
  ])("gets its lifetimes back as an adopted IPv6 VIP that was valid %s", async (_, words) => {
    host.network.links.get("eth1")?.addresses.push(VIP6);
    host.network.lifetimes.set(`${VIP6} eth1`, words);
    start = whole(host);
    const at = (device: string) => ({
      address: "2001:db8:0:1::80",
      interface: device,
      adopt: true,
    });
    let vip = await create("VirtualIp", at("eth0"));
    await remove("VirtualIp", vip);
    expect(whole(host)).toEqual(start);
    vip = await create("VirtualIp", at("eth1"));
    await remove("VirtualIp", vip);
    expect(whole(host)).toEqual(start);
    vip = await create("VirtualIp", at("eth0"));
    vip = await change("VirtualIp", vip, at("eth1"));
    expect(await refresh("VirtualIp", vip)).toEqual(vip);
    await remove("VirtualIp", vip);
    expect(whole(host)).toEqual(start);
  });

  it("shows that another machine has it too, is tried again, and is taken away by destroy", async () => {
    const more = { address: "2001:db8:0:1::80" };
    let vip = await create("VirtualIp", more);
    host.network.duplicates.add(VIP6);
    const found = await refresh("VirtualIp", vip);
    expect(found.outs.interface).toBe("eth0 (another machine has this address too)");
    const done = await changesOf(async () => {
      vip = await change("VirtualIp", found, more);
    });
    const place = `${VIP6} dev eth0`;
    const steps = [`ip address delete ${place}`, `ip address add ${place} preferred_lft 0`];
    expect(done).toEqual(steps);
    expect(await refresh("VirtualIp", vip)).toEqual(vip);
    host.network.duplicates.add(VIP6);
    await remove("VirtualIp", vip);
    expect(whole(host)).toEqual(start);
  });
});

describe("one machine by two names", () => {
  const named = (name: string, at: string) => ({
    ...{ owner: urn("VirtualIp", name), connection: { ...connection, host: at } },
  });

  it("keeps its VIP when one of two resources that declare it is refused, and then deleted", async () => {
    const vip = await create("VirtualIp", named("vip", "director1"));
    await expect(create("VirtualIp", named("other", "192.0.2.11"))).rejects.toThrow(
      /belongs to urn:pulumi:dev::.*::vip already, which calls this host director1; here it is 192\.0\.2\.11/,
    );
    expect(holders()).toEqual(["eth0"]);
    await remove("VirtualIp", vip);
    expect(whole(host)).toEqual(start);
  });

  it("is taken for a host that was renamed by the same resource", async () => {
    const service = await create("VirtualService", named("http", "director1"));
    const renamed = await change("VirtualService", service, named("http", "192.0.2.11"));
    expect(host.table.saved()).toBe("-A -t 192.0.2.80:80 -s wlc\n");
    await remove("VirtualService", renamed);
    expect(whole(host)).toEqual(start);
  });
});
