import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Properties } from "../provider/check";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { call } from "./support/call";
import { whole } from "./support/claims";
import { least } from "./support/inputs";
import { WorkingHost } from "./support/workingHost";
import { WorkingShell } from "./support/workingShell";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);

/** The command that writes the files at boot, and how it names one. */
const BOOT = /pulumi-lvs\.service/;
const FILE = /^\d\d-[a-zA-Z]+-\S+$/;

let host: WorkingHost;
let start: unknown;
beforeEach(() => {
  host = new WorkingHost({ addresses: ["192.0.2.1/24"] });
  start = whole(host);
});

/** A shell on the host, which all that follows goes through. */
function connected(): WorkingShell {
  const shell = new WorkingShell(host);
  pool.shellFor.mockReset().mockResolvedValue(shell);
  return shell;
}

interface Created {
  readonly id: string;
  readonly outs: Properties;
}

const realServer = { rip: "192.0.2.11", forwardingMethod: "dr" };
const service = (port: number, weight = 1) => ({
  ...{ vip: "192.0.2.80", port, realServers: [{ ...realServer, weight }] },
});
const ports = (count: number) => Array.from({ length: count }, (_, at) => 1000 + at);

async function check(more: object): Promise<Properties> {
  const checked = await call("VirtualServices", "check", {}, { ...least.VirtualServices, ...more });
  expect(checked).not.toHaveProperty("failures", expect.arrayContaining([expect.anything()]));
  return (checked as { inputs: Properties }).inputs;
}

async function create(more: object): Promise<Created> {
  connected();
  return (await call("VirtualServices", "create", await check(more))) as Created;
}

/** Updates, and returns the names of the files that were written for it, and of those that were removed. */
async function update({ id, outs }: Created, more: object, shell = connected()): Promise<string[]> {
  const run = vi.spyOn(host.boot, "run");
  try {
    await call("VirtualServices", "update", id, outs, await check(more));
    return run.mock.calls.flatMap(([{ argv }]) => argv.filter((word) => FILE.test(word)));
  } finally {
    run.mockRestore();
    expect(shell.isLocked).toBe(false);
  }
}

const persists = async ({ id, outs }: Created) => {
  connected();
  const { props } = (await call("VirtualServices", "read", id, outs)) as { props: Properties };
  return props.persist;
};

describe("the files that a change writes", () => {
  it("are those of the parts whose value changes", async () => {
    const made = await create({ services: ports(100).map((port) => service(port)) });
    const services = ports(100).map((port) => service(port, port === 1007 ? 5 : 1));
    expect(await update(made, { services })).toEqual(["60-virtualService-tcp_192.0.2.80-1007"]);
    expect(await persists(made)).toBe(true);
  });

  it("are none where the parts have what the host makes at boot", async () => {
    const services = [service(80), service(443)];
    const made = await create({ services });
    expect(
      await update(made, { services: services.map((one) => ({ ...one, drain: false })) }),
    ).toEqual([]);
    host.table.restore("-e -t 192.0.2.80:443 -r 192.0.2.11:443 -g -w 9");
    expect(await update(made, { services })).toEqual([]);
    expect(host.table.saved()).toContain("-r 192.0.2.11:443 -g -w 1");
    expect(await persists(made)).toBe(true);
  });

  it.each([
    ["the same again", [service(80, 5), service(443), service(8080)]],
    ["another one", [service(80, 7), service(443), service(8080)]],
    ["the one from before", [service(80), service(443)]],
  ])(
    "are all of them after a change that was cut off before its files: %s",
    async (_, services) => {
      const made = await create({ services: [service(80), service(443)] });
      const shell = connected();
      shell.cutBefore = BOOT;
      const next = { services: [service(80, 5), service(443), service(8080)] };
      await expect(update(made, next, shell)).rejects.toThrow("the connection was lost");
      expect(Object.keys(host.claims())).toContain("virtualService tcp 192.0.2.80:8080");
      expect((await update(made, { services })).length).toBeGreaterThanOrEqual(services.length);
      expect(await persists(made)).toBe(true);
      // The repair is no longer needed.
      expect(await update(made, { services })).toEqual([]);
    },
  );

  it("are all of them after two changes in a row that were cut off", async () => {
    const made = await create({ services: [service(80), service(443)] });
    for (const services of [
      [service(80, 5), service(443)],
      [service(80, 5), service(443, 7)],
    ]) {
      const shell = connected();
      shell.cutBefore = BOOT;
      await expect(update(made, { services }, shell)).rejects.toThrow("the connection was lost");
    }
    const services = [service(80, 5), service(443, 7)];
    expect(await update(made, { services })).toHaveLength(4);
    expect(await persists(made)).toBe(true);
  });

  it("are all of them on a host where an earlier version was at work", async () => {
    const services = [service(80), service(443)];
    const made = await create({ services });
    host.journal = host.journal?.replaceAll("{}\n", "");
    host.boot.files.clear();
    expect(await update(made, { services })).toHaveLength(4);
    expect(await persists(made)).toBe(true);
  });

  it("leave with the last part, and the mark in the journal too", async () => {
    const made = await create({ services: [service(80)] });
    await call("VirtualServices", "delete", made.id, made.outs);
    expect(whole(host)).toEqual(start);
  });
});
