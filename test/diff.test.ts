import { describe, expect, it } from "vitest";
import { check, type Properties } from "../provider/check";
import { diff } from "../provider/diff";
import { kinds } from "../provider/kinds";
import type { HostInputs, Kind } from "../provider/kinds/kind";
import { connection, eachUnknown, type KindName, least, most, unknown } from "./support/inputs";

const elsewhere = { connection: { ...connection, host: "director2" } };

function difference(kind: KindName, more: object, before: object = {}) {
  const all = kinds[kind] as Kind<HostInputs>;
  const inputs = (given: object) => check(all, { ...least[kind], ...given }).inputs;
  return diff(all, inputs(before), inputs({ ...before, ...more }) as Properties);
}

const names = Object.keys(least) as KindName[];

/** Each optional argument as an unknown value, with only the required arguments beside it. */
function optional(kind: KindName): [name: string, more: object][] {
  const ofConnection = Object.keys(most[kind].connection).map((name): [string, object] => [
    `connection.${name}`,
    { connection: { ...connection, [name]: unknown } },
  ]);
  const others = Object.keys(most[kind]).filter((name) => !Object.hasOwn(least[kind], name));
  return [...ofConnection, ...others.map((name): [string, object] => [name, { [name]: unknown }])];
}

describe("diff", () => {
  it.each(Object.keys(least) as KindName[])("finds nothing where nothing changed: %s", (kind) => {
    expect(difference(kind, {})).toEqual({ replaces: [], deleteBeforeReplace: false });
  });

  it.each(Object.keys(least) as KindName[])("replaces on another host: %s", (kind) => {
    expect(difference(kind, elsewhere).replaces).toEqual(["connection"]);
    const port = { connection: { ...connection, port: 2222 } };
    expect(difference(kind, port).replaces).toEqual(["connection"]);
  });

  it.each(names)("takes two spellings of one host for one: %s", (kind) => {
    const spelt = (host: string) => ({ connection: { ...connection, host } });
    expect(difference(kind, spelt("D1.Example"), spelt("d1.example")).replaces).toEqual([]);
  });

  it.each([
    ["Director", { connection: { ...connection, user: "admin", sudo: true } }],
    ["Director", { connection: { ...connection, privateKey: "another key" } }],
    ["VirtualService", { scheduler: "rr", persistenceSeconds: 60 }],
    ["VirtualService", { realServers: [] }],
    ["RealServer", { weight: 0, forwardingMethod: "nat" }],
    ["RealServerVip", { replyGateway: "192.0.2.1" }],
    ["RealServerGateway", { dip: "10.0.0.2" }],
    ["VirtualIp", { adopt: true }],
    ["VirtualIp", { interface: "eth1" }],
    ["RealServerVip", { interface: "eth1" }],
    ["Failover", { vips: ["192.0.2.80", "192.0.2.81"], priority: 7, preempt: false }],
  ] as const)("changes in place: %s %j", (kind, more) => {
    expect(difference(kind, more).replaces).toEqual([]);
  });

  it.each([
    ["VirtualIp", { address: "192.0.2.81" }, ["address"]],
    ["Failover", { vips: ["192.0.2.81"] }, ["virtualRouterId"]],
    ["VirtualService", { protocol: "udp" }, ["protocol"]],
    ["VirtualService", { vip: "192.0.2.81", port: 443 }, ["vip", "port"]],
    ["RealServer", { rip: "192.0.2.12" }, ["rip"]],
    [
      "RealServer",
      { service: { protocol: "tcp", vip: "192.0.2.80", port: 443 } },
      ["service", "port"],
    ],
    ["RealServerVip", { vip: "192.0.2.81" }, ["vip"]],
    ["RealServerVip", { forwardingMethod: "tun" }, ["forwardingMethod"]],
    ["RealServerGateway", { rip: "10.0.0.12" }, ["rip"]],
  ] as const)("replaces: %s %j", (kind, more, replaces) => {
    expect(difference(kind, more).replaces).toEqual(replaces);
  });

  it("sees no change in another spelling of an address", () => {
    const before = { address: "2001:db8::80" };
    expect(difference("VirtualIp", { address: "2001:DB8:0::80" }, before).replaces).toEqual([]);
  });

  it("does not replace for what cannot be known yet", () => {
    expect(difference("VirtualIp", { address: unknown }).replaces).toEqual([]);
    expect(difference("Director", { connection: unknown }).replaces).toEqual([]);
  });

  it.each(
    names.flatMap((kind) =>
      eachUnknown(most[kind]).map(([path, news]) => [kind, path, news] as const),
    ),
  )("announces no replacement of %s while %s cannot be known yet", (kind, _, news) => {
    const nothing = { replaces: [], deleteBeforeReplace: false };
    expect(difference(kind, news, most[kind])).toEqual(nothing);
  });

  it.each(
    names.flatMap((kind) => optional(kind).map(([name, more]) => [kind, name, more] as const)),
  )("announces no replacement of %s for a new %s that cannot be known yet", (kind, _, more) => {
    expect(difference(kind, more)).toEqual({ replaces: [], deleteBeforeReplace: false });
  });

  it("takes an identity that is not there for one that is filled later, while something is unknown", () => {
    const kind = kinds.RealServer as Kind<HostInputs>;
    const { port: _port, ...news } = check(kind, least.RealServer).inputs;
    const olds = { ...news, port: 80 };
    expect(diff(kind, olds, { ...news, weight: unknown }).replaces).toEqual([]);
    expect(diff(kind, olds, news).replaces).toEqual(["port"]);
  });

  it("replaces for what is known to change beside what cannot be known yet", () => {
    const elsewhereUnknown = { connection: { ...elsewhere.connection, hostKey: unknown } };
    expect(difference("VirtualIp", elsewhereUnknown)).toEqual({
      ...{ replaces: ["connection"], deleteBeforeReplace: true },
    });
    const port = { port: 443, scheduler: unknown };
    expect(difference("VirtualService", port).replaces).toEqual(["port"]);
  });

  it("takes a VIP away before it is added elsewhere, so that no two directors answer for it", () => {
    expect(difference("VirtualIp", elsewhere).deleteBeforeReplace).toBe(true);
    expect(difference("VirtualIp", { address: "192.0.2.81" }).deleteBeforeReplace).toBe(false);
    expect(difference("VirtualService", elsewhere).deleteBeforeReplace).toBe(false);
  });
});
