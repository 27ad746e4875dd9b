import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { call } from "./support/call";
import { urn } from "./support/inputs";
import { type Created, check, create } from "./support/resources";
import { WorkingHost } from "./support/workingHost";
import { WorkingShell } from "./support/workingShell";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);

let host: WorkingHost;
beforeEach(() => {
  host = new WorkingHost({ addresses: ["192.0.2.2/24", "10.0.0.11/24"] });
  pool.shellFor.mockReset().mockResolvedValue(new WorkingShell(host));
});

describe("a resource that was renamed", () => {
  it("has its claims", async () => {
    const created = await create("VirtualIp");
    const done = host.changes.length;
    const renamed = await check("VirtualIp", { owner: urn("VirtualIp", "another") });
    await call("VirtualIp", "update", created.id, created.outs, renamed);
    expect(host.changes.length).toBe(done);
    const [entry] = Object.values(host.claims());
    const claim = { urn: urn("VirtualIp", "another"), id: created.id, persists: true };
    expect(entry?.claims).toEqual([claim]);
    await call("VirtualIp", "delete", created.id, renamed);
    expect(host.claims()).toEqual({});
  });

  it("has its claims after its stack was renamed", async () => {
    const created = await create("VirtualService");
    const owner = urn("VirtualService", "http", "prod");
    const renamed = await check("VirtualService", { owner, scheduler: "rr" });
    await call("VirtualService", "update", created.id, created.outs, renamed);
    expect(host.table.saved()).toContain("-s rr");
    await call("VirtualService", "delete", created.id, renamed);
    expect(host.claims()).toEqual({});
    expect(host.table.saved()).toBe("");
  });

  describe("and needs less than before", () => {
    const owner = urn("VirtualService", "another");
    const through = (forwardingMethod: string) => ({
      realServers: [{ rip: "10.0.0.5", forwardingMethod }],
    });
    const sysctls = () => Object.keys(host.claims()).filter((key) => key.startsWith("sysctl"));
    let created: Created;
    let renamed: (forwardingMethod: string) => Promise<unknown>;
    beforeEach(async () => {
      created = await create("VirtualService", through("nat"));
      renamed = async (forwardingMethod) => {
        const news = await check("VirtualService", { ...through(forwardingMethod), owner });
        return call("VirtualService", "update", created.id, created.outs, news);
      };
    });

    it("releases the claims of its former name", async () => {
      expect(sysctls()).not.toEqual([]);
      await renamed("dr");
      expect(sysctls()).toEqual([]);
    });

    // The state was not written after the change, so that it still has the former name.
    it("releases the claims that it already has by its current name", async () => {
      await renamed("nat");
      expect(sysctls()).not.toEqual([]);
      await renamed("dr");
      expect(sysctls()).toEqual([]);
    });
  });
});
