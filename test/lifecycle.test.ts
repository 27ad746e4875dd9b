import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Properties } from "../provider/check";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { LvsError } from "../provider/values/errors";
import { call } from "./support/call";
import { whole } from "./support/claims";
import { connection, type KindName } from "./support/inputs";
import { check, create, read, remove } from "./support/resources";
import { WorkingHost } from "./support/workingHost";
import { WorkingShell } from "./support/workingShell";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);

let host: WorkingHost;
beforeEach(() => serve(new WorkingHost({ addresses: ["192.0.2.2/24", "10.0.0.11/24"] })));

function serve(machine: WorkingHost): void {
  host = machine;
  pool.shellFor.mockReset().mockResolvedValue(new WorkingShell(machine));
}

/** A resource of each kind with the resources that it needs, on a host that is both director and real server. */
const stories: readonly (readonly [KindName, object, (readonly [KindName, object])[]])[] = [
  ["Director", {}, []],
  ["VirtualIp", {}, []],
  ["VirtualIp", { address: "2001:db8::80", interface: "eth1" }, []],
  ["VirtualIp", { address: "198.51.100.80", anycast: true }, []],
  ["Failover", {}, []],
  ["VirtualService", { realServers: [{ rip: "10.0.0.5", forwardingMethod: "nat" }] }, []],
  ["RealServer", { rip: "10.0.0.5", forwardingMethod: "nat" }, [["VirtualService", {}]]],
  ["RealServerVip", { rip: "10.0.0.11" }, []],
  ["RealServerVip", { rip: "10.0.0.11", forwardingMethod: "tun" }, []],
  ["RealServerVip", { rip: "10.0.0.11", replyGateway: "192.0.2.1" }, []],
  ["RealServerGateway", {}, []],
];

describe.each(stories)("the life of a %s %j", (kind, more, before) => {
  beforeEach(async () => {
    for (const [name, words] of before) await create(name, words);
  });

  it("is created, read without a difference, and deleted without a trace", async () => {
    const start = whole(host);
    const created = await create(kind, more);
    expect(created.id).toMatch(/^director1 /);
    expect(whole(host)).not.toEqual(start);
    const found = await read(kind, created);
    expect(found.id).toBe(created.id);
    const { __provider, ...inputs } = found.inputs;
    expect(inputs).toEqual(created.outs);
    expect(found.props).toEqual(created.outs);
    await remove(kind, created);
    expect(whole(host)).toEqual(start);
  });

  it("changes nothing when it is created or updated again", async () => {
    const created = await create(kind, more);
    const done = host.changes.length;
    const again = await create(kind, more);
    expect(again).toEqual(created);
    await call(kind, "update", created.id, created.outs, await check(kind, more));
    expect(host.changes.length).toBe(done);
  });

  it("changes nothing on the host when it is read", async () => {
    const created = await create(kind, more);
    const then = [whole(host), host.changes.length];
    await read(kind, created);
    expect([whole(host), host.changes.length]).toEqual(then);
  });

  it("is deleted without an error when everything is gone already", async () => {
    const created = await create(kind, more);
    const { journal } = host;
    serve(new WorkingHost({ addresses: ["192.0.2.2/24", "10.0.0.11/24"] }));
    host.journal = journal;
    await remove(kind, created);
    expect(host.changes).toEqual([]);
  });
});

describe("create", () => {
  it("keeps nothing of a resource whose change was undone", async () => {
    host.failures.set(/add 192.0.2.80/, "RTNETLINK answers: Operation not permitted");
    const before = whole(host);
    const error = await create("RealServerVip", { rip: "10.0.0.11" }).catch((one) => one);
    expect(error.message).toMatch(
      /cannot add the address[\s\S]*This change was undone on director1/,
    );
    expect(error).not.toHaveProperty("reasons");
    expect(whole(host)).toEqual(before);
  });

  it("keeps a resource whose change could not be undone, as it is on the host", async () => {
    host.failures.set(/add 192.0.2.80/, "RTNETLINK answers: Operation not permitted");
    host.failures.set(/=0/, "sysctl: permission denied on key");
    const failed = create("RealServerVip", { rip: "10.0.0.11" });
    await expect(failed).rejects.toMatchObject({
      id: "director1 dr vip 192.0.2.80 rip 10.0.0.11",
      properties: { __provider: "code", state: { vip: "absent", arpIgnore: 1, arpAnnounce: 2 } },
      reasons: [expect.stringMatching(/cannot add the address 192.0.2.80\/32 dev lo on director1/)],
    });
  });

  it("keeps nothing of a resource that was refused", async () => {
    host.tools.delete("arping");
    const error = await create("VirtualIp").catch((one) => one);
    expect(error.message).toMatch(/arping is missing on this host; nothing was changed/);
    expect(error).not.toHaveProperty("reasons");
    expect(host.changes).toEqual([]);
  });
});

describe("update", () => {
  it("gives all outputs, since they replace the old ones", async () => {
    const created = await create("VirtualService");
    const news = await check("VirtualService", { scheduler: "rr" });
    const { outs } = (await call("VirtualService", "update", created.id, created.outs, news)) as {
      outs: Properties;
    };
    expect(outs).toEqual({ ...created.outs, scheduler: "rr" });
  });
});

describe("real servers that move between a virtual service's list and resources of their own", () => {
  const realServers = [{ rip: "192.0.2.11", forwardingMethod: "dr" }];

  it("stay when the list takes them over", async () => {
    const service = await create("VirtualService");
    const web1 = await create("RealServer");
    const news = await check("VirtualService", { realServers });
    await call("VirtualService", "update", service.id, service.outs, news);
    await remove("RealServer", web1);
    expect(host.table.saved()).toContain("-r 192.0.2.11:80");
    await call("VirtualService", "delete", service.id, news);
    expect(host.claims()).toEqual({});
  });

  it("go when the resource goes that took them over from the list", async () => {
    const service = await create("VirtualService", { realServers });
    const news = await check("VirtualService");
    await call("VirtualService", "update", service.id, service.outs, news);
    const web1 = await create("RealServer");
    await remove("RealServer", web1);
    expect(host.table.saved()).not.toContain("-r 192.0.2.11:80");
  });
});

describe("delete", () => {
  it("of the director leaves nothing of a virtual service that a refresh took out of the state", async () => {
    const start = whole(host);
    const director = await create("Director");
    const nat = { realServers: [{ rip: "10.0.0.5", forwardingMethod: "nat" }] };
    const service = await create("VirtualService", nat);
    host.table.restore("-D -t 192.0.2.80:80");
    expect((await read("VirtualService", service)).id).toBe("");
    await remove("Director", director);
    expect(whole(host)).toEqual(start);
  });

  const gone = new LvsError("connect", "connecting to director1: it does not answer");

  it("names three ways out when the host cannot be reached", async () => {
    const { id, outs } = await create("VirtualIp");
    pool.shellFor.mockReset().mockRejectedValue(gone);
    const deleted = call("VirtualIp", "delete", id, outs);
    await expect(deleted).rejects.toThrow(/does not answer\nNothing was removed from the stack/);
    for (const way of [/PULUMI_LVS_FORGET=director1 pulumi up/, /retainOnDelete/, /deletedWith/])
      await expect(deleted).rejects.toThrow(way);
  });

  it("undoes nothing on a host that is to be forgotten", async () => {
    const { id, outs } = await create("VirtualIp", { connection: { ...connection, port: 2222 } });
    pool.shellFor.mockReset().mockRejectedValue(gone);
    vi.stubEnv("PULUMI_LVS_FORGET", "web1, DIRECTOR1:2222");
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await call("VirtualIp", "delete", id, outs);
    expect(pool.shellFor).not.toHaveBeenCalled();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
});
