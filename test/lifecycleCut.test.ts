import { describe, expect, it, vi } from "vitest";
import type { Properties } from "../provider/check";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import type { Command, Result } from "../provider/values/command";
import { LvsError } from "../provider/values/errors";
import { call } from "./support/call";
import { whole } from "./support/claims";
import { type KindName, least } from "./support/inputs";
import { WorkingHost } from "./support/workingHost";
import { WorkingShell } from "./support/workingShell";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);

/** A host whose connection is lost after so many commands: it has carried them out, and nobody hears of more. */
class CutHost extends WorkingHost {
  commands = 0;
  cutAfter = Number.POSITIVE_INFINITY;

  override run(command: Command): Result {
    if (!this.isQuestion(command)) this.commands += 1;
    if (this.commands > this.cutAfter) throw new LvsError("connect", "the connection was lost");
    return super.run(command);
  }

  /** The connection works again, and is lost after so many commands more. */
  reconnect(cutAfter = Number.POSITIVE_INFINITY): void {
    pool.shellFor.mockReset().mockResolvedValue(new WorkingShell(this));
    this.commands = 0;
    this.cutAfter = cutAfter;
  }
}

/** A resource in Pulumi's state. */
interface InState {
  readonly id: string;
  readonly props: Properties;
}

async function checked(kind: KindName, more: object): Promise<Properties> {
  const answer = await call(kind, "check", {}, { ...least[kind], ...more });
  const { inputs, failures } = answer as { inputs: Properties; failures: unknown[] };
  expect(failures).toEqual([]);
  return { ...inputs, __provider: "code" };
}

/** An `up`: what is in the state afterwards, also when it fails. */
async function up(kind: KindName, news: Properties, old: InState | undefined) {
  try {
    const answer = old
      ? await call(kind, "update", old.id, old.props, news)
      : await call(kind, "create", news);
    const { id = old?.id, outs } = answer as { id?: string; outs: Properties };
    return { state: { id: id as string, props: { ...outs, __provider: "code" } } };
  } catch (error) {
    const { id, properties } = error as { id?: string; properties?: Properties };
    // Pulumi keeps what a partial failure carries; after another one it keeps what it had (cmd/dynamic-provider).
    const state = properties ? { id: id ?? (old?.id as string), props: properties } : old;
    return { state, error: error as Error };
  }
}

const nat = (last: number, weight = 1) => ({
  ...{ rip: `10.0.0.${last}`, forwardingMethod: "nat", weight },
});

/** What is created, what it is updated to, and what has to be there before. */
const STORIES: readonly (readonly [KindName, object, object, (readonly [KindName, object])[]])[] = [
  ["Director", {}, { persist: false }, []],
  ["VirtualIp", {}, { persist: false }, []],
  ["VirtualIp", { address: "2001:db8::80", interface: "eth1" }, { persist: false }, []],
  [
    "VirtualService",
    { realServers: [nat(5), nat(6)], drain: false },
    { scheduler: "wlc", realServers: [nat(6, 3), nat(7)], drain: false },
    [],
  ],
  ["RealServer", nat(5), nat(5, 4), [["VirtualService", {}]]],
  ["RealServerVip", { rip: "10.0.0.11" }, { persist: false }, []],
  [
    "RealServerVip",
    { rip: "10.0.0.11", forwardingMethod: "tun" },
    { replyGateway: "192.0.2.1" },
    [],
  ],
  ["RealServerVip", { rip: "10.0.0.11", replyGateway: "192.0.2.1" }, { persist: false }, []],
  ["RealServerGateway", {}, { persist: false }, []],
];

/** A new host with what a story needs. */
async function begin(before: (typeof STORIES)[number][3]) {
  const host = new CutHost({ addresses: ["192.0.2.2/24", "10.0.0.11/24"] });
  host.reconnect();
  for (const [name, more] of before) await up(name, await checked(name, more), undefined);
  return { host, start: whole(host) };
}

/** Cuts an operation after its first command, its second, and so on, until it comes to its end. */
async function atEachCut(operation: (cutAfter: number) => Promise<{ isCut: boolean }>) {
  let cutAfter = 0;
  while ((await operation(cutAfter)).isCut) cutAfter += 1;
  expect(cutAfter).toBeGreaterThan(0);
}

describe.each(STORIES)("a connection that is lost at any command, %s %j, then %j", (...story) => {
  const [kind, first, changes, before] = story;
  const remove = ({ id, props }: InState) => call(kind, "delete", id, props);

  it("leaves a resource that the next run creates, or a destroy removes", async () => {
    const news = await checked(kind, first);
    const uncut = await begin(before);
    await up(kind, news, undefined);
    const wanted = whole(uncut.host);
    await atEachCut(async (cutAfter) => {
      for (const next of ["up", "destroy"] as const) {
        const { host, start } = await begin(before);
        host.reconnect(cutAfter);
        const { state, error } = await up(kind, news, undefined);
        host.reconnect();
        // What is on the host is in the state: a destroy would not find it otherwise.
        if (!state) expect(whole(host)).toEqual(start);
        const now = next === "up" ? await up(kind, news, state) : { state, error: undefined };
        expect(now.error).toBeUndefined();
        if (next === "up") expect(whole(host)).toEqual(wanted);
        if (now.state) await remove(now.state);
        expect(whole(host)).toEqual(start);
        if (!error) return { isCut: false };
      }
      return { isCut: true };
    });
  });

  it("leaves an update that the next run completes", async () => {
    const [olds, news] = [
      await checked(kind, first),
      await checked(kind, { ...first, ...changes }),
    ];
    const uncut = await begin(before);
    await up(kind, news, (await up(kind, olds, undefined)).state);
    const wanted = whole(uncut.host);
    await atEachCut(async (cutAfter) => {
      const { host, start } = await begin(before);
      const old = (await up(kind, olds, undefined)).state;
      host.reconnect(cutAfter);
      const { state, error } = await up(kind, news, old);
      host.reconnect();
      const again = await up(kind, news, state);
      expect(again.error).toBeUndefined();
      expect(whole(host)).toEqual(wanted);
      await remove(again.state as InState);
      expect(whole(host)).toEqual(start);
      return { isCut: error !== undefined };
    });
  });

  it("leaves a deletion that the next run completes", async () => {
    const news = await checked(kind, first);
    await atEachCut(async (cutAfter) => {
      const { host, start } = await begin(before);
      const state = (await up(kind, news, undefined)).state as InState;
      host.reconnect(cutAfter);
      const error = await remove(state).then(
        () => undefined,
        (one: Error) => one,
      );
      host.reconnect();
      if (error) await remove(state);
      expect(whole(host)).toEqual(start);
      return { isCut: error !== undefined };
    });
  });
});
