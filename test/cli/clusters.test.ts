import { describe, expect, it } from "vitest";
import { changeLines, unifiedLines } from "../../provider/cli/clusters/changeText";
import { compare, differs } from "../../provider/cli/clusters/comparison";
import { clusterView } from "../../provider/cli/clusters/model";
import type { StateResource } from "../../provider/cli/state/checkpoint";
import { foreign, lvs, service, stack } from "./support/states";

const one = (weight: number, more: object = {}) => ({
  ...{ rip: "192.0.2.11", port: 80, forwardingMethod: "dr", weight },
  ...{ upperThreshold: 0, lowerThreshold: 0, ...more },
});
const compared = (before: StateResource[], after: StateResource[]) =>
  compare(clusterView(stack(...before)), clusterView(stack(...after)));
const changes = (before: StateResource[], after: StateResource[]) =>
  changeLines(compared(before, after));

describe("what changed between two states", () => {
  it("is nothing between a state and itself", () => {
    const all = [lvs("Director", "director1"), service("http", { "192.0.2.11:80": one(1) })];
    expect(compared(all, all).some(differs)).toBe(false);
    expect(changes(all, all)).toEqual([]);
  });

  it("is told by virtual service, its own attributes first", () => {
    const before = service("http", { "192.0.2.11:80": one(1), "192.0.2.13:80": one(1) });
    const after = service(
      "http",
      { "192.0.2.11:80": one(5, { upperThreshold: 9 }), "192.0.2.12:80": one(2) },
      { scheduler: "wrr", schedulerFlags: ["flag-1"] },
    );
    expect(changes([before], [after])).toEqual([
      "director1 tcp 192.0.2.80:80: scheduler wlc -> wrr, schedulerFlags none -> flag-1; " +
        "weight of 192.0.2.11:80 1 -> 5, upperThreshold of 192.0.2.11:80 none -> 9; " +
        "added 192.0.2.12:80 (dr, weight 2); removed 192.0.2.13:80",
    ]);
  });

  it("is the same whether a real server lies in its virtual service or is a resource of its own", () => {
    const service1 = "tcp 192.0.2.80:80";
    const own = {
      ...lvs("RealServer", "web1", { ...one(1), service: { protocol: "tcp" } }),
      id: `director1 ${service1} -> 192.0.2.11:80`,
    };
    const inside = service("http", { "192.0.2.11:80": one(1) });
    expect(changes([inside], [service("http", {}), own])).toEqual([]);
  });

  it("is the same whether a virtual service is a resource of its own or one of many", () => {
    const own = service("http", { "192.0.2.11:80": one(1) });
    const realServers = { "192.0.2.11:80": { forwardingMethod: "dr", weight: 1 } };
    const services = { "tcp 192.0.2.80:80": { scheduler: "wlc", realServers } };
    const group = {
      ...lvs("VirtualServices", "all", { services }),
      id: "director1 virtual services",
    };
    expect(changes([own], [group])).toEqual([]);
    expect(changes([group], [])).toEqual(["director1 tcp 192.0.2.80:80: removed"]);
  });

  it("names what came and what went", () => {
    const http = service("http", { "192.0.2.11:80": one(1) });
    expect(changes([], [http])).toEqual([
      "director1 tcp 192.0.2.80:80: added; added 192.0.2.11:80 (dr, weight 1)",
    ]);
    expect(changes([http], [])).toEqual(["director1 tcp 192.0.2.80:80: removed"]);
  });

  it("says of what survives a reboot only where it does not", () => {
    const [old, kept, left] = [{}, { persist: true }, { persist: false }].map((more) => [
      service("http", {}, more),
    ]) as [StateResource[], StateResource[], StateResource[]];
    expect(changes(old, kept)).toEqual([]);
    expect(changes(kept, left)).toEqual(["director1 tcp 192.0.2.80:80: persist none -> false"]);
  });

  it("leaves resources of others out, and shows no secret", () => {
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "v1:abc",
    };
    const http = service("http", {}, { scheduler: secret });
    expect(changes([foreign("machine")], [])).toEqual([]);
    expect(changes([service("http", {})], [http])).toEqual([
      "director1 tcp 192.0.2.80:80: scheduler wlc -> [secret]",
    ]);
  });
});

describe("the unified view of two states", () => {
  it("has every host and thing, and marks what differs", () => {
    const before = service("http", { "192.0.2.11:80": one(1), "192.0.2.9:80": one(1) });
    const after = service("http", { "192.0.2.11:80": one(5), "192.0.2.9:80": one(1) });
    const vip = { ...lvs("VirtualIp", "vip"), id: "director2 vip 192.0.2.80" };
    expect(unifiedLines(compared([before], [after, vip]))).toEqual([
      "  director1",
      "    tcp 192.0.2.80:80  scheduler wlc",
      "      192.0.2.9:80  dr, weight 1",
      "-     192.0.2.11:80  dr, weight 1",
      "+     192.0.2.11:80  dr, weight 5",
      "  director2",
      "+   vip 192.0.2.80",
    ]);
  });
});
