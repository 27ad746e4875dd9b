import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DynamicProvider, type Values } from "./support/dynamicProvider";
import { releasedEngine } from "./support/package";

const GONE = "director-that-is-gone";
const connection = { host: GONE, privateKey: "a key" };
const owner = "urn:pulumi:dev::test::pulumi-nodejs:dynamic/lvs:Director::director1";
const realServer = { rip: "192.0.2.11", forwardingMethod: "dr" };
const service = { protocol: "tcp", vip: "192.0.2.80", port: 80 };

/** For each kind: arguments, a change that replaces the resource, and a change in place. */
const CASES: readonly {
  kind: string;
  args: Values;
  replacing: Values;
  editing?: Values;
}[] = [
  { kind: "Director", args: {}, replacing: { connection: { ...connection, host: "another" } } },
  {
    kind: "VirtualIp",
    args: { address: "192.0.2.80" },
    replacing: { address: "192.0.2.81" },
  },
  {
    kind: "VirtualService",
    args: { ...service, realServers: [realServer] },
    replacing: { port: 81, realServers: [] },
    editing: { scheduler: "sh" },
  },
  {
    kind: "RealServer",
    args: { service, ...realServer },
    replacing: { rip: "192.0.2.12" },
    editing: { weight: 0 },
  },
  {
    kind: "RealServerVip",
    args: { vip: "192.0.2.80", ...realServer },
    replacing: { vip: "192.0.2.81" },
  },
  {
    kind: "RealServerGateway",
    args: { rip: "10.0.0.11", dip: "10.0.0.1" },
    replacing: { rip: "10.0.0.12" },
  },
];

describe.each(["0.1.0"])("a state that pulumi-lvs %s wrote", (version) => {
  let process: DynamicProvider;

  beforeAll(async () => {
    process = await DynamicProvider.start({ PULUMI_LVS_FORGET: GONE });
  });
  afterAll(async () => process?.stop());

  const inputs = async (kind: string, args: Values) => {
    const __provider = releasedEngine(version, kind);
    const checked = await process.check({ connection, owner, ...args, __provider });
    expect(checked.failures).toEqual([]);
    expect(checked.inputs.__provider).toBe(__provider);
    return checked.inputs;
  };

  it.each(CASES)("is checked and compared by this version: $kind", async ({ kind, ...one }) => {
    const before = await inputs(kind, one.args);
    expect(await process.diff(before, before)).toEqual([]);
    const replaced = await inputs(kind, { ...one.args, ...one.replacing });
    expect(await process.diff(before, replaced)).not.toEqual([]);
    if (one.editing === undefined) return;
    const edited = await inputs(kind, { ...one.args, ...one.editing });
    expect(await process.diff(before, edited)).toEqual([]);
  });

  it.each(CASES)("reports what is wrong without a value: $kind", async ({ kind, args }) => {
    const __provider = releasedEngine(version, kind);
    const wrong = { connection: { ...connection, port: 70_000 }, owner, ...args, __provider };
    const { failures } = await process.check({ ...wrong, unheard: 1 });
    expect(failures).toHaveLength(2);
    expect(failures.join("\n")).not.toContain(connection.privateKey);
  });

  it.each(CASES)("is destroyed by this version: $kind", async ({ kind, args }) => {
    await expect(process.delete(await inputs(kind, args))).resolves.toBeUndefined();
  });

  it("reaches for its host when nobody forgot it", async () => {
    const unreachable = { ...connection, host: "127.0.0.1", port: 1, dialErrorLimit: 1 };
    const there = await inputs("Director", {
      connection: { ...unreachable, hostKey: "accept-any" },
    });
    await expect(process.delete(there)).rejects.toThrow(/PULUMI_LVS_FORGET=127\.0\.0\.1/);
    await expect(process.create(there)).rejects.toThrow(/127\.0\.0\.1/);
  });
});
