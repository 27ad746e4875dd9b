import { describe, expect, it } from "vitest";
import { problemText } from "../../provider/ipvs/problems";
import { type ServiceInput, serviceProblems } from "../../provider/ipvs/validate";
import { schedulers } from "../../provider/ipvs/vocabulary";

const valid = { protocol: "tcp", vip: "192.0.2.80", port: 80, scheduler: "wlc" } as const;

function reasons(input: ServiceInput): string[] {
  return serviceProblems({ ...valid, ...input }).map(problemText);
}

describe("serviceProblems", () => {
  it.each<[string, ServiceInput]>([
    ["the least that is a service", {}],
    ["nothing that is known yet", { protocol: undefined, vip: undefined, port: undefined }],
    ["every port with persistence", { port: 0, persistenceSeconds: 1 }],
    ["persistence that is not known yet", { port: 0, persistenceSeconds: undefined }],
    [
      "a mask of persistence that is not known yet",
      { persistenceNetmask: "255.255.0.0", persistenceSeconds: undefined },
    ],
    ["31 days of persistence", { persistenceSeconds: 2678400, persistenceNetmask: "255.255.0.0" }],
    [
      "the mask of an IPv6 service",
      { vip: "2001:db8::80", persistenceSeconds: 60, persistenceNetmask: "64" },
    ],
    ["flags by either name", { scheduler: "sh", schedulerFlags: ["flag-1", "sh-port"] }],
  ])("accepts %s", (_, input) => {
    expect(reasons(input)).toEqual([]);
  });

  it.each(Object.keys(schedulers))("accepts the scheduler %s", (scheduler) => {
    expect(reasons({ scheduler })).toEqual([]);
  });

  it.each<[string, ServiceInput, string]>([
    ["a protocol", { protocol: "icmp" }, 'protocol is "icmp": use "tcp", "udp" or "sctp"'],
    [
      "a VIP that is no address",
      { vip: "192.0.2.80\n-C" },
      'vip is "192.0.2.80\\n-C", which is not an IPv4 or IPv6 address: give the address of one machine, such as 192.0.2.80 or 2001:db8::80',
    ],
    [
      "a multicast VIP",
      { vip: "224.0.0.1" },
      'vip is "224.0.0.1", which is a multicast address: give the address of one machine, such as 192.0.2.80 or 2001:db8::80',
    ],
    ["a port", { port: 65536 }, "port is 65536: use a whole number from 0 to 65535"],
    ["half a port", { port: 80.5 }, "port is 80.5: use a whole number from 0 to 65535"],
    [
      "every port without persistence",
      { port: 0 },
      "port is 0, which is every port, and needs persistence: set persistenceSeconds, or give one port",
    ],
    [
      "flags of another scheduler",
      { scheduler: "mh", schedulerFlags: ["sh-port", "mh-port"] },
      'schedulerFlags has "sh-port", which "mh" does not have: use "mh-fallback" or "mh-port"',
    ],
    [
      "persistence of no time",
      { persistenceSeconds: 0 },
      "persistenceSeconds is 0: use a whole number from 1 to 2678400",
    ],
    [
      "a mask without persistence",
      { persistenceNetmask: "255.255.255.0" },
      'persistenceNetmask is "255.255.255.0", but there is no persistence: set persistenceSeconds too, or leave persistenceNetmask out',
    ],
    [
      "a mask of the other family",
      { persistenceSeconds: 60, persistenceNetmask: "64" },
      'persistenceNetmask is "64", but the VIP is 192.0.2.80: use an IPv4 mask whose ones come first, such as "255.255.255.0"',
    ],
    [
      "a mask with holes",
      { persistenceSeconds: 60, persistenceNetmask: "255.0.255.0" },
      'persistenceNetmask is "255.0.255.0", but the VIP is 192.0.2.80: use an IPv4 mask whose ones come first, such as "255.255.255.0"',
    ],
    [
      "an IPv4 mask of an IPv6 service",
      { vip: "2001:db8::80", persistenceSeconds: 60, persistenceNetmask: "255.255.255.0" },
      'persistenceNetmask is "255.255.255.0", but the VIP is 2001:db8::80: use the length of an IPv6 prefix, from "1" to "128"',
    ],
  ])("fails on %s", (_, input, reason) => {
    expect(reasons(input)).toEqual([reason]);
  });

  it("fails on a scheduler with the list of all", () => {
    expect(reasons({ scheduler: "wlcc" })).toEqual([
      'scheduler is "wlcc": use "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos" or "none"',
    ]);
  });

  it("fails on a name that every object has", () => {
    expect(reasons({ scheduler: "constructor" })).toHaveLength(1);
    expect(reasons({ protocol: "toString" })).toHaveLength(1);
  });

  it("reports every problem at once, those of real servers with their place", () => {
    const problems = serviceProblems({
      ...valid,
      port: -1,
      scheduler: "x",
      realServers: [{ rip: "10.0.0.5", port: 80, weight: -1 }],
    });
    expect(problems.map((one) => one.path)).toEqual(["", "", "realServers 10.0.0.5:80"]);
  });
});
