import { describe, expect, it, vi } from "vitest";
import type { Properties } from "../provider/check";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { callInSameRun } from "./support/call";
import { whole } from "./support/claims";
import {
  checked,
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

const SEEDS = [1, 2];

/** Commands that a host refuses. */
const REFUSED = [
  /^modprobe ip_vs_sh/,
  /^sysctl .*arp_announce/,
  /^sysctl .*forwarding/,
  /^ip link add lvs/,
  /^ip .*rule add/,
  /^ip .*route (add|replace)/,
  /^ip address add 192\.0\.2\.80/,
  /^ip address add 192\.0\.2\.90/,
  /^ip address add 2001:db8::80/,
  /^ipvsadm .*-A -t 192\.0\.2\.80:80/s,
  /^ipvsadm .*-A -t 192\.0\.2\.80:81/s,
  /^ipvsadm .*-A -t 192\.0\.2\.80:84/s,
  /^ipvsadm .*-a -t 192\.0\.2\.80:80/s,
  /^ipvsadm .*-a -t 192\.0\.2\.80:82/s,
  /parts\.new/,
  /journal\.jsonl/,
];

/** A resource of a program, its inputs, and what Pulumi's state has of it. */
interface Managed {
  readonly declared: Declared;
  readonly inputs: Properties;
  readonly state?: { readonly id: string; readonly props: Properties } | undefined;
  readonly error?: Error;
}

async function up({ declared, inputs, state }: Managed): Promise<Managed> {
  const { kind } = declared;
  try {
    const answer = state
      ? await callInSameRun(kind, "update", state.id, state.props, inputs)
      : await callInSameRun(kind, "create", inputs);
    const { id = state?.id, outs } = answer as { id?: string; outs: Properties };
    return { declared, inputs, state: { id: id as string, props: stateOf(outs) } };
  } catch (thrown) {
    const error = thrown as Error & { id?: string; properties?: Properties };
    const { id = state?.id, properties } = error;
    // Pulumi keeps what a partial failure carries; after another failure the state stays as it was.
    const left = properties ? { id: id as string, props: properties } : state;
    return { declared, inputs, state: left, error };
  }
}

async function remove({ declared, state }: Managed): Promise<void> {
  if (state) await callInSameRun(declared.kind, "delete", state.id, state.props);
}

/** What an update leaves that is refused a command. The next ones are not. */
async function failedUpdate(refused: RegExp, random: Random) {
  const host = serveMixedHost(pool);
  const start = whole(host);
  const managed = await Promise.all(
    shuffled(random, resources).map(async (declared) => {
      return { declared, inputs: await checked(declared, random), state: undefined };
    }),
  );
  host.failures.set(refused, "refused");
  const first = await together(managed, ({ declared }) => isLast(declared), up);
  host.failures.clear();
  expect(first.some(({ error }) => error)).toBe(true);
  return { host, start, first };
}

describe("an update of all kinds of resources in which a host refuses a command", () => {
  describe.each(REFUSED)("%s", (refused) => {
    it.each(SEEDS)("is completed by the next one, and destroyed: seed %i", async (seed) => {
      const random = randomFrom(seed);
      const { host, start, first } = await failedUpdate(refused, random);
      const again = await together(first, ({ declared }) => isLast(declared), up);
      expect(again.map(({ error }) => error?.message)).toEqual(again.map(() => undefined));
      await together(again, ({ declared }) => !isLast(declared), remove);
      expect(whole(host)).toEqual(start);
    });

    it.each(SEEDS)("leaves nothing behind when it is destroyed at once: seed %i", async (seed) => {
      const random = randomFrom(seed);
      const { host, start, first } = await failedUpdate(refused, random);
      await together(first, ({ declared }) => !isLast(declared), remove);
      expect(whole(host)).toEqual(start);
    });
  });
});
