import { describe, expect, it } from "vitest";
import { interfaceSysctl, sysctlsFact } from "../../provider/network/sysctls";
import { answered, factOf } from "../support/captures";

describe("sysctlsFact", () => {
  it.each([
    ["realServerEverything", "lvs4-c000020b"],
    ["newerRealServerEverything", "lvs4-c000020c"],
  ] as const)("reads what LVS needs of every interface: %s", (capture, tunnel) => {
    const sysctls = factOf(capture, "sysctls");
    expect(sysctls.get("net/ipv4/conf/eth1/arp_ignore")).toBe("1");
    expect(sysctls.get("net/ipv4/conf/eth1/arp_announce")).toBe("2");
    expect(sysctls.get("net/ipv4/conf/all/arp_ignore")).toBe("0");
    expect(sysctls.get(interfaceSysctl("ipv4", tunnel, "rp_filter"))).toBe("2");
    expect(sysctls.get("net/ipv6/conf/all/forwarding")).toBe("0");
  });

  it("reads the announcement of IPv6 addresses", () => {
    const name = interfaceSysctl("ipv6", "eth1", "ndisc_notify");
    expect(factOf("directorClean", "sysctls").get(name)).toBe("0");
    expect(factOf("directorCluster", "sysctls").get(name)).toBe("1");
  });

  it("reads an interface whose name has dots and dashes, and a number below zero", () => {
    const line = "/proc/sys/net/ipv4/conf/eth1.100-a/rp_filter:-1\n";
    expect(sysctlsFact.parse([answered(line)])).toEqual(
      new Map([["net/ipv4/conf/eth1.100-a/rp_filter", "-1"]]),
    );
  });

  it.each([
    ["nothing", "", /cannot read \/proc\/sys\/net\/ipv4\/conf/],
    [
      "a line that it does not know",
      "/proc/sys/net/ipv4/conf/eth1/rp_filter:\n",
      /cannot read line 1/,
    ],
  ])("refuses %s", (_, text, says) => {
    expect(() => sysctlsFact.parse([answered(text)])).toThrow(says);
  });
});
