import { describe, expect, it, vi } from "vitest";
import type { Properties } from "../provider/check";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { call } from "./support/call";
import { DrainingDirector, web1, web2 } from "./support/drainingDirector";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);
const director = new DrainingDirector(pool);

const ACCEPT_LOCAL = "net/ipv4/conf/eth1/accept_local";
const through = { type: "tcp", through: "vip" };
const checked = {
  healthCheck: through,
  realServers: [web1, { ...web2, healthCheck: { type: "tcp" } }],
};
const create = async (more: object = checked) =>
  (await director.create("VirtualService", more)).outs;
const read = async (outs: Properties) =>
  ((await call("VirtualService", "read", "an id", outs)) as { props: Properties }).props;
/** The services of marks, with their real servers. */
const paths = () =>
  director.host.table
    .saved()
    .split("\n")
    .filter((line) => line.includes(" -f "));
const acceptsLocal = () => director.host.network.sysctls.get(ACCEPT_LOCAL);

const markOf = (line = "") => /^-A -f (\d+) -s wlc$/.exec(line)?.[1];

describe("a health check through the VIP", () => {
  it("has a way to each real server that it checks, and the check has its mark and its source", async () => {
    await create();
    const [service, realServer, ...more] = paths();
    const mark = markOf(service);
    expect(realServer).toBe(`-a -f ${mark} -r 192.0.2.11:0 -g -w 1`);
    expect(more).toEqual([]);
    expect(Number(mark)).toBeGreaterThanOrEqual(2 ** 30);
    expect(acceptsLocal()).toBe("1");
    const text = director.host.health.files.get("tcp-192.0.2.80-80.conf") ?? "";
    expect(text.match(/connect_ip .*|connect_port .*|bindto .*|fwmark .*/g)).toEqual([
      ...["connect_ip 192.0.2.80", "connect_port 80", "bindto 192.0.2.2", `fwmark ${mark}`],
    ]);
  });

  it("has no drift", async () => {
    const outs = await create();
    expect(await read(outs)).toEqual(outs);
  });

  it.each<[string, () => unknown]>([
    ["its way is", () => director.host.table.restore(`-D -f ${markOf(paths()[0])}`)],
    ["what its replies need is", () => director.host.network.sysctls.set(ACCEPT_LOCAL, "0")],
  ])("has drift when %s gone, which is repaired", async (_, take) => {
    const outs = await create();
    take();
    const live = await read(outs);
    expect(live.healthCheck).toBeUndefined();
    await director.update("VirtualService", live, checked);
    expect(paths()).toHaveLength(2);
    expect(acceptsLocal()).toBe("1");
  });

  it("is there again when the virtual service was deleted by hand, and its way was not", async () => {
    const outs = await create();
    director.host.table.restore("-D -t 192.0.2.80:80");
    await create();
    expect(paths()).toHaveLength(2);
    expect(await read(outs)).toEqual(outs);
  });

  it("leaves nothing behind, on its own and with the virtual service", async () => {
    const outs = await create();
    const direct = { ...checked, healthCheck: { type: "tcp" } };
    await director.update("VirtualService", outs, direct);
    expect(paths()).toEqual([]);
    expect(acceptsLocal()).toBe("0");
    const updated = await create(checked);
    await call("VirtualService", "delete", "an id", updated);
    expect(director.host.table.saved()).toBe("");
    expect(acceptsLocal()).toBe("0");
  });
});
