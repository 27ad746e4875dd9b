import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { create, read, remove, update } from "./support/resources";
import { WorkingHost } from "./support/workingHost";
import { WorkingShell } from "./support/workingShell";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);

let host: WorkingHost;
let shell: WorkingShell;
beforeEach(() => {
  host = new WorkingHost({ addresses: ["192.0.2.1/24"] });
  shell = new WorkingShell(host);
  pool.shellFor.mockReset().mockResolvedValue(shell);
});

const service = (port: number, weight = 1) => ({
  ...{ vip: "192.0.2.80", port },
  realServers: [{ rip: "192.0.2.11", forwardingMethod: "dr", weight }],
});
const group = (...ports: number[]) => ({ services: ports.map((port) => service(port)) });

const names = () => Object.keys(host.facts().ipvs);
const since = async (work: () => Promise<unknown>) => {
  const done = host.changes.length;
  await work();
  return host.changes.slice(done);
};

describe("many virtual services in one resource", () => {
  it("are made by one ipvsadm, read back, and taken away again", async () => {
    const made = await create("VirtualServices", group(80, 443, 8080));
    expect(names()).toEqual([80, 443, 8080].map((port) => `tcp 192.0.2.80:${port}`));
    const all = shell.roundTrips.flat();
    expect(all.filter((one) => one === "ipvsadm -R")).toHaveLength(1);
    const { props } = await read("VirtualServices", made);
    expect(props).toEqual(made.outs);
    await remove("VirtualServices", made);
    expect(names()).toEqual([]);
    expect(host.claims()).toEqual({});
  });

  it("change one by one: a weight, one that comes, and one that goes", async () => {
    const made = await create("VirtualServices", group(80, 443));
    const changes = await since(() =>
      update("VirtualServices", made, { services: [service(80, 5), service(8080)] }),
    );
    expect(names()).toEqual(["tcp 192.0.2.80:80", "tcp 192.0.2.80:8080"]);
    expect(changes).toHaveLength(2);
  });

  it("take away what an update that Pulumi does not know of has left", async () => {
    const made = await create("VirtualServices", group(80));
    await update("VirtualServices", made, group(80, 443));
    // The process ended before the state was written, and the program has changed since.
    await update("VirtualServices", made, group(80, 8080));
    expect(names()).toEqual(["tcp 192.0.2.80:80", "tcp 192.0.2.80:8080"]);
  });

  it("show what drifted, and what was deleted by hand", async () => {
    const made = await create("VirtualServices", group(80, 443));
    host.table.restore("-D -t 192.0.2.80:80\n-e -t 192.0.2.80:443 -r 192.0.2.11:443 -g -w 9");
    const { props } = await read("VirtualServices", made);
    expect(Object.keys(props?.services as object)).toEqual(["tcp 192.0.2.80:443"]);
    expect(JSON.stringify(props?.services)).toContain('"weight":9');
    await update("VirtualServices", made, group(80, 443));
    expect((await read("VirtualServices", made)).props).toEqual(made.outs);
  });

  it("leave nothing of a failure, and name what failed", async () => {
    const { restore } = host.table;
    host.table.restore = function (text: string) {
      const lines = text.split("\n");
      const kept = lines.filter((line) => !line.includes(":443 "));
      const done = restore.call(this, kept.join("\n"));
      return kept.length === lines.length
        ? done
        : { exitCode: 255, stderr: "Memory allocation problem\n" };
    };
    const failed = create("VirtualServices", group(80, 443));
    await expect(failed).rejects.toMatchObject({
      message: expect.stringMatching(
        /^cannot add tcp 192.0.2.80:443 .*: Memory allocation problem/,
      ),
    });
    expect(names()).toEqual([]);
  });

  it("move into a resource of their own and back without a change on the host", async () => {
    const made = await create("VirtualServices", group(80, 443));
    const moved = await since(async () => {
      const own = await create("VirtualService", service(80));
      const rest = await update("VirtualServices", made, group(443));
      const back = await update("VirtualServices", rest, group(80, 443));
      await remove("VirtualService", own);
      expect((await read("VirtualServices", back)).props).toEqual(back.outs);
    });
    expect(moved).toEqual([]);
    expect(names()).toEqual(["tcp 192.0.2.80:80", "tcp 192.0.2.80:443"]);
  });
});
