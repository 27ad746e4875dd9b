import { afterEach, describe, expect, it, vi } from "vitest";
import type { Connection } from "../../provider/host/connection";
import { apply } from "../../provider/host/session";
import { LvsError } from "../../provider/values/errors";
import { owner } from "../support/claims";
import { checkedConnection } from "../support/inputs";
import { WorkingHost } from "../support/workingHost";
import { WorkingShell } from "../support/workingShell";
import { added, type Pool, sessionHost } from "./support/sessionHost";
import { wants } from "./support/waiting";

const pool = vi.hoisted((): Pool => ({ shellFor: vi.fn() }));
vi.mock("../../provider/host/pool", () => pool);

const aHost = () => sessionHost(pool);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("apply", () => {
  it("takes another shell when the one from before is gone after it has gathered", async () => {
    const { connection, add } = aHost();
    const shell = new WorkingShell(new WorkingHost(), connection.host);
    const lost = new WorkingShell(new WorkingHost(), connection.host);
    lost.before = () => Promise.reject(new LvsError("connect", "the connection was lost"));
    pool.shellFor.mockReset().mockResolvedValueOnce(lost).mockResolvedValue(shell);
    await add("192.0.2.81");
    expect(added(shell.trips)).toEqual([0, 1]);
  });

  it("tells everybody of a batch when the host cannot be reached, and tries anew for the next", async () => {
    const { shell, add } = aHost();
    pool.shellFor.mockRejectedValueOnce(new LvsError("connect", "nothing listens there"));
    const both = await Promise.allSettled([add("192.0.2.81"), add("192.0.2.82")]);
    expect(both.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    await add("192.0.2.83");
    expect(added(shell.trips)).toEqual([0, 1]);
  });

  it("looks anew for who comes later: something else may have changed the host before", async () => {
    const { shell, add } = aHost();
    await add("192.0.2.81");
    shell.machine.network.addLink("eth9", { isUp: true, addresses: [] });
    const seen = await add("192.0.2.82");
    expect(seen.facts.links.has("eth9")).toBe(true);
    expect(shell.trips[2]).toEqual(["lock", "look"]);
  });

  it("says what each is at: the first one connects, and others wait for it", async () => {
    const { connection } = aHost();
    const doing = async (name: string) => {
      const report = vi.fn();
      await apply(connection, ["links"], { ...wants(owner(name), []), report });
      return report.mock.calls.flat();
    };
    const { host } = connection;
    expect(await Promise.all([doing("first"), doing("second")])).toEqual([
      [`connecting to ${host}`, `looking at ${host}`],
      [`waiting for ${host}`, `looking at ${host}`],
    ]);
  });

  it("keeps hosts apart that have one address behind different jump hosts", async () => {
    const { connection, shell, add } = aHost();
    const behind = (host: string) => ({ ...connection, proxy: { ...checkedConnection, host } });
    await Promise.all([
      add("192.0.2.81", behind("paris") as Connection),
      add("192.0.2.82", behind("tokyo") as Connection),
    ]);
    const asked = pool.shellFor.mock.calls.map(([one]) => one.proxy?.host);
    expect(new Set(asked)).toEqual(new Set(["paris", "tokyo"]));
    expect(shell.trips).toHaveLength(4);
  });

  it("has one queue for those whom the environment makes one user", async () => {
    const { connection, shell, add } = aHost();
    vi.stubEnv("PULUMI_LVS_USER", "root");
    const both = [add("192.0.2.81"), add("192.0.2.82", { ...connection, user: "admin" })];
    await Promise.all(both);
    expect(added(shell.trips)).toEqual([0, 2]);
  });

  it("keeps users of one host apart", async () => {
    const { connection, shell, add } = aHost();
    await Promise.all([
      add("192.0.2.81"),
      add("192.0.2.82", { ...connection, user: "admin", sudo: true }),
    ]);
    expect(shell.trips).toHaveLength(4);
  });
});
