import { describe, expect, it, vi } from "vitest";
import type { Properties } from "../provider/check";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { forgetCreations } from "../provider/replacements";
import { callInSameRun } from "./support/call";
import { whole } from "./support/claims";
import { connection, type KindName, least, urn } from "./support/inputs";
import { pick, type Random, randomFrom, shuffled } from "./support/randomTables";
import { WorkingHost } from "./support/workingHost";
import { WorkingShell } from "./support/workingShell";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  openNewShell: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

/** A resource of a program: each version has other arguments. */
interface Declared {
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
const resources: readonly Declared[] = [
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

/** A real server, and the virtual service that it needs. */
const ALWAYS = ["open", "web1"];

interface Created {
  readonly declared: Declared;
  readonly id: string;
  readonly outs: Properties;
}

async function checked({ kind, name, versions }: Declared, random: Random): Promise<Properties> {
  const given = { ...least[kind], ...pick(random, versions), owner: urn(kind, name), connection };
  const answer = await callInSameRun(kind, "check", {}, given);
  const { inputs, failures } = answer as { inputs: Properties; failures: unknown[] };
  expect(failures).toEqual([]);
  return { ...inputs, __provider: "code" };
}

/** Does something with many resources at once, with those that the others need before or after them. */
async function together<One, Result>(
  ones: readonly One[],
  isLater: (one: One) => boolean,
  work: (one: One) => Promise<Result>,
): Promise<Result[]> {
  forgetCreations();
  const first = await Promise.all(ones.filter((one) => !isLater(one)).map(work));
  return [...first, ...(await Promise.all(ones.filter(isLater).map(work)))];
}

/** A host whose management connection comes in at the interface of the VIPs. */
function serve(): WorkingHost {
  const host = new WorkingHost({ addresses: ["192.0.2.2/24", "10.0.0.11/24"] });
  host.management = "192.0.2.9 40000 192.0.2.2 22";
  pool.shellFor.mockReset().mockResolvedValue(new WorkingShell(host));
  pool.openNewShell.mockReset().mockImplementation(async () => new WorkingShell(host));
  return host;
}

const stateOf = (outs: Properties): Properties => ({ ...outs, __provider: "code" });

async function create(declared: Declared, random: Random): Promise<Created> {
  const inputs = await checked(declared, random);
  const answer = await callInSameRun(declared.kind, "create", inputs);
  return { declared, ...(answer as { id: string; outs: Properties }) };
}

async function update({ declared, id, outs }: Created, random: Random): Promise<Created> {
  const news = await checked(declared, random);
  const answer = await callInSameRun(declared.kind, "update", id, stateOf(outs), news);
  return { declared, id, outs: (answer as { outs: Properties }).outs };
}

async function expectNoDrift({ declared, id, outs }: Created): Promise<void> {
  const answer = await callInSameRun(declared.kind, "read", id, stateOf(outs));
  const { props } = answer as { props: Properties };
  expect(stateOf(props), declared.name).toEqual(stateOf(outs));
}

const remove = ({ declared, id, outs }: Created) =>
  callInSameRun(declared.kind, "delete", id, stateOf(outs));

describe("resources of all kinds in one update", () => {
  it.each(SEEDS)("are made, changed and taken away together: seed %i", async (seed) => {
    const random = randomFrom(seed);
    const host = serve();
    const start = whole(host);
    const chosen = resources.filter(({ name }) => ALWAYS.includes(name) || random(3) > 0);
    const isLast = ({ declared }: Created) => declared.isLast === true;

    const created = await together(
      shuffled(random, chosen),
      (one) => one.isLast === true,
      (one) => create(one, random),
    );
    const updated = await together(shuffled(random, created), isLast, (one) => update(one, random));
    for (const one of updated) await expectNoDrift(one);
    await together(shuffled(random, updated), (one) => !isLast(one), remove);
    expect(whole(host)).toEqual(start);
    // The way back of what comes and of what goes has been planned.
    expect(host.commit.started).toBeGreaterThanOrEqual(2);
  });
});
