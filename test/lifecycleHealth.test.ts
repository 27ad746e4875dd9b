import { describe, expect, it, vi } from "vitest";
import type { Properties } from "../provider/check";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { call } from "./support/call";
import { DrainingDirector, WEB2, web1, web2 } from "./support/drainingDirector";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);
const director = new DrainingDirector(pool);

const checked = { healthCheck: { type: "tcp" }, realServers: [web1, web2] };
const FILE = "tcp-192.0.2.80-80.conf";

/** Sets the weight of a real server, as keepalived does after a check. */
const keepalivedSets = (rip: string, weight: number) =>
  director.host.table.restore(`-e -t 192.0.2.80:80 -r ${rip}:80 -g -w ${weight}`);
const create = async (more: object = checked) =>
  (await director.create("VirtualService", more)).outs;
const update = (outs: Properties, more: object) => director.update("VirtualService", outs, more);
const read = async (outs: Properties) =>
  (await call("VirtualService", "read", "an id", outs)) as { props: Properties };
const weightsIn = (text = director.host.health.files.get(FILE) ?? "") =>
  [...text.matchAll(/weight (\d+)/g)].map(([, weight]) => Number(weight));

describe("a virtual service with a health check", () => {
  it("begins with weight 0 everywhere, and keepalived has the weights", async () => {
    await create();
    expect(director.rows()).toEqual(["192.0.2.11 0", "192.0.2.12 0"]);
    expect(weightsIn()).toEqual([1, 3]);
  });

  it("has no drift whatever its checks have found", async () => {
    const outs = await create();
    for (const weight of [0, 3]) {
      keepalivedSets("192.0.2.12", weight);
      expect((await read(outs)).props).toEqual(outs);
    }
  });

  it("has drift when somebody has set another weight, and repairs it", async () => {
    const outs = await create();
    keepalivedSets("192.0.2.12", 9);
    const { props } = await read(outs);
    expect(props.realServers).toMatchObject({ "192.0.2.12:80": { weight: 9 } });
    await update(props, checked);
    expect(director.rows()).toEqual(["192.0.2.11 0", "192.0.2.12 3"]);
  });

  it("has drift when the file for keepalived is gone, and writes it again", async () => {
    const outs = await create();
    director.host.health.files.clear();
    const { props } = await read(outs);
    expect(props.healthCheck).toBeUndefined();
    await update(props, checked);
    expect(weightsIn()).toEqual([1, 3]);
  });

  it("leaves one that is down at 0 when thresholds and weights change, and another comes", async () => {
    const outs = await create();
    keepalivedSets("192.0.2.11", 1);
    const web3 = { ...web1, rip: "192.0.2.13" };
    const realServers = [web1, { ...web2, weight: 7, upperThreshold: 5 }, web3];
    await update(outs, { ...checked, realServers });
    expect(director.rows()).toEqual(["192.0.2.11 1", "192.0.2.12 0", "192.0.2.13 0"]);
    expect(director.host.table.thresholds()).toMatch(/192\.0\.2\.12:80 +5/);
    expect(weightsIn()).toEqual([1, 7, 1]);
  });

  it("quiesces one that leaves for keepalived too, while it drains", async () => {
    const outs = await create();
    for (const rip of ["192.0.2.11", "192.0.2.12"]) keepalivedSets(rip, 3);
    vi.useFakeTimers();
    director.host.connections.set(WEB2, 1);
    const updated = update(outs, { ...checked, realServers: [{ ...web1, weight: 3 }] });
    await director.pass(2);
    expect(director.rows()).toEqual(["192.0.2.11 3", "192.0.2.12 0"]);
    expect(weightsIn()).toEqual([3, 0]);
    director.host.connections.clear();
    await director.pass(3);
    await updated;
    expect(director.rows()).toEqual(["192.0.2.11 3"]);
    expect(weightsIn()).toEqual([3]);
  });

  it("has the sorry server as a row of its own, which is no real server", async () => {
    const sorryServer = { rip: "192.0.2.99", port: 80, forwardingMethod: "dr" };
    const outs = await create({ ...checked, healthCheck: { type: "http", sorryServer } });
    expect(director.rows()).toContain("192.0.2.99 0");
    keepalivedSets("192.0.2.99", 1);
    expect((await read(outs)).props).toEqual(outs);
  });

  it("sets the weight of a real server that is not checked, and finds when somebody else does", async () => {
    const realServers = [web1, { ...web2, healthCheck: false }];
    const outs = await create({ ...checked, realServers });
    expect(director.rows()).toEqual(["192.0.2.11 0", "192.0.2.12 3"]);
    keepalivedSets("192.0.2.12", 0);
    const { props } = await read(outs);
    expect(props.realServers).toMatchObject({ "192.0.2.12:80": { weight: 0 } });
    await update(props, { ...checked, realServers });
    expect(director.rows()).toEqual(["192.0.2.11 0", "192.0.2.12 3"]);
  });

  it("leaves one that is not checked at 0 while the sorry server answers", async () => {
    const sorryServer = { rip: "192.0.2.99", port: 80, forwardingMethod: "dr" };
    const realServers = [web1, { ...web2, healthCheck: false }];
    const more = { healthCheck: { type: "tcp", quorum: 4, sorryServer }, realServers };
    const outs = await create(more);
    keepalivedSets("192.0.2.12", 0);
    keepalivedSets("192.0.2.99", 1);
    expect((await read(outs)).props).toEqual(outs);
    await update(outs, { ...more, scheduler: "wrr" });
    expect(director.rows()).toContain("192.0.2.12 0");
    keepalivedSets("192.0.2.99", 0);
    expect((await read(outs)).props).not.toEqual(outs);
  });

  it("gives the declared weights back when it is not checked any more", async () => {
    const outs = await create();
    await update(outs, { realServers: [web1, web2] });
    expect(director.rows()).toEqual(["192.0.2.11 1", "192.0.2.12 3"]);
    expect(director.host.health.files.size).toBe(0);
  });

  it("is undone without a weight for one that died meanwhile", async () => {
    const outs = await create();
    for (const [rip, weight] of [
      ["192.0.2.11", 1],
      ["192.0.2.12", 3],
    ] as const)
      keepalivedSets(rip, weight);
    const run = director.host.run.bind(director.host);
    vi.spyOn(director.host, "run").mockImplementation((command) => {
      if (!command.argv.at(-1)?.includes("take")) return run(command);
      keepalivedSets("192.0.2.12", 0);
      return { stdout: "", stderr: "keepalived refuses it", exitCode: 1 };
    });
    const web3 = { ...web1, rip: "192.0.2.13" };
    const failed = update(outs, { ...checked, realServers: [web1, web2, web3] });
    await expect(failed).rejects.toThrow(/keepalived refuses it.*was undone/s);
    expect(director.rows()).toEqual(["192.0.2.11 1", "192.0.2.12 0"]);
  });

  it("goes with its checks", async () => {
    await call("VirtualService", "delete", "an id", await create());
    expect(director.rows()).toEqual([]);
    expect(director.host.health.files.size).toBe(0);
  });

  it("goes with the checks of all others of its group before keepalived starts anew, once", async () => {
    const services = [80, 81, 82].map((port) => ({ vip: "192.0.2.80", port, ...checked }));
    const { outs } = await director.create("VirtualServices", { services });
    const ran = vi.spyOn(director.host, "run");
    await director.update("VirtualServices", outs, { services: services.slice(0, 1) });
    const words = ran.mock.calls.map(([{ argv }]) =>
      argv[2]?.includes('"$1.new"; }') ? "remove" : (argv.at(-1) ?? ""),
    );
    const order = words.filter((word) => ["remove", "left"].includes(word));
    expect(order).toEqual(["remove", "remove", "left"]);
    expect(director.host.health.files.size).toBe(1);
  });

  it("is refused on a host without keepalived", async () => {
    director.host.tools.delete("keepalived");
    await expect(create()).rejects.toThrow("Install the package keepalived");
    expect(director.rows()).toEqual([]);
  });
});
