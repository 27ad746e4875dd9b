import { describe, expect, it } from "vitest";
import { drainWarnings, progressText, slowStartWarnings } from "../../provider/drain/messages";
import { aRealServer, aTable, aVirtualService, type ServiceWords } from "../support/builders";

const NAME = "tcp 192.0.2.80:80 -> 10.0.0.5:80";
const OTHER = "tcp 192.0.2.80:80 -> 10.0.0.6:80";

describe("progressText", () => {
  it.each<[readonly (readonly [string, number])[], string]>([
    [[[NAME, 12]], "draining 10.0.0.5:80: 12 connections, 18 s left"],
    [[[NAME, 1]], "draining 10.0.0.5:80: 1 connection, 18 s left"],
    [
      [
        [NAME, 0],
        [OTHER, 2],
      ],
      "draining 10.0.0.6:80: 2 connections, 18 s left",
    ],
    [
      [
        [NAME, 3],
        [OTHER, 2],
      ],
      "draining 10.0.0.5:80: 3 connections, 18 s left, and 1 more with 2 connections",
    ],
  ])("of %j is %s", (counts, text) => {
    expect(progressText(new Map(counts), 18)).toBe(text);
  });
});

describe("drainWarnings", () => {
  const quiesced = aRealServer({ weight: 0 });
  const others = [quiesced, aRealServer({ rip: "10.0.0.6" })];
  const of = (words: ServiceWords, setting = {}, realServers = others) =>
    drainWarnings([NAME], aTable(aVirtualService({ ...words, realServers })), () => setting);

  it("say whom dh refuses", () => {
    expect(of({ scheduler: "dh" })).toEqual([expect.stringMatching(/^tcp 192.0.2.80:80 .* dh/)]);
  });

  it("say who comes back to a persistent one, unless that is changed", () => {
    const persistent = { persistence: { seconds: 300 } };
    expect(of(persistent)).toEqual([expect.stringContaining("persistent")]);
    expect(of(persistent, { expireQuiescentTemplates: true })).toEqual([]);
  });

  it("are none of other ones, and none where all real servers go", () => {
    for (const scheduler of ["wrr", "sh", "mh"]) expect(of({ scheduler })).toEqual([]);
    const words = { scheduler: "dh", persistence: { seconds: 300 } };
    expect(of(words, {}, [quiesced])).toEqual([]);
  });
});

describe("slowStartWarnings", () => {
  it("name the first real server without steps, and count the others", () => {
    expect(slowStartWarnings([])).toEqual([]);
    expect(slowStartWarnings([NAME])[0]).toMatch(/^10.0.0.5:80 has the weight 1/);
    expect(slowStartWarnings([NAME, OTHER])[0]).toMatch(/^10.0.0.5:80 \(and 1 more\) has/);
  });
});
