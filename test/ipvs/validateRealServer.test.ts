import { describe, expect, it } from "vitest";
import { problemText } from "../../provider/ipvs/problems";
import {
  type RealServerContext,
  type RealServerInput,
  realServerProblems,
} from "../../provider/ipvs/validateRealServer";

function reasons(one: RealServerInput, service: RealServerContext = {}): string[] {
  const realServers = [{ rip: "10.0.0.5", ...one }];
  return realServerProblems({ vip: "192.0.2.80", port: 80, ...service, realServers }).map(
    problemText,
  );
}

describe("realServerProblems", () => {
  it.each<[string, RealServerInput]>([
    ["the port of the virtual service", { forwardingMethod: "dr" }],
    ["another port with nat", { port: 8080, forwardingMethod: "nat" }],
    ["a weight of 0", { weight: 0 }],
    ["thresholds", { upperThreshold: 2147483647, lowerThreshold: 2147483647 }],
    ["an upper threshold alone", { upperThreshold: 10 }],
    ["a real server of the other family with tun", { rip: "2001:db8::5", forwardingMethod: "tun" }],
    ["a real server on the director", { rip: "127.0.0.1", forwardingMethod: "nat" }],
    ["what is not known yet", { rip: undefined, weight: undefined }],
    ["an upper threshold that is not known yet", { upperThreshold: undefined, lowerThreshold: 5 }],
    ["a lower threshold that is not known yet", { upperThreshold: 4, lowerThreshold: undefined }],
  ])("accepts %s", (_, one) => {
    expect(reasons(one)).toEqual([]);
  });

  it.each<[string, RealServerInput, string]>([
    [
      "another port with dr",
      { port: 8080, forwardingMethod: "dr" },
      'realServers 10.0.0.5:8080: port is 8080, but "dr" cannot change the port: use 80 (the port of the virtual service), or forwardingMethod "nat"',
    ],
    [
      "port 0 with tun",
      { port: 0, forwardingMethod: "tun" },
      'realServers 10.0.0.5:0: port is 0, but "tun" cannot change the port: use 80 (the port of the virtual service), or forwardingMethod "nat"',
    ],
    [
      "a forwarding method",
      { forwardingMethod: "masq" },
      'realServers 10.0.0.5:80: forwardingMethod is "masq": use "nat", "dr" or "tun"',
    ],
    [
      "the other family with nat",
      { rip: "2001:db8::5", forwardingMethod: "nat" },
      'realServers [2001:db8::5]:80: rip is 2001:db8::5, and the VIP is 192.0.2.80: "nat" needs both of one family; use addresses of one family, or forwardingMethod "tun"',
    ],
    [
      "the VIP itself",
      { rip: "192.0.2.80" },
      "realServers 192.0.2.80:80: rip is 192.0.2.80, which is the VIP: give the real server's own address",
    ],
    [
      "a link-local address",
      { rip: "fe80::1", forwardingMethod: "tun" },
      'realServers [fe80::1]:80: rip is "fe80::1", which is valid on one link only: give the address of one machine, such as 192.0.2.80 or 2001:db8::80',
    ],
    [
      "a broadcast address",
      { rip: "255.255.255.255" },
      'realServers 255.255.255.255:80: rip is "255.255.255.255", which is the broadcast address: give the address of one machine, such as 192.0.2.80 or 2001:db8::80',
    ],
    [
      "what is no address",
      { rip: "10.0.0.05" },
      'realServers 0: rip is "10.0.0.05", which is not an IPv4 or IPv6 address: give the address of one machine, such as 192.0.2.80 or 2001:db8::80',
    ],
    [
      "a negative weight",
      { weight: -1 },
      "realServers 10.0.0.5:80: weight is -1: use a whole number from 0 to 65535",
    ],
    [
      "a weight that is no number",
      { weight: Number.NaN },
      "realServers 10.0.0.5:80: weight is NaN: use a whole number from 0 to 65535",
    ],
    [
      "a threshold out of range",
      { upperThreshold: 2147483648 },
      "realServers 10.0.0.5:80: upperThreshold is 2147483648: use a whole number from 0 to 2147483647",
    ],
    [
      "a lower threshold alone",
      { lowerThreshold: 5 },
      "realServers 10.0.0.5:80: lowerThreshold is 5, but there is no upperThreshold: set upperThreshold to 5 or more, or leave lowerThreshold out",
    ],
    [
      "a lower threshold above the upper one",
      { upperThreshold: 4, lowerThreshold: 5 },
      "realServers 10.0.0.5:80: lowerThreshold is 5, but upperThreshold is 4: set upperThreshold to 5 or more, or leave lowerThreshold out",
    ],
  ])("fails on %s", (_, one, reason) => {
    expect(reasons(one)).toEqual([reason]);
  });

  it("fails on a real server that is there twice, however it is spelled", () => {
    const realServers = [
      { rip: "2001:db8::5", port: 80 },
      { rip: "2001:DB8:0::5" },
      { rip: "2001:db8::5", port: 443 },
    ];
    const problems = realServerProblems({ vip: "2001:db8::80", port: 80, realServers });
    expect(problems).toEqual([
      {
        path: "realServers [2001:db8::5]:80",
        reason: "it is there twice: declare each real server once",
      },
    ]);
  });

  it("does not take a port that is not known yet for that of the virtual service", () => {
    const realServers = [{ rip: "10.0.0.5", port: undefined }, { rip: "10.0.0.5" }];
    expect(realServerProblems({ port: 80, realServers })).toEqual([]);
  });
});
