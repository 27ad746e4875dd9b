import { describe, expect, it } from "vitest";
import { check } from "../provider/check";
import { kinds } from "../provider/kinds";
import type { HostInputs, Kind } from "../provider/kinds/kind";
import { checked, reasons } from "./support/checked";
import {
  checkedConnection,
  connection,
  eachUnknown,
  type KindName,
  least,
  most,
  unknown,
} from "./support/inputs";

const web1 = { rip: "192.0.2.11", forwardingMethod: "dr" };
const full = { port: 80, weight: 1, upperThreshold: 0, lowerThreshold: 0 };

describe("check", () => {
  it.each(Object.keys(least) as KindName[])("takes %s with nothing that has a default", (kind) => {
    const { inputs, failures } = checked(kind);
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ connection: checkedConnection, owner: least[kind].owner });
  });

  const declarations = (Object.keys(least) as KindName[]).flatMap((kind) => [
    { kind, what: "least", given: least[kind] },
    { kind, what: "most", given: most[kind] },
    ...[least[kind], most[kind]].flatMap((whole) =>
      eachUnknown(whole).map(([path, given]) => ({ kind, what: `${path} unknown`, given })),
    ),
  ]);

  it.each(declarations)("gives $kind the same inputs a second time: $what", ({ kind, given }) => {
    const { inputs, failures } = checked(kind, given);
    expect(failures).toEqual([]);
    expect(check(kinds[kind] as Kind<HostInputs>, inputs)).toEqual({ inputs, failures: [] });
  });

  it("takes what read found for fields that are no arguments, and answers what the host will be", () => {
    const { inputs } = checked("Director");
    const found = { ...inputs, ipvs: "not loaded" };
    expect(check(kinds.Director as Kind<HostInputs>, found)).toEqual({ inputs, failures: [] });
  });

  it.each([{ "192.0.2.11:80": web1 }, { web1: { ...web1, port: 80 } }, { web1: null }])(
    "refuses real servers by name that check has not answered: %j",
    (realServers) => {
      expect(reasons("VirtualService", { realServers })).toEqual([
        expect.stringContaining("give a list"),
      ]);
    },
  );

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
    ["Failover", { vips: unknown }],
    ["Failover", { vips: [unknown, "192.0.2.80"] }],
    ["Failover", { address: unknown, peers: [unknown] }],
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
