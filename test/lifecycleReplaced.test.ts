import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { callInSameRun } from "./support/call";
import { whole } from "./support/claims";
import type { KindName } from "./support/inputs";
import { check, create, remove } from "./support/resources";
import { WorkingHost } from "./support/workingHost";
import { WorkingShell } from "./support/workingShell";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);

let host: WorkingHost;
let start: unknown;
beforeEach(() => {
  host = new WorkingHost({ addresses: ["192.0.2.2/24", "10.0.0.11/24"] });
  start = whole(host);
  pool.shellFor.mockReset().mockResolvedValue(new WorkingShell(host));
});

const service = (weight: number) => ({
  realServers: [{ rip: "10.0.0.5", forwardingMethod: "nat", weight }],
});

describe("a resource that is replaced although its identity stays", () => {
  it.each<[KindName, object]>([
    ["Director", {}],
    ["VirtualIp", {}],
    ["VirtualService", service(1)],
    ["RealServerVip", { rip: "10.0.0.11" }],
    ["RealServerGateway", {}],
  ])("is on its host when its original has been deleted: %s", async (kind, more) => {
    const original = await create(kind, more);
    const there = whole(host);
    const replacement = await create(kind, more);
    await callInSameRun(kind, "delete", original.id, original.outs);
    expect(whole(host)).toEqual(there);
    await remove(kind, replacement);
    expect(whole(host)).toEqual(start);
  });

  it("has what its replacement declares", async () => {
    const original = await create("VirtualService", service(1));
    await create("VirtualService", service(5));
    await callInSameRun("VirtualService", "delete", original.id, original.outs);
    expect(host.table.saved()).toContain("-r 10.0.0.5:80 -m -w 5");
  });

  it("is on its host when its original goes first", async () => {
    const original = await create("VirtualIp");
    const there = whole(host);
    await remove("VirtualIp", original);
    expect(whole(host)).toEqual(start);
    const inputs = await check("VirtualIp");
    await callInSameRun("VirtualIp", "create", inputs);
    expect(whole(host)).toEqual(there);
  });

  it("does not keep another one, that is another resource", async () => {
    const vip = await create("VirtualIp");
    await create("VirtualIp", { address: "192.0.2.81" });
    await callInSameRun("VirtualIp", "delete", vip.id, vip.outs);
    expect(host.network.showLinks()).not.toContain("192.0.2.80");
  });
});
