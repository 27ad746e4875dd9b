import { afterEach, describe, expect, it, vi } from "vitest";
import type { Connection } from "../../provider/host/connection";
import { apply } from "../../provider/host/session";
import type { Shell } from "../../provider/host/shell";
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

  it("says that it connects when that takes long, and not when it is quick", async () => {
    const { connection, shell } = aHost();
    const report = vi.fn();
    const add = () => apply(connection, ["links"], { ...wants(owner("vip"), []), report });
    let answer: (shell: Shell) => void = () => undefined;
    pool.shellFor.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const adding = add();
    await vi.waitFor(() => expect(report).toHaveBeenCalled(), { timeout: 5000 });
    answer(shell);
    await adding;
    await add();
    expect(report.mock.calls.flat()).toEqual([
      `connecting to ${connection.host}`,
      ...Array(2).fill(`looking at ${connection.host}`),
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
