import { describe, expect, it } from "vitest";
import { linkType, tunnelValue } from "../../provider/network/linkPart";
import { factOf } from "../support/captures";
import { argvOf } from "../support/steps";
import { WorkingHost } from "../support/workingHost";

const everything = factOf("realServerEverything", "links");

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
    expect(argvOf(linkType.set("lvs6-1", value, undefined))).toEqual([
      "ip link add lvs6-1 type ip6tnl mode any allow-localremote local 2001:db8::11 remote any",
      "ip link set lvs6-1 up",
    ]);
  });

  it("only brings up one that is down", () => {
    const value = tunnelValue("ipip", "192.0.2.11");
    expect(argvOf(linkType.set("lvs4-c000020b", value, "ipip local 192.0.2.11 down"))).toEqual([
      "ip link set lvs4-c000020b up",
    ]);
  });

  it("removes what it made", () => {
    const host = new WorkingHost();
    const start = host.facts();
    host.carryOut(linkType.set("lvs4-c000020b", tunnelValue("ipip", "192.0.2.11"), undefined));
    expect(linkType.read(host.facts().links, "lvs4-c000020b")).toBe("ipip local 192.0.2.11 up");
    host.carryOut(linkType.unset("lvs4-c000020b", ""));
    expect(host.facts()).toEqual(start);
  });
});
