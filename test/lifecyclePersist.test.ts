import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { PARTS_DIRECTORY } from "../provider/system/paths";
import { whole } from "./support/claims";
import { urn } from "./support/inputs";
import { check, create, read, remove, update } from "./support/resources";
import { WorkingHost } from "./support/workingHost";
import { WorkingShell } from "./support/workingShell";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);

let host: WorkingHost;
let shell: WorkingShell;
let start: unknown;
beforeEach(() => {
  host = new WorkingHost({ addresses: ["192.0.2.2/24", "10.0.0.11/24"] });
  shell = new WorkingShell(host);
  start = whole(host);
  pool.shellFor.mockReset().mockResolvedValue(shell);
});

const files = () => [...host.boot.files.keys()].filter((path) => path.startsWith(PARTS_DIRECTORY));
const VIP = `${PARTS_DIRECTORY}/80-address-192.0.2.80.32`;

describe("persist", () => {
  it("is true unless the program says otherwise", async () => {
    expect(await check("VirtualIp")).toHaveProperty("persist", true);
    expect(await check("VirtualIp", { persist: false })).toHaveProperty("persist", false);
  });

  it("true writes the file of a part with the change, and takes it away with the part", async () => {
    const vip = await create("VirtualIp");
    expect(files()).toEqual([VIP]);
    await remove("VirtualIp", vip);
    expect(whole(host)).toEqual(start);
  });

  it("false writes no file, and asks for no systemd", async () => {
    host.tools.delete("systemd");
    const vip = await create("VirtualIp", { persist: false });
    expect(host.boot.files.size).toBe(0);
    expect((await read("VirtualIp", vip)).props).toHaveProperty("persist", false);
  });

  it("true is refused without systemd, before anything is changed", async () => {
    host.tools.delete("systemd");
    await expect(create("VirtualIp")).rejects.toThrow(/does not run systemd.*nothing was changed/);
    expect(whole(host)).toEqual(start);
  });

  it("can be changed in place, and changes nothing that is live", async () => {
    const vip = await create("VirtualIp", { persist: false });
    const done = host.changes.length;
    const kept = await update("VirtualIp", vip);
    expect(files()).toEqual([VIP]);
    const left = await update("VirtualIp", kept, { persist: false });
    expect(host.boot.files.size).toBe(0);
    expect(host.changes.length).toBe(done);
    await remove("VirtualIp", left);
    expect(whole(host)).toEqual(start);
  });

  it("comes to what an earlier version made, which a refresh does not claim to be otherwise", async () => {
    const vip = await create("VirtualIp", { persist: false });
    const { persist: _, ...outs } = vip.outs;
    const old = { ...vip, outs };
    expect((await read("VirtualIp", old)).props).not.toHaveProperty("persist");
    const updated = await update("VirtualIp", old);
    expect(files()).toEqual([VIP]);
    expect((await read("VirtualIp", updated)).props).toEqual(updated.outs);
  });

  it("is false after a refresh where a file is gone or edited, and is repaired", async () => {
    const vip = await create("VirtualIp");
    for (const path of [...host.boot.files.keys()].filter((one) => !one.includes("udev"))) {
      const was = host.boot.files.get(path);
      host.boot.files.set(path, "exit\n");
      const { props } = await read("VirtualIp", vip);
      expect(props).toHaveProperty("persist", false);
      await update("VirtualIp", { ...vip, outs: props });
      expect(host.boot.files.get(path)).toBe(was);
    }
    expect((await read("VirtualIp", vip)).props).toEqual(vip.outs);
  });

  it("of two resources keeps a part that is persistent for one of them", async () => {
    const realServer = { rip: "10.0.0.11" };
    const other = { owner: urn("RealServerVip", "web1", "prod"), persist: false };
    const first = await create("RealServerVip", realServer);
    const second = await create("RealServerVip", { ...realServer, ...other });
    expect(files()).toHaveLength(3);
    await remove("RealServerVip", first);
    expect(host.boot.files.size).toBe(0);
    expect((await read("RealServerVip", second)).props).toEqual(second.outs);
    await remove("RealServerVip", second);
    expect(whole(host)).toEqual(start);
  });

  it("costs one command a batch, also where something goes and something comes", async () => {
    const service = await create("VirtualService");
    shell.roundTrips.length = 0;
    await update("VirtualService", service, { scheduler: "rr" });
    const isBoot = (event: string) => event.includes("pulumi-lvs.service");
    expect(shell.roundTrips.flat().filter(isBoot)).toHaveLength(1);
    expect(host.changes).toContain("modprobe ip_vs_rr");
  });

  it("is part of the change: where the files cannot be written, it has failed", async () => {
    host.failures.set(/pulumi-lvs\.service/, "sh: 1: cannot create: Read-only file system");
    const failed = create("VirtualIp");
    await expect(failed).rejects.toThrow(/cannot write \/etc\/pulumi-lvs.*Read-only file system/);
    host.failures.clear();
    const vip = await create("VirtualIp");
    host.failures.set(/pulumi-lvs\.service/, "rm: cannot remove: Read-only file system");
    await expect(remove("VirtualIp", vip)).rejects.toThrow(/Read-only/);
    expect(Object.keys(host.claims())).toEqual(["address 192.0.2.80/32"]);
    host.failures.clear();
    await remove("VirtualIp", vip);
    expect(whole(host)).toEqual(start);
  });
});
