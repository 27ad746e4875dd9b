import { describe, expect, it } from "vitest";
import { hasUnknown } from "../provider/unknowns";
import { checked, reasons } from "./support/checked";
import { connection, unknown } from "./support/inputs";

const web1 = { rip: "192.0.2.11", forwardingMethod: "dr" };

describe("check of wrong arguments", () => {
  it("names every problem at once", () => {
    const problems = reasons("VirtualService", {
      ...{ port: 70000, scheduler: "best", vip: "192.0.2.0.1" },
      realServers: [
        { ...web1, port: 8080 },
        { rip: "nowhere", forwardingMethod: "nat" },
      ],
    });
    const all = problems.join("\n");
    for (const word of [/70000/, /best/, /192\.0\.2\.0\.1/, /nowhere/]) expect(all).toMatch(word);
  });

  it("leaves nothing unknown in their place, which an update would end with in the place of the problem", () => {
    const { inputs, failures } = checked("VirtualService", {
      healthCheck: { type: "tcp", retries: 0 },
    });
    expect(failures).toHaveLength(1);
    expect(hasUnknown(inputs)).toBe(false);
  });

  it("names them too beside a name and a type that are wrong", () => {
    const problems = reasons("VirtualService", {
      ...{ schedular: "wlc", port: "80", scheduler: "wlx", vip: "192.0.2.8O" },
      ...{ persistenceSeconds: 0, schedulerFlags: [7] },
      realServers: [
        "192.0.2.11",
        { rip: "192.0.2.12", weight: 70000, wieght: 1, port: "80", forwardingMethod: "dr" },
        { rip: "192.0.2.13", weight: "2", forwardingMethod: "gateway" },
      ],
    });
    expect(problems.map((one) => one.replace(/[:;] (use|give) .*/, ""))).toEqual([
      "schedular is not an argument here",
      'port is "80"',
      "schedulerFlags.0: a flag is 7",
      'realServers.0: a real server is "192.0.2.11"',
      'realServers.1.port: port is "80"',
      "realServers.1: wieght is not an argument of a real server",
      'realServers.2.weight: weight is "2"',
      'vip is "192.0.2.8O", which is not an IPv4 or IPv6 address',
      'scheduler is "wlx"',
      "persistenceSeconds is 0",
      "realServers 1: weight is 70000",
      'realServers 2: forwardingMethod is "gateway"',
    ]);
  });

  it.each([
    ["VirtualService", { port: 0, persistenceSeconds: "60" }],
    ["VirtualService", { port: 0, persistanceSeconds: 60 }],
    ["VirtualService", { persistenceNetmask: "255.255.255.0", persistenceSecond: 60 }],
    ["VirtualService", { port: "80", realServers: [{ ...web1, port: 8080 }] }],
    ["VirtualService", { vip: 7, realServers: [{ ...web1, rip: "2001:db8::11" }] }],
    ["VirtualService", { scheduler: 7, schedulerFlags: ["sh-port"] }],
    ["VirtualService", { schedulre: "sh", schedulerFlags: ["sh-port"] }],
    ["VirtualService", { realServers: [{ ...web1, lowerThreshold: 5, upperTreshold: 10 }] }],
    ["VirtualService", { realServers: [{ ...web1, lowerThreshold: 5, upperThreshold: "10" }] }],
    ["RealServer", { lowerThreshold: 5, upperTreshold: 10 }],
    ["RealServer", { port: "8080", weight: 2 }],
    ["RealServerVip", { rip: "192.0.2.300" }],
    ["RealServerVip", { vip: "192.0.2.300", replyGateway: "2001:db8::1" }],
    ["RealServerGateway", { dip: 7 }],
  ] as const)("says one thing of one mistake: %s %j", (kind, more) => {
    expect(reasons(kind, more)).toHaveLength(1);
  });

  it.each([
    ["VirtualIp", { address: undefined, adress: "192.0.2.80" }, "address"],
    ["VirtualService", { vip: undefined, vips: "192.0.2.80" }, "vip"],
    ["VirtualService", { realServers: [{ forwardingMethod: "dr", ripp: "192.0.2.11" }] }, "rip"],
    ["Director", { connection: { hots: "director1" } }, "host"],
  ] as const)(
    "says that what has to be given is missing, also beside a wrong name: %s %j",
    (kind, more, missing) => {
      const all = [/ is not an argument | has no field /, `${missing} is missing`];
      expect(reasons(kind, more)).toEqual(
        expect.arrayContaining(all.map((one) => expect.stringMatching(one))),
      );
      expect(reasons(kind, more)).toHaveLength(all.length);
    },
  );

  it("keeps the indexes of real servers beside an unknown one", () => {
    const [problem] = reasons("VirtualService", { realServers: [unknown, { ...web1, rip: "x" }] });
    expect(problem).toMatch(/^realServers 1: rip is "x"/);
  });

  it.each([
    ["VirtualIp", { address: "192.0.2.80/24" }, /192\.0\.2\.80\/24/],
    ["VirtualIp", { address: undefined }, /address is missing/],
    ["VirtualIp", { addres: "192.0.2.80" }, /addres is not an argument here: use .*address/],
    ["VirtualIp", { interface: "an interface" }, /interface/],
    ["VirtualService", { port: "80" }, /port/],
    ["VirtualService", { port: 0 }, /persistence/],
    ["VirtualService", { realServers: [{ ...web1, port: 8080 }] }, /"dr" cannot change the port/],
    ["VirtualService", { realServers: [web1, web1] }, /192\.0\.2\.11:80/],
    ["VirtualService", { realServers: [{ ...web1, weight: -1 }] }, /weight is -1/],
    ["RealServerVip", { forwardingMethod: "nat" }, /"nat" needs no VIP on the real server/],
    ["RealServerVip", { rip: "192.0.2.80" }, /rip is 192\.0\.2\.80, which is the VIP/],
    ["RealServerVip", { vip: "2001:db8::80" }, /"dr" needs both of one family/],
    ["RealServerVip", { replyGateway: "2001:db8::1" }, /is of the other family/],
    ["RealServerGateway", { dip: "10.0.0.11" }, /dip is 10\.0\.0\.11, which is the RIP/],
    ["RealServerGateway", { dip: "2001:db8::1" }, /two addresses of one family/],
    ["Director", { connection: {} }, /host/],
    ["Director", { connection: { ...connection, port: 0 } }, /port is 0/],
  ] as const)("refuses %s %j", (kind, more, says) => {
    const problems = reasons(kind, more);
    expect(problems.join("\n")).toMatch(says);
  });

  it("says no value that may be a secret", () => {
    const secret = "hunter2hunter2";
    const wrong = [
      { connection: { ...connection, password: [secret] } },
      { connection: { ...connection, privateKey: { key: secret } } },
      { connection: { ...connection, sudo: secret } },
      { connection: { ...connection, sudo: { password: `${secret}\n` } } },
      { connection: { ...connection, hostKey: secret, privateKeyPassword: 7 } },
      { connection: secret },
    ];
    for (const more of wrong) {
      const problems = reasons("Director", more);
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.join("\n")).not.toContain(secret);
    }
  });
});
