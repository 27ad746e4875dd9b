import { describe, expect, it, vi } from "vitest";
import type { Properties } from "../provider/check";
import type { Connection } from "../provider/host/connect/connection";
import type { Shell } from "../provider/host/shell/shell";
import { DrainingDirector, web1, web2 } from "./support/drainingDirector";

const pool = vi.hoisted(() => ({
  shellFor: vi.fn<(connection: Connection) => Promise<Shell>>(),
  closeOnSignals: () => undefined,
}));
vi.mock("../provider/host/shell/pool", () => pool);
const director = new DrainingDirector(pool);

const checked = {
  ...{ healthCheck: { type: "tcp" }, realServers: [web1, web2] },
  waitForHealthy: { seconds: 30 },
};
const keepalivedSets = (rip: string, weight: number) =>
  director.host.table.restore(`-e -t 192.0.2.80:80 -r ${rip}:80 -g -w ${weight}`);

/** Begins something in fake time, and says how it went as soon as it has an end. */
function begin(change: () => Promise<unknown>) {
  vi.useFakeTimers();
  const begun: { outcome?: unknown } = {};
  change().then(
    (value) => Object.assign(begun, { outcome: value }),
    (error) => Object.assign(begun, { outcome: error }),
  );
  return begun;
}
const creating = (more: object = checked) => begin(() => director.create("VirtualService", more));
const created = async () => {
  const begun = creating();
  await director.pass(2);
  keepalivedSets("192.0.2.12", 3);
  await director.pass(3);
  return (begun.outcome as { outs: Properties }).outs;
};

describe("a virtual service that waits for its quorum", () => {
  it("ends when the quorum is there, and says on its row what is missing", async () => {
    const begun = creating();
    await director.pass(3);
    expect(begun.outcome).toBeUndefined();
    expect(director.said[0]).toBe(
      "waiting for tcp 192.0.2.80:80: 192.0.2.11:80 and 1 more are down, 30 s left",
    );
    keepalivedSets("192.0.2.12", 3);
    await director.pass(3);
    expect(begun.outcome).toMatchObject({ outs: { waitForHealthy: { seconds: 30 } } });
  });

  it("fails with who is down when it takes too long, and keeps the change in the state", async () => {
    const begun = creating({ ...checked, healthCheck: { type: "http", path: "/up", quorum: 2 } });
    await director.pass(2);
    keepalivedSets("192.0.2.11", 1);
    await director.pass(32);
    const { message, properties } = begun.outcome as Error & { properties: Properties };
    expect(message).toMatch(
      /not healthy after 30 seconds: weight 1, and its quorum needs 2\n {2}192\.0\.2\.12:80 is down: it fails its http check of \/up/,
    );
    expect(properties).toMatchObject({ vip: "192.0.2.80", __provider: "code" });
    expect(director.rows()).toEqual(["192.0.2.11 1", "192.0.2.12 0"]);
  });

  it("does not believe the weights of before until a changed check could have failed", async () => {
    const outs = await created();
    const healthCheck = { type: "tcp", intervalSeconds: 2, timeoutSeconds: 2 };
    const more = { ...checked, healthCheck };
    const begun = begin(() => director.update("VirtualService", outs, more));
    await director.pass(5);
    expect(begun.outcome).toBeUndefined();
    expect(director.said.at(-1)).toContain("its new check has yet to fail or to succeed");
    await director.pass(6);
    expect(begun.outcome).toMatchObject({ outs: { healthCheck } });
  });

  it("ends at once when the quorum is there and the check is the same", async () => {
    const outs = await created();
    director.said = [];
    const begun = begin(() =>
      director.update("VirtualService", outs, {
        ...checked,
        realServers: [web1, web2, { ...web1, rip: "192.0.2.13" }],
      }),
    );
    await director.pass(2);
    expect(begun.outcome).toBeDefined();
    expect(director.said).toEqual([]);
  });

  it("fails when the host cannot be reached meanwhile, and keeps the change in the state", async () => {
    const begun = creating();
    await director.pass(2);
    director.cut();
    await director.pass(3);
    expect(begun.outcome).toMatchObject({ properties: { vip: "192.0.2.80" } });
    expect((begun.outcome as Error).message).toContain("the cable was cut");
  });

  it("waits for each virtual service of a group", async () => {
    const services = [80, 81].map((port) => ({ vip: "192.0.2.80", port, ...checked }));
    vi.useFakeTimers();
    const begun = begin(() => director.create("VirtualServices", { services }));
    await director.pass(2);
    expect(director.said.at(-1)).toMatch(/^waiting for tcp 192\.0\.2\.80:80: .*, and for 1 more$/);
    for (const port of [80, 81])
      director.host.table.restore(`-e -t 192.0.2.80:${port} -r 192.0.2.12:${port} -g -w 3`);
    await director.pass(3);
    expect(begun.outcome).toHaveProperty("outs");
  });
});
