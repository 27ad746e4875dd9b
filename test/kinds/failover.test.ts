import { describe, expect, it } from "vitest";
import { kinds } from "../../provider/kinds";
import type { FailoverInputs } from "../../provider/kinds/failoverFields";
import type { HostInputs, Kind } from "../../provider/kinds/kind";
import { checked, reasons } from "../support/checked";
import { inputsOf, unknown } from "../support/inputs";
import { WorkingHost } from "../support/workingHost";

const kind = kinds.Failover as Kind<HostInputs>;
const inputs = (more: object = {}) => inputsOf(kind, "Failover", more) as unknown as FailoverInputs;
const partsOn = (host: WorkingHost, more: object = {}) => kind.parts(inputs(more), host.facts());

const six = { vips: ["2001:db8::83"], address: "2001:db8::2", peers: ["2001:db8::3"] };

describe("Failover", () => {
  it("has keepalived's settings with defaults, and a number from its first IPv4 VIP", () => {
    const vips = ["2001:db8::81", "192.0.2.80", "192.0.2.81"];
    expect(checked("Failover", { vips }).inputs).toMatchObject({
      ...{ virtualRouterId: 80, priority: 100, preempt: true, preemptDelaySeconds: 10 },
      ...{ advertIntervalSeconds: 1, syncConnections: true, state: "running" },
    });
    expect(checked("Failover", six).inputs).toHaveProperty("virtualRouterId", 0x83);
    const { inputs: ofZero } = checked("Failover", { vips: ["192.0.2.0"] });
    expect(ofZero).toHaveProperty("virtualRouterId", 255);
  });

  it.each<[string, object, RegExp]>([
    ["no VIP", { vips: [] }, /vips is \[\]: give a list/],
    ["a VIP twice", { vips: ["192.0.2.80", "192.0.2.80"] }, /vips has 192.0.2.80 more than once/],
    ["no peer", { peers: [] }, /peers is \[\]: give the addresses/],
    ["a peer twice", { peers: ["192.0.2.3", "192.0.2.3"] }, /peers has 192.0.2.3 more than once/],
    ["itself as a peer", { peers: ["192.0.2.2"] }, /the director's own address/],
    ["a VIP as a peer", { peers: ["192.0.2.80"] }, /peers has 192.0.2.80, which is a VIP/],
    ["a VIP as its address", { address: "192.0.2.80" }, /address is 192.0.2.80, which is a VIP/],
    ["a name as its address", { address: "director1" }, /address is "director1"/],
    ["an IPv6 address and IPv4 peers", { address: "2001:db8::2" }, /sent over IPv6, as address/],
    ["an IPv6 peer", { peers: ["2001:db8::3"] }, /sent over IPv4, as address says/],
    [
      "41 seconds over IPv6",
      {
        ...{ vips: ["2001:db8::80"], address: "2001:db8::2", peers: ["2001:db8::3"] },
        advertIntervalSeconds: 41,
      },
      /takes up to 40/,
    ],
    [
      "a tracked quorum without preempt",
      { trackQuorum: true, preempt: false },
      /without preempt no director takes the VIPs/,
    ],
    ["a text for multicast", { multicast: "yes" }, /multicast is "yes": give true or false/],
    ["a garp that is none", { garp: 5 }, /garp is 5: give \{ delaySeconds/],
    ["no repetition", { garp: { repeat: 0 } }, /garp.repeat is 0/],
    [
      "a word of keepalived",
      { garp: { masterDelay: 5 } },
      /garp is \{"masterDelay":5\}: give \{ delaySeconds/,
    ],
    ["a loopback address", { address: "127.0.0.1" }, /no other machine reaches/],
    ["the number 256", { virtualRouterId: 256 }, /virtualRouterId is 256: give .* 1 to 255/],
    ["the number 0", { virtualRouterId: 0 }, /virtualRouterId is 0/],
    ["the priority of an owner", { priority: 255 }, /priority is 255: give .* 1 to 254/],
    ["half a second", { advertIntervalSeconds: 0.5 }, /advertIntervalSeconds is 0.5/],
    ["too long a delay", { preemptDelaySeconds: 1001 }, /preemptDelaySeconds is 1001/],
    ["a text for preempt", { preempt: "no" }, /preempt is "no": give true or false/],
  ])("is refused with %s", (_, more, why) => {
    expect(reasons("Failover", more).join("\n")).toMatch(why);
  });

  it("advertises on the interface that has the director's address, and puts each VIP where its network is", () => {
    const host = new WorkingHost({ addresses: ["192.0.2.2/24"] });
    const [, part] = partsOn(host, { vips: ["192.0.2.80", "203.0.113.80"] });
    expect(part).toMatchObject({ type: "failover", id: "vrid 80", shared: false });
    expect(part?.value).toMatch(
      / {4}interface eth1\n.*192.0.2.80\/32 dev eth1.*203.0.113.80\/32 dev eth1/s,
    );
  });

  it("is refused on a host that does not have the address", () => {
    const host = new WorkingHost({ addresses: ["192.0.2.9/24"] });
    expect(() => partsOn(host)).toThrow(/address is 192.0.2.2, but no interface of this host/);
  });

  it("is refused without a VIP of the family of its address, and passes while one is unknown", () => {
    const host = new WorkingHost({ addresses: ["192.0.2.2/24", "2001:db8::2/64"] });
    const { address, peers } = six;
    expect(() => partsOn(host, { vips: six.vips })).toThrow(/none of IPv4, which advertisements/);
    expect(() => partsOn(host, { address, peers })).toThrow(/none of IPv6, which advertisements/);
    expect(partsOn(host, six).at(-1)?.value).toContain("version 3\n");
    expect(reasons("Failover", { vips: [unknown, "2001:db8::80"] })).toEqual([]);
    expect(reasons("Failover", { vips: [unknown] })).toEqual([]);
  });

  it("is refused where the host has a VIP without keepalived, and has it where keepalived has it", () => {
    const host = new WorkingHost({ addresses: ["192.0.2.2/24", "192.0.2.80/32"] });
    expect(() => partsOn(host)).toThrow(/the VIP 192.0.2.80 is on this host already/);
    const parts = partsOn(new WorkingHost({ addresses: ["192.0.2.2/24"] }));
    host.failover.files.set("vrid-80.conf", parts.at(-1)?.value ?? "");
    expect(partsOn(host)).toEqual(parts);
  });

  it("warns where nobody can listen for others with its number", () => {
    const { tools, ...facts } = new WorkingHost().facts();
    const warnings = (names: Iterable<string>) =>
      kind.warnings?.(inputs(), { ...facts, tools: new Set(names) });
    expect(warnings(tools)).toEqual([]);
    const others = [...tools].filter((name) => name !== "perl");
    expect(warnings(others)).toEqual([expect.stringContaining("perl is missing on this host")]);
  });

  it("keeps a VirtualIp from its VIPs", () => {
    const host = new WorkingHost({ addresses: ["192.0.2.2/24"] });
    host.failover.files.set("vrid-80.conf", partsOn(host).at(-1)?.value ?? "");
    const vip = kinds.VirtualIp as Kind<HostInputs>;
    const parts = (address: string) =>
      vip.parts(inputsOf(vip, "VirtualIp", { address }), host.facts());
    expect(() => parts("192.0.2.80")).toThrow(/192.0.2.80 belongs to a Failover on this host/);
    expect(parts("192.0.2.81")).toHaveLength(1);
  });

  it("shows as live what keepalived is told and whether it runs, and not who has the VIPs", () => {
    const host = new WorkingHost({ addresses: ["192.0.2.2/24"] });
    const stateOf = (isClaimed = true) =>
      (kind.live(inputs(), host.facts(), isClaimed) as FailoverInputs | undefined)?.state;
    expect(stateOf(false)).toBeUndefined();
    expect(stateOf()).toBe("absent");
    const text = partsOn(host).at(-1)?.value ?? "";
    host.failover.files.set("vrid-80.conf", text);
    expect(stateOf()).toBe("running");
    const holder = new WorkingHost({ addresses: ["192.0.2.2/24", "192.0.2.80/32"] });
    holder.failover.files.set("vrid-80.conf", text);
    expect(kind.live(inputs(), holder.facts(), true)).toEqual(inputs());
    host.failover.files.set("vrid-80.conf", text.replace("priority 100", "priority 101"));
    expect(stateOf()).toBe("changed");
    const facts = holder.facts();
    const stopped = { ...facts, failover: { ...facts.failover, isRunning: false } };
    expect(kind.live(inputs(), stopped, true)).toHaveProperty("state", "not running");
  });
});
