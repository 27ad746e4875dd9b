import { describe, expect, it } from "vitest";
import { addressType } from "../../provider/network/addressPart";
import { factOf } from "../support/captures";
import { argvOf } from "../support/steps";
import { WorkingHost } from "../support/workingHost";

const everything = factOf("realServerEverything", "links");

describe("addressType", () => {
  it("reads an address with its interface and prefix", () => {
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
    expect(addressType.read(host.facts().links, vip6)).toBe("dev eth1, dev eth0");
    host.network.duplicates.add(vip6);
    expect(addressType.read(host.facts().links, vip6)).toBe(
      "dev eth1 duplicate, dev eth0 duplicate",
    );
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
    expect(argvOf(addressType.set(id, "dev eth1", live))).toEqual(lines);
  });

  it("keeps the lifetimes of what somebody has added, and gives them back", () => {
    const host = new WorkingHost();
    const part = { type: "address", id: vip6, value: "dev eth1", shared: false } as const;
    host.network.addInterface("eth0", [vip6, "192.0.2.80/32"]);
    const kept = (id = vip6) =>
      addressType.valueToRestore?.({ ...part, id }, "dev eth0", host.facts().links);
    expect(kept()).toBe("dev eth0 valid_lft forever preferred_lft forever");
    expect(kept("192.0.2.80/32")).toBe("dev eth0");
    host.network.lifetimes.set(`${vip6} eth0`, "valid_lft 7200 preferred_lft 3600");
    const before = kept() ?? "";
    expect(before).toBe("dev eth0 valid_lft 7200 preferred_lft 3600");
    expect(addressType.matches?.(before, "dev eth0")).toBe(true);
    expect(addressType.matches?.(before, "dev eth1")).toBe(false);
    const place = `${vip6} dev eth0 valid_lft 7200 preferred_lft 3600`;
    expect(argvOf(addressType.set(vip6, before, "dev eth1"))).toEqual([
      `ip address delete ${vip6} dev eth1`,
      `ip address add ${place}`,
    ]);
    expect(argvOf(addressType.set(vip6, before, "dev eth0"))).toEqual([
      `ip address change ${place}`,
    ]);
  });

  it("removes the only one of a host from every place", () => {
    expect(argvOf(addressType.unset(vip6, "dev eth0, dev eth1 duplicate"))).toEqual([
      `ip address delete ${vip6} dev eth0`,
      `ip address delete ${vip6} dev eth1`,
    ]);
  });

  it("tries again where another machine has it too", () => {
    const id = `${vip6} dev eth1`;
    expect(argvOf(addressType.set(id, "present", "duplicate"))).toEqual([
      `ip address delete ${id}`,
      `ip address add ${id}`,
    ]);
  });

  it("adds and removes it", () => {
    const id = "2001:db8::80/128 dev lo";
    expect(argvOf(addressType.set(id, "present", undefined))).toEqual([`ip address add ${id}`]);
    expect(argvOf(addressType.unset(id, "present"))).toEqual([`ip address delete ${id}`]);
  });
});
