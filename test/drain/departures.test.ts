import { describe, expect, it } from "vitest";
import { type Departures, departuresFrom, departuresOf } from "../../provider/drain/departures";
import { realServerValue } from "../../provider/ipvs/realServerPart";
import { virtualServiceValue } from "../../provider/ipvs/virtualServicePart";
import type { Journal } from "../../provider/journal/journal";
import type { Part } from "../../provider/values/part";
import { aRealServer, aTable, aVirtualService, marked, web } from "../support/builders";
import { held, owner } from "../support/claims";

const NAME = "tcp 192.0.2.80:80";
const mine = owner("mine");
const [first, second] = [aRealServer(), aRealServer({ rip: "10.0.0.6", weight: 4 })];
const both = aVirtualService({ realServers: [first, second] });
const one = aVirtualService({ realServers: [first] });
const value = virtualServiceValue;
const part = (text: string): Part => ({
  ...{ type: "virtualService", id: NAME, shared: false },
  value: text,
});
const claimed = (before: string | null, ...claims: ReturnType<typeof owner>[]): Journal => ({
  [`virtualService ${NAME}`]: held(before, value(both, true), ...claims),
});
const alone = (realServer = second): Journal => ({
  [`realServer ${NAME} -> ${realServer.key.rip}:80`]: held(
    null,
    realServerValue(web, realServer),
    mine,
  ),
});

/** The removed and the remaining real servers of each departure. */
const shown = (departures: Departures) =>
  Object.entries(departures).map(([name, { leaving, afterwards }]) => [
    name,
    leaving,
    afterwards && Object.keys(afterwards.realServers),
  ]);
const of = (parts: readonly Part[], journal: Journal, table = aTable(both)) =>
  shown(departuresOf(parts, { owner: mine, journal }, { ipvs: table }));

describe("departuresOf", () => {
  it("has the real servers that a list no longer names", () => {
    const found = of([part(value(one, true))], claimed(null, mine));
    expect(found).toEqual([[NAME, ["10.0.0.6:80"], ["10.0.0.5:80"]]]);
  });

  it("has all of a virtual service that goes", () => {
    const found = of([], claimed(null, mine));
    expect(found).toEqual([[NAME, ["10.0.0.5:80", "10.0.0.6:80"], undefined]]);
  });

  it("has those that an adopted virtual service did not have before", () => {
    const found = of([], claimed(value(one, true), mine));
    expect(found).toEqual([[NAME, ["10.0.0.6:80"], ["10.0.0.5:80"]]]);
  });

  it("has a real server of a resource that goes", () => {
    const found = of([], alone());
    expect(found).toEqual([[NAME, ["10.0.0.6:80"], ["10.0.0.5:80"]]]);
  });

  it.each<[string, readonly Part[], Journal]>([
    ["a list that names all of them", [part(value(both, true))], claimed(null, mine)],
    ["a list that is left to others", [part(value(one, false))], claimed(null, mine)],
    ["what others claim", [], claimed(null, owner("other"))],
    ["what others claim too", [], claimed(null, mine, owner("other"))],
    ["what adopted real servers leave to others", [], claimed(value(one, false), mine)],
    ["a real server that a list names by now", [], { ...claimed(null, owner("x")), ...alone() }],
  ])("has none of %s", (_, parts, journal) => {
    expect(of(parts, journal)).toEqual([]);
  });

  it("has none where nothing is live", () => {
    expect(of([], claimed(null, mine), aTable())).toEqual([]);
    expect(of([], alone(), aTable())).toEqual([]);
    expect(of([], alone(), aTable(one))).toEqual([]);
  });

  it("does not look at the table of a host that may have none of these", () => {
    const facts = {
      get ipvs(): never {
        throw new Error("not read");
      },
    };
    const journal = { "module ip_vs": held(null, "loaded", mine) };
    expect(departuresOf([], { owner: mine, journal }, facts)).toEqual({});
  });
});

describe("departuresFrom", () => {
  const from = (journal: Journal, table = aTable(both)) =>
    departuresFrom("192.0.2.80", { owner: mine, journal }, table);

  it("has all real servers of the stack's virtual services on a VIP", () => {
    const [found] = shown(from(claimed(null, owner("service"))));
    expect(found?.[1]).toEqual(["10.0.0.5:80", "10.0.0.6:80"]);
  });

  it("gives quiesced real servers the weights back that resources declare", () => {
    const idle = aRealServer({ rip: "10.0.0.6", weight: 0 });
    const table = aTable(aVirtualService({ realServers: [first, idle] }));
    const weightIn = (journal: Journal) =>
      from(journal, table)[NAME]?.afterwards?.realServers["10.0.0.6:80"]?.config.weight;
    expect(weightIn(claimed(null, mine))).toBe(4);
    const apart = { [`virtualService ${NAME}`]: held(null, value(one, false), mine), ...alone() };
    expect(weightIn(apart)).toBe(4);
    expect(weightIn({ [`virtualService ${NAME}`]: held(null, value(one, true), mine) })).toBe(0);
  });

  it("has none of other stacks, other VIPs and other kinds of virtual services", () => {
    expect(from(claimed(null, owner("other::service")))).toEqual({});
    const elsewhere = aVirtualService({ key: { ...web, vip: "192.0.2.81" }, realServers: [first] });
    const marks = aVirtualService({ key: marked, realServers: [first] });
    expect(from(claimed(null, mine), aTable(elsewhere, marks))).toEqual({});
  });
});
