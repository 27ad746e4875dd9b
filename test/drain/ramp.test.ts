import { describe, expect, it } from "vitest";
import { partsAt, rampOf, rampText, stepCount, weightAt } from "../../provider/drain/ramp";
import { realServerValue } from "../../provider/ipvs/realServerPart";
import { virtualServiceValue } from "../../provider/ipvs/virtualServicePart";
import type { Part } from "../../provider/values/part";
import { aRealServer, aTable, aVirtualService, web } from "../support/builders";

const first = aRealServer({ weight: 100 });
const second = aRealServer({ rip: "10.0.0.6", weight: 40 });
const service: Part = {
  ...{ type: "virtualService", id: "tcp 192.0.2.80:80", shared: false },
  value: virtualServiceValue(aVirtualService({ realServers: [first, second] }), true),
};
const alone: Part = {
  ...{ type: "realServer", id: "tcp 192.0.2.80:80 -> 10.0.0.6:80", shared: false },
  value: realServerValue(web, second),
};
const idle = { ...second, config: { ...second.config, weight: 0 } };

describe("rampOf", () => {
  it.each([
    ["is new", [first]],
    ["returns from a weight of 0", [first, idle]],
  ])("has a real server that %s while another real server serves", (_, realServers) => {
    const table = aTable(aVirtualService({ realServers }));
    for (const part of [service, alone])
      expect([...rampOf([part], table, () => true)]).toEqual([
        ["tcp 192.0.2.80:80 -> 10.0.0.6:80", 40],
      ]);
  });

  it.each([
    ["the virtual service is new", aTable()],
    ["no other real server serves", aTable(aVirtualService({ realServers: [idle] }))],
    ["all real servers serve", aTable(aVirtualService({ realServers: [first, second] }))],
  ])("is empty when %s", (_, table) => {
    expect([...rampOf([service], table, () => true)]).toEqual([]);
  });

  it("has none of a virtual service that leaves its real servers to others", () => {
    const others = { ...service, value: virtualServiceValue(aVirtualService(), false) };
    const table = aTable(aVirtualService({ realServers: [first] }));
    expect([...rampOf([others], table, () => true)]).toEqual([]);
  });
});

describe("the steps of a ramp", () => {
  it("rise to the whole weight, and never are 0", () => {
    for (const full of [1, 2, 3, 7, 10, 65_535]) {
      const steps = stepCount(new Map([["one", full]]));
      const weights = Array.from({ length: steps }, (_, index) => weightAt(full, index + 1, steps));
      expect(weights.at(-1)).toBe(full);
      expect(weights[0]).toBeGreaterThan(0);
      expect([...new Set(weights)].sort((a, b) => a - b)).toEqual(weights);
    }
  });

  it("change only the weights of those that come", () => {
    const ramp = new Map([["tcp 192.0.2.80:80 -> 10.0.0.6:80", 40]]);
    const [of, single] = partsAt([service, alone], ramp, 2).map(({ value }) => value);
    expect(of).toMatch(/-r 10.0.0.5:80 -g -w 100 /);
    expect(of).toMatch(/-r 10.0.0.6:80 -g -w 8 /);
    expect(single).toMatch(/-r 10.0.0.6:80 -g -w 8 /);
  });

  it("are said with how many others there are", () => {
    const ramp = new Map([
      ["tcp 192.0.2.80:80 -> 10.0.0.6:80", 40],
      ["tcp 192.0.2.80:80 -> 10.0.0.7:80", 40],
    ]);
    expect(rampText(ramp, 3, 12)).toBe(
      "slow start of 10.0.0.6:80: weight 12 of 40, 12 s left, and 1 more",
    );
  });
});
