import { describe, expect, it, vi } from "vitest";
import type { Properties } from "../provider/check";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { callInSameRun } from "./support/call";
import { whole } from "./support/claims";
import {
  checked,
  chosenFrom,
  type Declared,
  isLast,
  resources,
  serveMixedHost,
  stateOf,
  together,
} from "./support/mixedResources";
import { type Random, randomFrom, shuffled } from "./support/randomTables";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  openNewShell: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

interface Created {
  readonly declared: Declared;
  readonly id: string;
  readonly outs: Properties;
}

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
    const host = serveMixedHost(pool);
    const start = whole(host);
    const chosen = shuffled(random, chosenFrom(resources, random));
    const created = await together(chosen, isLast, (one) => create(one, random));
    const isLater = ({ declared }: Created) => isLast(declared);
    const updated = await together(created, isLater, (one) => update(one, random));
    for (const one of updated) await expectNoDrift(one);
    await together(shuffled(random, updated), (one) => !isLater(one), remove);
    expect(whole(host)).toEqual(start);
    // The way back of what comes and of what goes has been planned.
    expect(host.commit.started).toBeGreaterThanOrEqual(2);
  });
});
