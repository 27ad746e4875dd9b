import { describe, expect, it } from "vitest";
import {
  addressOrder,
  compareTexts,
  endpoint,
  familyOf,
  fullNetmask,
  isBroadcast,
  isContiguousNetmask,
  isFullNetmask,
  isLinkLocal,
  isMulticast,
  isUnspecified,
  networkHolds,
  parseAddress,
  parseEndpoint,
  parseNetmask,
  parseNetwork,
} from "../../provider/values/address";

describe("parseAddress", () => {
  it.each([
    ["192.0.2.80", "192.0.2.80"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["2001:DB8::0080", "2001:db8::80"],
    ["2001:db8:0:0:0:0:0:80", "2001:db8::80"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["::", "::"],
    ["::1", "::1"],
    ["fe80::", "fe80::"],
    ["::192.0.2.1", "::c000:201"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ])("reads %s as %s", (text, address) => {
    const family = address.includes(":") ? "ipv6" : "ipv4";
    expect(parseAddress(text)).toEqual({ address, family });
    expect(parseAddress(address)).toEqual({ address, family });
  });

  it.each([
    ["nothing", ""],
    ["a name", "web1"],
    ["a leading zero", "192.0.2.080"],
    ["hex", "0xc0.0.2.80"],
    ["a shortened address", "192.0.2"],
    ["one number", "3221225985"],
    ["an octet above 255", "192.0.2.256"],
    ["five octets", "192.0.2.80.1"],
    ["a zone id", "fe80::1%eth0"],
    ["brackets", "[2001:db8::1]"],
    ["an IPv4-mapped address", "::ffff:192.0.2.1"],
    ["an IPv4-mapped address in hex", "::ffff:c000:201"],
    ["a group of five digits", "2001:0db80::1"],
    ["nine groups", "1:2:3:4:5:6:7:8:9"],
    ["two gaps", "2001::db8::1"],
    ["three colons", "2001:::1"],
    ["an octal tail", "::192.0.02.1"],
    ["a prefix length", "192.0.2.80/32"],
    ["a port", "192.0.2.80:80"],
    ["white space", " 192.0.2.80"],
    ["a second line", "192.0.2.80\n-C"],
  ])("refuses %s", (_, text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe("familyOf", () => {
  it("tells the family of a canonical address", () => {
    expect([familyOf("192.0.2.1"), familyOf("::1")]).toEqual(["ipv4", "ipv6"]);
  });
});

describe("addressOrder", () => {
  it("orders by number, IPv4 first", () => {
    const ordered = ["0.0.0.0", "9.0.0.1", "10.0.0.2", "10.0.0.10", "10.0.1.1", "203.0.113.1"];
    ordered.push("255.255.255.255");
    ordered.push("::1", "2001:db8::9", "2001:db8::10");
    const orders = ordered.map(addressOrder);
    expect([...orders].reverse().sort(compareTexts)).toEqual(orders);
  });

  it("has the same length for every address of a family", () => {
    expect(addressOrder("1.2.3.4")).toHaveLength(addressOrder("203.0.113.255").length);
    expect(addressOrder("::1")).toHaveLength(addressOrder("2001:db8::1").length);
  });
});

describe("compareTexts", () => {
  it("orders by code unit", () => {
    expect(["b", "B", "a"].sort(compareTexts)).toEqual(["B", "a", "b"]);
  });
});

describe("parseNetwork", () => {
  it.each([
    ["192.0.2.0/24", { address: "192.0.2.0", family: "ipv4", prefixLength: 24 }],
    ["0.0.0.0/0", { address: "0.0.0.0", family: "ipv4", prefixLength: 0 }],
    ["192.0.2.80/32", { address: "192.0.2.80", family: "ipv4", prefixLength: 32 }],
    ["2001:DB8::/32", { address: "2001:db8::", family: "ipv6", prefixLength: 32 }],
  ])("reads %s", (text, network) => {
    expect(parseNetwork(text)).toEqual(network);
  });

  it.each(["192.0.2.1/24", "192.0.2.0", "192.0.2.0/33", "192.0.2.0/024", "2001:db8::/129", "/24"])(
    "refuses %s",
    (text) => {
      expect(parseNetwork(text)).toBeUndefined();
    },
  );
});

describe("networkHolds", () => {
  it.each([
    ["192.0.2.0/24", "192.0.2.255", true],
    ["192.0.2.0/24", "192.0.3.0", false],
    ["0.0.0.0/0", "203.0.113.1", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["2001:db8::/32", "2001:db8:ffff::1", true],
    ["2001:db8::/32", "2001:db9::1", false],
  ])("%s and %s: %s", (text, address, holds) => {
    const network = parseNetwork(text);
    expect(network && networkHolds(network, address)).toBe(holds);
  });
});

describe("parseNetmask", () => {
  it.each([
    ["255.255.255.0", "ipv4", "255.255.255.0"],
    [fullNetmask.ipv4, "ipv4", "255.255.255.255"],
    ["0.0.0.0", "ipv4", "0.0.0.0"],
    ["24", "ipv4", undefined],
    ["64", "ipv6", "64"],
    [fullNetmask.ipv6, "ipv6", "128"],
    ["0", "ipv6", undefined],
    ["129", "ipv6", undefined],
    ["064", "ipv6", undefined],
    ["255.255.255.0", "ipv6", undefined],
  ] as const)("reads %s of %s as %s", (text, family, netmask) => {
    expect(parseNetmask(text, family)).toBe(netmask);
  });
});

describe("isFullNetmask", () => {
  it("holds for the mask of one client", () => {
    expect(["255.255.255.255", "128", "255.255.255.0", "64"].map(isFullNetmask)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("isContiguousNetmask", () => {
  it.each([
    ["255.255.255.0", true],
    ["0.0.0.0", true],
    ["255.0.255.0", false],
    ["64", true],
  ])("%s: %s", (netmask, contiguous) => {
    expect(isContiguousNetmask(netmask)).toBe(contiguous);
  });
});

describe.each([
  ["isMulticast", isMulticast, ["224.0.0.1", "ff02::1"]],
  ["isBroadcast", isBroadcast, ["255.255.255.255"]],
  ["isLinkLocal", isLinkLocal, ["169.254.0.1", "fe80::1"]],
  ["isUnspecified", isUnspecified, ["0.0.0.0", "::"]],
] as const)("%s", (_, claim, members) => {
  it("is true only in its ranges", () => {
    expect(members.map(claim)).toEqual(members.map(() => true));
    expect(["192.0.2.1", "10.0.0.1", "2001:db8::1"].map(claim)).toEqual([false, false, false]);
  });
});

describe("endpoint and parseEndpoint", () => {
  it.each([
    ["192.0.2.80", 80, "192.0.2.80:80"],
    ["192.0.2.80", 0, "192.0.2.80:0"],
    ["2001:db8::1", 65535, "[2001:db8::1]:65535"],
  ])("write and read %s and %i as %s", (address, port, text) => {
    expect(endpoint(address, port)).toBe(text);
    expect(parseEndpoint(text)).toEqual({ address, family: familyOf(address), port });
  });

  it.each([
    "192.0.2.80",
    "192.0.2.80:",
    "192.0.2.80:65536",
    "192.0.2.80:080",
    "[192.0.2.80]:80",
    "2001:db8::1:80",
    "[2001:db8::1]",
    "[2001:db8::1]:80 ",
  ])("refuses %s", (text) => {
    expect(parseEndpoint(text)).toBeUndefined();
  });
});
