import { describe, expect, it } from "vitest";
import {
  byKeyText,
  type IpvsTable,
  serviceKeyText,
  type VirtualService,
} from "../../provider/ipvs/model";
import { parseRenderedService, parseSavedTable } from "../../provider/ipvs/parse";
import { planRealServer, planService } from "../../provider/ipvs/plan";
import { renderAddRealServer, renderAddService, renderService } from "../../provider/ipvs/render";
import { flagsOf, schedulers } from "../../provider/ipvs/vocabulary";
import { aRealServer, aTable, aVirtualService, web } from "../support/builders";
import { WorkingTable } from "../support/ipvsTable";
import { aRandomService, aRandomTable, randomFrom, shuffled } from "../support/randomTables";

const seeds = Array.from({ length: 300 }, (_, seed) => seed);
const all = { managesRealServers: true };

/** A director with these virtual services. */
function director(table: IpvsTable): WorkingTable {
  const working = new WorkingTable();
  apply(working, Object.values(table).map(renderService).join("").trimEnd().split("\n"));
  return working;
}

function apply(working: WorkingTable, lines: readonly string[]): void {
  expect(working.restore(lines.join("\n"))).toEqual({ exitCode: 0, stderr: "" });
}

function read(working: WorkingTable): IpvsTable {
  return parseSavedTable(working.saved(), working.thresholds());
}

/** Real servers with these methods, tunnels and numbers: every row of the vocabularies. */
const realServers = [
  ...[0, 1, 65535].map((weight) => ({ weight })),
  ...[0, 5].map((lowerThreshold) => ({ upperThreshold: 5, lowerThreshold })),
  { forwardingMethod: "nat", port: 8080 } as const,
  { forwardingMethod: "tun", tunnel: { type: "ipip" } } as const,
  ...(["nocsum", "csum", "remcsum"] as const).map((checksum) => ({
    forwardingMethod: "tun" as const,
    tunnel: { type: "gue" as const, port: 6080, checksum },
  })),
  ...(["nocsum", "csum"] as const).map((checksum) => ({
    forwardingMethod: "tun" as const,
    tunnel: { type: "gre" as const, checksum },
  })),
].map((words, index) => aRealServer({ rip: `10.0.0.${5 + index}`, ...words }));

describe("reading what was written", () => {
  it.each(Object.keys(schedulers))(
    "gives back a service with %s and any of its flags",
    (scheduler) => {
      const [one = "", two = "", ...others] = flagsOf(scheduler);
      for (const flags of [[], [one], [two], [one, two], [one, two, ...others]]) {
        const service = aVirtualService({
          scheduler,
          schedulerFlags: [...flags].sort(),
          realServers,
        });
        expect(parseRenderedService(renderService(service))).toEqual(service);
        expect(read(director(aTable(service)))).toEqual(aTable(service));
      }
    },
  );

  it("gives back any service and any table", () => {
    for (const seed of seeds) {
      const random = randomFrom(seed);
      const service = aRandomService(random);
      expect(parseRenderedService(renderService(service))).toEqual(service);
      const table = aRandomTable(random);
      expect(read(director(table))).toEqual(table);
    }
  });
});

describe("a plan", () => {
  it("is empty for what is as desired, in whatever order it is declared", () => {
    for (const seed of seeds) {
      const random = randomFrom(seed);
      const service = aRandomService(random);
      const { schedulerFlags } = service.config;
      const same: VirtualService = {
        ...service,
        config: { ...service.config, schedulerFlags: shuffled(random, schedulerFlags) },
        realServers: byKeyText(shuffled(random, Object.values(service.realServers))),
      };
      expect(planService(same, service, all)).toEqual([]);
      expect(renderService(same)).toBe(renderService(service));
    }
  });

  it("makes any service as desired, and does nothing exactly when nothing differs", () => {
    for (const seed of seeds) {
      const random = randomFrom(seed);
      const live = aRandomService(random);
      const desired = aRandomService(random, live.key);
      const working = director(aTable(live));
      const planned = planService(desired, live, all);
      if (planned.length > 0)
        apply(
          working,
          planned.map((one) => one.line),
        );
      expect(read(working)).toEqual(aTable(desired));
      expect(planned.length === 0).toBe(renderService(desired) === renderService(live));
    }
  });

  it("leaves real servers alone that are not its own", () => {
    for (const seed of seeds) {
      const random = randomFrom(seed);
      const live = aRandomService(random);
      const desired = aRandomService(random, live.key);
      const working = director(aTable(live));
      const planned = planService(desired, live, { managesRealServers: false });
      if (planned.length > 0)
        apply(
          working,
          planned.map((one) => one.line),
        );
      expect(read(working)).toEqual(aTable({ ...desired, realServers: live.realServers }));
    }
  });

  it("to create and a plan to delete leave the table as it was, and nothing else is touched", () => {
    for (const seed of seeds) {
      const random = randomFrom(seed);
      const service = aRandomService(random);
      const name = serviceKeyText(service.key);
      const { [name]: _, ...others } = aRandomTable(random);
      const working = director(others);
      const before = working.saved() + working.thresholds();
      apply(
        working,
        planService(service, undefined, all).map((one) => one.line),
      );
      expect(read(working)).toEqual({ ...others, [name]: service });
      apply(
        working,
        planService(undefined, service, all).map((one) => one.line),
      );
      expect(working.saved() + working.thresholds()).toBe(before);
    }
  });

  it("for one real server makes it as desired and touches no other", () => {
    const service = aVirtualService({ realServers });
    for (const desired of realServers) {
      const key = { rip: "10.0.0.200", port: desired.key.port };
      const working = director(aTable(service));
      const [one, other] = [{ ...desired, key }, aRealServer({ ...key, forwardingMethod: "nat" })];
      apply(
        working,
        planRealServer(web, other, undefined).map((each) => each.line),
      );
      const planned = planRealServer(web, one, other);
      if (planned.length > 0)
        apply(
          working,
          planned.map((each) => each.line),
        );
      const now = Object.values(read(working))[0];
      expect(Object.values(now?.realServers ?? {})).toContainEqual(one);
      apply(
        working,
        planRealServer(web, undefined, one).map((each) => each.line),
      );
      expect(read(working)).toEqual(aTable(service));
    }
  });
});

describe("hostile strings", () => {
  const hostile = [
    "a b",
    "a\n-C",
    "a\r",
    "a\tb",
    "a\0b",
    "a#b",
    "",
    "-C",
    "--clear",
    "ipvsadm",
    "a\u2028b",
    "\u00a0",
    "a\u200bb",
  ];

  it.each(hostile)("are refused, and never become a word or a line: %j", (text) => {
    const places = [
      () => renderAddService(aVirtualService({ scheduler: text })),
      () => renderAddService(aVirtualService({ persistenceEngine: text })),
      () => renderAddService(aVirtualService({ persistence: { seconds: 1, netmask: text } })),
      () =>
        renderAddService(
          aVirtualService({ schedulerFlags: ["flag-1", text === "" ? " " : ` ${text}`] }),
        ),
    ];
    for (const render of places) expect(render).toThrow("cannot be one word of an ipvsadm line");
  });

  it.each(["a b", "a\n-C", "a#b", "-C"])("are refused as an address: %j", (text) => {
    expect(() => renderAddService(aVirtualService({ key: { ...web, vip: text } }))).toThrow();
    expect(() => renderAddRealServer(web, aRealServer({ rip: text }))).toThrow();
  });
});
