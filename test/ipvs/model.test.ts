import { describe, expect, it } from "vitest";
import {
  inCanonicalOrder,
  parseServiceKey,
  parseServiceName,
  realServerKeyText,
  serviceKeyText,
} from "../../provider/ipvs/model";
import { aRealServer, dns, marked, web } from "../support/builders";

describe("serviceKeyText", () => {
  it.each([
    [web, "tcp 192.0.2.80:80"],
    [dns, "udp [2001:db8::80]:53"],
    [marked, "fwmark 5 ipv4"],
    [{ ...marked, family: "ipv6" } as const, "fwmark 5 ipv6"],
    [{ ...web, protocol: "sctp", port: 0 } as const, "sctp 192.0.2.80:0"],
  ])("%o is %s", (key, text) => {
    expect(serviceKeyText(key)).toBe(text);
  });
});

describe("realServerKeyText", () => {
  it("is the address and the port", () => {
    expect(realServerKeyText({ rip: "10.0.0.5", port: 80 })).toBe("10.0.0.5:80");
    expect(realServerKeyText({ rip: "2001:db8::5", port: 0 })).toBe("[2001:db8::5]:0");
  });
});

describe("inCanonicalOrder", () => {
  it("orders by address and then by port, as numbers, IPv4 first", () => {
    const ordered = [
      { rip: "10.0.0.5", port: 80 },
      { rip: "10.0.0.5", port: 443 },
      { rip: "10.0.0.5", port: 8080 },
      { rip: "10.0.0.10", port: 80 },
      { rip: "2001:db8::9", port: 80 },
      { rip: "2001:db8::10", port: 80 },
    ].map((key) => aRealServer(key));
    expect(inCanonicalOrder([...ordered].reverse())).toEqual(ordered);
  });
});

describe("parseServiceName", () => {
  it.each(["fwmark 5 ipv4", "fwmark 1583441485 ipv6", "tcp 192.0.2.80:80"])("reads %s", (text) => {
    const key = parseServiceName(text);
    expect(key && serviceKeyText(key)).toBe(text);
  });

  it.each(["fwmark 5", "fwmark x ipv4", "fwmark 5 ipv5", "vrid 80"])(
    "is nothing for %s",
    (text) => {
      expect(parseServiceName(text)).toBeUndefined();
    },
  );
});

describe("parseServiceKey", () => {
  it.each(["tcp 192.0.2.80:80", "udp [2001:db8::80]:0", "sctp 192.0.2.80:65535"])(
    "reads %s",
    (text) => {
      const key = parseServiceKey(text);
      expect(key && serviceKeyText(key)).toBe(text);
    },
  );

  it.each([
    ...["fwmark 5 ipv4", "tcp 192.0.2.80", "icmp 192.0.2.80:80", "tcp 192.0.2.80:080"],
    ...[
      "tcp 2001:db8::80:80",
      "tcp [2001:DB8::80]:80",
      "tcp 192.0.2.80:80 more",
      "toString 192.0.2.80:80",
    ],
  ])("is nothing for %s", (text) => {
    expect(parseServiceKey(text)).toBeUndefined();
  });
});
