import { describe, expect, it } from "vitest";
import { addressType, linksFact, linkType, tunnelValue } from "../../provider/network/links";
import type { Facts } from "../../provider/values/facts";
import { answered, type CaptureName, factOf, factsOf, fixture } from "../support/captures";
import { WorkingHost } from "../support/workingHost";

const everything = factsOf("realServerEverything");
const argv = (steps: { run: { argv: readonly string[] } }[]) =>
  steps.map(({ run }) => run.argv.join(" "));

describe("linksFact", () => {
  it("reads interfaces, their kinds, their local ends and their addresses", () => {
    expect(everything.links.get("lo")).toEqual({
      ...{ name: "lo", isUp: true, kind: undefined, local: undefined },
      addresses: [
        { address: "127.0.0.1", prefixLength: 8, isDuplicate: false },
        { address: "192.0.2.81", prefixLength: 32, isDuplicate: false },
        { address: "::1", prefixLength: 128, isDuplicate: false },
      ],
    });
    expect(everything.links.get("lvs4-c000020b")).toMatchObject({
      ...{ isUp: true, kind: "ipip", local: "192.0.2.11" },
    });
    expect(everything.links.get("lvss-c000020b")).toMatchObject({ kind: "sit", isUp: true });
    expect(everything.links.get("lvs6-00000001")).toMatchObject({
      ...{ kind: "ip6tnl", isUp: false, local: "2001:db8:0:1::11" },
    });
  });

  it.each<CaptureName>(["directorCluster", "newerDirectorCluster"])(
    "reads the VIPs of both families: %s",
    (capture) => {
      const addresses = factOf(capture, "links").get("eth1")?.addresses ?? [];
      const vips = addresses.filter(({ address }) => address.endsWith("80"));
      expect(vips.map((one) => `${one.address}/${one.prefixLength}`)).toEqual([
        "192.0.2.80/32",
        "2001:db8:0:1::80/128",
      ]);
    },
  );

  it("tells an address that somebody else on the network holds", () => {
    const text = fixture("hosts/duplicate.address.iproute2-6.1.linux-6.1.txt");
    const links = linksFact.parse([answered(text)]);
    expect(links.get("eth1")?.addresses.filter((one) => one.isDuplicate)).toEqual([
      { address: "2001:db8:0:1::80", prefixLength: 128, isDuplicate: true },
    ]);
    const facts = { links } as Facts;
    expect(addressType.read(facts, "2001:db8:0:1::80/128 dev eth1")).toBe("duplicate");
  });

  it.each([
    ["what is not JSON", "1: lo: <LOOPBACK,UP,LOWER_UP>\n", /not JSON \(ip -json needs iproute2/],
    ["what is not a list", "{}", /not a list/],
  ])("refuses %s", (_, text, says) => {
    expect(() => linksFact.parse([answered(text)])).toThrow(says);
  });

  it("says what ip says when it fails", () => {
    const result = { stdout: "", stderr: "sh: 1: ip: not found\n", exitCode: 127 };
    expect(() => linksFact.parse([result])).toThrow("cannot read ip address: sh: 1: ip: not found");
  });
});

describe("linkType", () => {
  it("reads a tunnel as its canonical text", () => {
    const value = tunnelValue("ipip", "192.0.2.11");
    expect(linkType.read(everything, "lvs4-c000020b")).toBe(value);
    expect(linkType.read(everything, "lvs6-00000001")).toBe("ip6tnl local 2001:db8:0:1::11 down");
    expect(linkType.read(everything, "eth1")).toBe("device local undefined up");
    expect(linkType.read(everything, "lvs4-00000000")).toBeUndefined();
  });

  it("makes a tunnel that takes packets from anybody, and brings it up", () => {
    const value = tunnelValue("ip6tnl", "2001:db8::11");
    expect(argv(linkType.set("lvs6-1", value, undefined))).toEqual([
      "ip link add lvs6-1 type ip6tnl mode any allow-localremote local 2001:db8::11 remote any",
      "ip link set lvs6-1 up",
    ]);
  });

  it("only brings up one that is down", () => {
    const value = tunnelValue("ipip", "192.0.2.11");
    expect(argv(linkType.set("lvs4-c000020b", value, "ipip local 192.0.2.11 down"))).toEqual([
      "ip link set lvs4-c000020b up",
    ]);
  });

  it("removes what it made", () => {
    const host = new WorkingHost();
    const start = host.facts();
    host.carryOut(linkType.set("lvs4-c000020b", tunnelValue("ipip", "192.0.2.11"), undefined));
    expect(linkType.read(host.facts(), "lvs4-c000020b")).toBe("ipip local 192.0.2.11 up");
    host.carryOut(linkType.unset("lvs4-c000020b", ""));
    expect(host.facts()).toEqual(start);
  });
});

describe("addressType", () => {
  it("reads an address on its interface, with its prefix", () => {
    expect(addressType.read(everything, "192.0.2.81/32 dev lo")).toBe("present");
    expect(addressType.read(everything, "192.0.2.81/32 dev eth1")).toBeUndefined();
    expect(addressType.read(everything, "192.0.2.11/32 dev eth1")).toBeUndefined();
    expect(addressType.read(everything, "192.0.2.81/32 dev eth7")).toBeUndefined();
  });

  const vip6 = "2001:db8::80/128";

  it("names the places of the only one of a host", () => {
    expect(addressType.read(everything, "192.0.2.81/32")).toBe("dev lo");
    expect(addressType.read(everything, "192.0.2.99/32")).toBeUndefined();
    expect(addressType.read(everything, "192.0.2.11/32")).toBeUndefined();
    const host = new WorkingHost();
    host.network.addInterface("eth0", [vip6]);
    host.network.links.get("eth1")?.addresses.push(vip6);
    expect(addressType.read(host.facts(), vip6)).toBe("dev eth1, dev eth0");
    host.network.duplicates.add(vip6);
    expect(addressType.read(host.facts(), vip6)).toBe("dev eth1 duplicate, dev eth0 duplicate");
  });

  it.each([
    ["192.0.2.80/32", undefined, ["add 192.0.2.80/32 dev eth1"]],
    [
      ...(["192.0.2.80/32", "dev eth0"] as const),
      ["add 192.0.2.80/32 dev eth1", "delete 192.0.2.80/32 dev eth0"],
    ],
    ["192.0.2.80/32", "dev eth0, dev eth1", ["delete 192.0.2.80/32 dev eth0"]],
    [vip6, "dev eth0", [`delete ${vip6} dev eth0`, `add ${vip6} dev eth1 preferred_lft 0`]],
    [
      vip6,
      "dev eth1 duplicate",
      [`delete ${vip6} dev eth1`, `add ${vip6} dev eth1 preferred_lft 0`],
    ],
  ])("brings %s to its place from %s", (id, live, steps) => {
    const lines = steps.map((one) => `ip address ${one}`);
    expect(argv(addressType.set(id, "dev eth1", live))).toEqual(lines);
  });

  it("removes the only one of a host from every place", () => {
    expect(argv(addressType.unset(vip6, "dev eth0, dev eth1 duplicate"))).toEqual([
      `ip address delete ${vip6} dev eth0`,
      `ip address delete ${vip6} dev eth1`,
    ]);
  });

  it("tries again where another machine has it too", () => {
    const id = `${vip6} dev eth1`;
    expect(argv(addressType.set(id, "present", "duplicate"))).toEqual([
      `ip address delete ${id}`,
      `ip address add ${id}`,
    ]);
  });

  it("adds and removes it", () => {
    const id = "2001:db8::80/128 dev lo";
    expect(argv(addressType.set(id, "present", undefined))).toEqual([`ip address add ${id}`]);
    expect(argv(addressType.unset(id, "present"))).toEqual([`ip address delete ${id}`]);
  });
});
