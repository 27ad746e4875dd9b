import { expect, type Mock } from "vitest";
import type { Properties } from "../../provider/check";
import type { Connection } from "../../provider/host/connect/connection";
import type { Shell } from "../../provider/host/shell/shell";
import { forgetCreations } from "../../provider/replacements";
import { callInSameRun } from "./call";
import { connection, type KindName, least, urn } from "./inputs";
import { pick, type Random } from "./randomTables";
import { WorkingHost } from "./workingHost";
import { WorkingShell } from "./workingShell";

/** A resource of a program: each version has other arguments. */
export interface Declared {
  readonly kind: KindName;
  readonly name: string;
  readonly versions: readonly object[];
  /** Created after the others and deleted before them. */
  readonly isLast?: true;
}

const nat = (last: number, weight = 1) => ({
  ...{ rip: `10.0.0.${last}`, forwardingMethod: "nat", weight },
});
const tunnel = { rip: "10.0.0.11", forwardingMethod: "tun" };
const gone = { drain: false };

/** One of each sort of part and value, on a host that is director and real server, and is managed by way of eth1. */
export const resources: readonly Declared[] = [
  { kind: "Director", name: "director1", versions: [{}, { persist: false }] },
  {
    ...{ kind: "VirtualIp", name: "vip" },
    versions: [gone, { ...gone, persist: false }],
  },
  {
    ...{ kind: "VirtualIp", name: "vip6" },
    versions: [{ ...gone, address: "2001:db8::80", interface: "eth1" }],
  },
  {
    ...{ kind: "VirtualService", name: "open" },
    versions: [gone, { ...gone, scheduler: "rr" }],
  },
  {
    ...{ kind: "VirtualService", name: "owned" },
    versions: [[nat(5), nat(6)], [nat(6, 3)], []].map((realServers) => ({
      ...{ ...gone, port: 81, scheduler: "sh", realServers },
    })),
  },
  {
    ...{ kind: "VirtualService", name: "checked" },
    versions: [1, 3].map((weight) => ({
      ...{ ...gone, port: 82, realServers: [nat(5, weight)], healthCheck: { type: "tcp" } },
    })),
  },
  {
    ...{ kind: "VirtualService", name: "checked through the VIP" },
    versions: [
      { healthCheck: { type: "tcp", through: "vip" } },
      { healthCheck: { type: "tcp" } },
    ].map((one) => ({
      ...{ ...gone, ...one, port: 85 },
      realServers: [{ rip: "192.0.2.11", forwardingMethod: "dr" }],
    })),
  },
  {
    ...{ kind: "VirtualServices", name: "group" },
    versions: [[83, 84], [84]].map((ports) => ({
      services: ports.map((port) => ({
        ...{ ...gone, vip: "192.0.2.80", port, realServers: [nat(5)] },
      })),
    })),
  },
  {
    ...{ kind: "RealServer", name: "web1", isLast: true },
    versions: [
      { ...gone, ...nat(5) },
      { ...gone, ...nat(5, 4) },
    ],
  },
  {
    ...{ kind: "RealServerVip", name: "tunnel" },
    versions: [tunnel, { ...tunnel, replyGateway: "192.0.2.1" }].map((one) => ({
      ...{ ...one, vip: "192.0.2.90" },
    })),
  },
  { kind: "RealServerGateway", name: "gateway", versions: [{}] },
];

/** Draws some of the resources: a real server needs its virtual service. */
export function chosenFrom(all: readonly Declared[], random: Random): Declared[] {
  return all.filter(({ name }) => ["open", "web1"].includes(name) || random(3) > 0);
}

export const isLast = (declared: Declared) => declared.isLast === true;

/** What Pulumi's state has of a resource. */
export const stateOf = (outs: Properties): Properties => ({ ...outs, __provider: "code" });

/** Checks one of the versions of a resource, drawn. */
export async function checked(
  { kind, name, versions }: Declared,
  random: Random,
): Promise<Properties> {
  const given = { ...least[kind], ...pick(random, versions), owner: urn(kind, name), connection };
  const answer = await callInSameRun(kind, "check", {}, given);
  const { inputs, failures } = answer as { inputs: Properties; failures: unknown[] };
  expect(failures).toEqual([]);
  return stateOf(inputs);
}

/** Does something with many resources at once, with those that the others need before or after them. */
export async function together<One, Result>(
  ones: readonly One[],
  isLater: (one: One) => boolean,
  work: (one: One) => Promise<Result>,
): Promise<Result[]> {
  forgetCreations();
  const first = await Promise.all(ones.filter((one) => !isLater(one)).map(work));
  return [...first, ...(await Promise.all(ones.filter(isLater).map(work)))];
}

/** How the pool of shells of a test is replaced. */
interface ShellPool {
  readonly shellFor: Mock<(connection: Connection) => Promise<Shell>>;
  readonly openNewShell: Mock<(connection: Connection) => Promise<Shell>>;
}

/** A host whose management connection comes in at the interface of the VIPs. */
export function serveMixedHost({ shellFor, openNewShell }: ShellPool): WorkingHost {
  const host = new WorkingHost({ addresses: ["192.0.2.2/24", "10.0.0.11/24"] });
  host.management = "192.0.2.9 40000 192.0.2.2 22";
  shellFor.mockReset().mockResolvedValue(new WorkingShell(host));
  openNewShell.mockReset().mockImplementation(async () => new WorkingShell(host));
  return host;
}
