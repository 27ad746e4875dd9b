import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nextCounts } from "../../../provider/host/batch/connectionWatch";
import type { Connection } from "../../../provider/host/connect/connection";
import type { Shell } from "../../../provider/host/shell/shell";
import type { EndpointKey } from "../../../provider/ipvs/model";
import { queueHost } from "./support/queueHost";

const pool = vi.hoisted(() => ({ shellFor: vi.fn<(connection: Connection) => Promise<Shell>>() }));
vi.mock("../../../provider/host/shell/pool", () => pool);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const service: EndpointKey = { kind: "endpoint", protocol: "tcp", vip: "192.0.2.80", port: 80 };
const web1 = { service, realServer: { rip: "192.0.2.11", port: 80 } };
const web2 = { service, realServer: { rip: "192.0.2.12", port: 80 } };
const [NAME1, NAME2] = ["tcp 192.0.2.80:80 -> 192.0.2.11:80", "tcp 192.0.2.80:80 -> 192.0.2.12:80"];

function aDirector() {
  const { connection, shell } = queueHost(pool);
  const counts = shell.machine.connections;
  counts.set("TCP C0000250:0050 C000020B:0050", 3).set("TCP C0000250:0050 C000020C:0050", 4);
  const next = (one: typeof web1, limit = 60_000) => nextCounts(connection, [one], limit);
  return { shell, next };
}

describe("nextCounts", () => {
  it("counts for all who wait on a host in one round trip, without its lock", async () => {
    const { shell, next } = aDirector();
    const both = Promise.all([next(web1), next(web2)]);
    await vi.advanceTimersByTimeAsync(1000);
    const [one, other] = await both;
    expect([one?.get(NAME1 as string), other?.get(NAME2 as string)]).toEqual([3, 4]);
    expect(shell.roundTrips).toEqual([["read"]]);
  });

  it("counts once a second", async () => {
    const { shell, next } = aDirector();
    for (let second = 0; second < 5; second += 1) {
      const counted = next(web1);
      await vi.advanceTimersByTimeAsync(1000);
      await counted;
    }
    expect(shell.roundTrips.length).toBe(5);
  });

  it("leaves the host to others for longer after a count that took long", async () => {
    const { shell, next } = aDirector();
    shell.beforeRoundTrip = () => new Promise((resolve) => setTimeout(resolve, 2000));
    const first = next(web1);
    await vi.advanceTimersByTimeAsync(3000);
    await first;
    const second = next(web1);
    await vi.advanceTimersByTimeAsync(7500);
    expect(shell.roundTrips.length).toBe(1);
    await vi.advanceTimersByTimeAsync(3000);
    expect((await second)?.get(NAME1 as string)).toBe(3);
  });

  it("ends at its limit, although the host says nothing", async () => {
    const { shell, next } = aDirector();
    shell.beforeRoundTrip = () => new Promise(() => undefined);
    const counted = next(web1, 5000);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await counted).toBeUndefined();
  });

  it("fails for all who wait, and counts again for who asks then", async () => {
    const { next } = aDirector();
    pool.shellFor.mockRejectedValueOnce(new Error("the cable was cut"));
    const failed = [next(web1), next(web2)].map((one) => expect(one).rejects.toThrow("cut"));
    await vi.advanceTimersByTimeAsync(1000);
    await Promise.all(failed);
    const again = next(web1);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await again)?.get(NAME1 as string)).toBe(3);
  });
});
