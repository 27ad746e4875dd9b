import { describe, expect, it } from "vitest";
import { check } from "../provider/check";
import { kinds } from "../provider/kinds";
import type { HostInputs, Kind } from "../provider/kinds/kind";
import {
  checkedConnection,
  connection,
  eachUnknown,
  type KindName,
  least,
  most,
  unknown,
} from "./support/inputs";

function checked(kind: KindName, more: object = {}) {
  return check(kinds[kind] as Kind<HostInputs>, { ...least[kind], ...more });
}

function reasons(kind: KindName, more: object): string[] {
  const { failures } = checked(kind, more);
  expect(failures.every((one) => one.property === "")).toBe(true);
  return failures.map((one) => one.reason);
}

const web1 = { rip: "192.0.2.11", forwardingMethod: "dr" };
const full = { port: 80, weight: 1, upperThreshold: 0, lowerThreshold: 0 };

describe("check", () => {
  it.each(Object.keys(least) as KindName[])("takes %s with nothing that has a default", (kind) => {
    const { inputs, failures } = checked(kind);
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ connection: checkedConnection, owner: least[kind].owner });
  });

  it.each(Object.keys(least) as KindName[])("gives %s the same inputs a second time", (kind) => {
    const { inputs } = checked(kind);
    if (kind === "VirtualService") return;
    expect(check(kinds[kind] as Kind<HostInputs>, inputs)).toEqual({ inputs, failures: [] });
  });

  it("fills the defaults of a virtual service and names its real servers by rip:port", () => {
    const { inputs } = checked("VirtualService", {
      realServers: [web1, { ...web1, rip: "192.0.2.12", weight: 0 }],
    });
    expect(inputs).toMatchObject({ protocol: "tcp", scheduler: "wlc", schedulerFlags: [] });
    expect(inputs.realServers).toEqual({
      "192.0.2.11:80": { ...web1, ...full },
      "192.0.2.12:80": { ...web1, ...full, rip: "192.0.2.12", weight: 0 },
    });
  });

  it("tells no real servers from real servers that are not managed here", () => {
    expect(checked("VirtualService", { realServers: [] }).inputs.realServers).toEqual({});
    expect(checked("VirtualService").inputs).not.toHaveProperty("realServers");
  });

  it("gives the same inputs whatever the order of real servers", () => {
    const other = { ...web1, rip: "192.0.2.12" };
    const one = checked("VirtualService", { realServers: [web1, other] }).inputs;
    expect(checked("VirtualService", { realServers: [other, web1] }).inputs).toEqual(one);
  });

  it("writes addresses in canonical form", () => {
    const { inputs } = checked("VirtualIp", { address: "2001:DB8:0:0::80" });
    expect(inputs.address).toBe("2001:db8::80");
    const service = checked("VirtualService", {
      vip: "2001:db8:0::80",
      realServers: [{ rip: "2001:DB8::5", forwardingMethod: "dr" }],
    });
    expect(service.inputs.vip).toBe("2001:db8::80");
    expect(Object.keys(service.inputs.realServers as object)).toEqual(["[2001:db8::5]:80"]);
  });

  it("keeps the provider, which Pulumi needs later", () => {
    expect(checked("Director", { __provider: "code" }).inputs.__provider).toBe("code");
  });

  it("says that forwarding will be on where NAT needs it", () => {
    const nat = { realServers: [{ ...web1, forwardingMethod: "nat" }] };
    expect(checked("VirtualService", nat).inputs.forwarding).toBe(true);
    expect(checked("VirtualService", { realServers: [web1] }).inputs).not.toHaveProperty(
      "forwarding",
    );
  });

  it("says what a real server's host will be", () => {
    expect(checked("RealServerVip").inputs.state).toEqual({
      ...{ vip: "present", arpIgnore: 1, arpAnnounce: 2 },
    });
    expect(checked("RealServerVip", { forwardingMethod: "tun" }).inputs.state).toEqual({
      ...{ vip: "present", arpIgnore: 1, arpAnnounce: 2, rpFilter: 2, tunnel: "ipip" },
    });
  });
});

describe("check of what cannot be known yet", () => {
  it.each([
    ["VirtualIp", { address: unknown }],
    ["VirtualIp", { connection: { ...connection, host: unknown } }],
    ["VirtualIp", { connection: unknown }],
    ["VirtualService", { vip: unknown }],
    ["VirtualService", { port: unknown }],
    ["VirtualService", { realServers: unknown }],
    ["VirtualService", { realServers: [unknown, web1] }],
    ["VirtualService", { realServers: [{ ...web1, weight: unknown }] }],
    ["VirtualService", { scheduler: "sh", schedulerFlags: [unknown, "sh-port"] }],
    ["RealServerVip", { vip: unknown, rip: unknown }],
    ["RealServer", { service: { protocol: "tcp", vip: unknown, port: 80 } }],
    ["RealServerGateway", { dip: unknown }],
  ] as const)("lets it pass: %s %j", (kind, more) => {
    const { inputs, failures } = checked(kind, more);
    expect(failures).toEqual([]);
    expect(JSON.stringify(inputs)).toContain(unknown);
  });

  it.each(
    (Object.keys(most) as KindName[]).flatMap((kind) =>
      eachUnknown(most[kind]).map(([path, given]) => [kind, path, given] as const),
    ),
  )("does not refuse %s with an unknown %s as if it were missing", (kind, _, given) => {
    expect(reasons(kind, given)).toEqual([]);
  });

  it.each([
    ["VirtualService", { port: 0, persistenceSeconds: unknown }],
    ["VirtualService", { persistenceNetmask: "255.255.255.0", persistenceSeconds: unknown }],
    [
      "VirtualService",
      { realServers: [{ ...web1, lowerThreshold: 5, upperThreshold: unknown, rip: unknown }] },
    ],
    ["RealServer", { lowerThreshold: 5, upperThreshold: unknown }],
    ["RealServer", { lowerThreshold: 5, upperThreshold: unknown, port: unknown }],
    [
      "VirtualService",
      { realServers: [{ ...web1, forwardingMethod: "nat", port: unknown }, web1] },
    ],
  ] as const)("does not take unknown for missing: %s %j", (kind, more) => {
    expect(reasons(kind, more)).toEqual([]);
  });

  it("fills the defaults of a connection that is known in part", () => {
    const connected = (more: object) =>
      checked("VirtualIp", { connection: { ...connection, ...more } }).inputs.connection;
    for (const name of ["hostKey", "sudo", "proxy", "dialErrorLimit"]) {
      expect(connected({ [name]: unknown })).toEqual({ ...checkedConnection, [name]: unknown });
    }
    const { port, user, dialErrorLimit, perDialTimeout } = checkedConnection;
    const proxy = { host: "jump", hostKey: unknown };
    expect(connected({ proxy })).toEqual({
      ...checkedConnection,
      proxy: { ...proxy, port, user, dialErrorLimit, perDialTimeout },
    });
  });

  it("gives a real server the port of its service while something else cannot be known yet", () => {
    expect(checked("RealServer", { weight: unknown }).inputs.port).toBe(80);
    expect(checked("RealServer", { rip: unknown }).inputs.port).toBe(80);
    expect(checked("RealServer", { service: unknown }).inputs.port).toBe(unknown);
  });

  it("writes addresses in canonical form while something else cannot be known yet", () => {
    const vip = "2001:DB8::80";
    const service = checked("VirtualService", { vip, persistenceSeconds: unknown });
    expect(service.inputs.vip).toBe("2001:db8::80");
    const { inputs } = checked("RealServer", {
      ...{ service: { protocol: "tcp", vip, port: unknown }, rip: "2001:DB8::11" },
    });
    expect(inputs).toMatchObject({ service: { vip: "2001:db8::80" }, rip: "2001:db8::11" });
  });

  it("refuses what is known to be wrong in what is known in part", () => {
    const sided = { ...connection, hostKey: unknown, user: "", prot: 22 };
    expect(reasons("Director", { connection: sided })).toEqual([
      "connection.user: user is empty: name a user, such as root",
      expect.stringMatching(/^connection has no field prot: use host, /),
    ]);
    expect(reasons("VirtualService", { realServers: [null, unknown] })).toHaveLength(1);
    expect(reasons("VirtualService", { realServers: { web1: unknown } })).toHaveLength(1);
  });

  it("refuses what is known to be wrong beside it", () => {
    expect(reasons("VirtualService", { vip: unknown, scheduler: "best" })).toHaveLength(1);
    expect(reasons("VirtualIp", { address: unknown, interface: "a b" })).toHaveLength(1);
  });
});

describe("check of what is wrong", () => {
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
    ["VirtualService", { vip: undefined, vips: "192.0.2.80" }],
    ["VirtualService", { port: "80", realServers: [{ ...web1, port: 8080 }] }],
    ["VirtualService", { vip: 7, realServers: [{ ...web1, rip: "2001:db8::11" }] }],
    ["VirtualService", { scheduler: 7, schedulerFlags: ["sh-port"] }],
    ["VirtualService", { schedulre: "sh", schedulerFlags: ["sh-port"] }],
    ["VirtualService", { realServers: [{ ...web1, lowerThreshold: 5, upperTreshold: 10 }] }],
    ["VirtualService", { realServers: [{ ...web1, lowerThreshold: 5, upperThreshold: "10" }] }],
    ["VirtualService", { realServers: [{ forwardingMethod: "dr", ripp: "192.0.2.11" }] }],
    ["RealServer", { lowerThreshold: 5, upperTreshold: 10 }],
    ["RealServer", { port: "8080", weight: 2 }],
    ["RealServerVip", { rip: "192.0.2.300" }],
    ["RealServerVip", { vip: "192.0.2.300", replyGateway: "2001:db8::1" }],
    ["RealServerGateway", { dip: 7 }],
    ["Director", { connection: { hots: "director1" } }],
  ] as const)("says one thing of one mistake: %s %j", (kind, more) => {
    expect(reasons(kind, more)).toHaveLength(1);
  });

  it.each([
    ["RealServerVip", { forwardingMethod: "dsr", replyGateway: "2001:db8::1" }],
    ["RealServerVip", { interfaces: "eth1", replyGateway: "2001:db8::1" }],
    ["RealServerGateway", { connection: { host: 7 }, dip: "10.0.0.11" }],
    ["RealServer", { adopt: "yes", weight: 70000 }],
    ["VirtualService", { colour: "red", port: 0 }],
  ] as const)("runs the rules on what can be read: %s %j", (kind, more) => {
    expect(reasons(kind, more)).toHaveLength(2);
  });

  it("keeps the places of real servers beside one that is not known", () => {
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
