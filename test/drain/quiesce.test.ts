import { describe, expect, it } from "vitest";
import { quiescedService } from "../../provider/drain/quiesce";
import type { VirtualService } from "../../provider/ipvs/model";
import { aRealServer, aVirtualService, type ServiceWords, web } from "../support/builders";

const staying = aRealServer({ rip: "10.0.0.5", weight: 2 });
const leaving = aRealServer({ rip: "10.0.0.6", weight: 7, upperThreshold: 9 });

function between(words: ServiceWords, afterwards: VirtualService | undefined) {
  const live = aVirtualService({ ...words, realServers: [staying, leaving] });
  return quiescedService({ key: web, live, leaving: ["10.0.0.6:80"], afterwards });
}

const weights = ({ realServers }: VirtualService) =>
  Object.entries(realServers).map(([name, { config }]) => `${name} ${config.weight}`);

describe("quiesced", () => {
  it("has the real servers that stay as they are afterwards, and those that leave with weight 0", () => {
    const afterwards = aVirtualService({ realServers: [aRealServer({ weight: 5 })] });
    const found = between({}, afterwards);
    expect(weights(found)).toEqual(["10.0.0.5:80 5", "10.0.0.6:80 0"]);
    expect(found.realServers["10.0.0.6:80"]?.config.upperThreshold).toBe(9);
  });

  it("is the live one with weight 0 where the virtual service goes", () => {
    const live = aVirtualService({ scheduler: "sh", realServers: [staying, leaving] });
    const all = Object.keys(live.realServers);
    const found = quiescedService({ key: web, live, leaving: all, afterwards: undefined });
    expect(weights(found)).toEqual(["10.0.0.5:80 0", "10.0.0.6:80 0"]);
    expect(found.config).toEqual(live.config);
  });

  it.each([
    ["sh", [], ["sh-fallback"]],
    ["sh", ["sh-port"], ["sh-fallback", "sh-port"]],
    ["sh", ["sh-fallback"], ["sh-fallback"]],
    ["mh", ["mh-port"], ["mh-fallback", "mh-port"]],
    ["dh", [], []],
    ["wrr", ["flag-1"], ["flag-1"]],
  ])("has the fallback of %s with the flags %j", (scheduler, schedulerFlags, flags) => {
    const afterwards = aVirtualService({ scheduler, schedulerFlags, realServers: [staying] });
    expect(between({ scheduler }, afterwards).config.schedulerFlags).toEqual(flags);
  });

  it("has no fallback where nobody is left to fall back to", () => {
    const idle = aRealServer({ weight: 0 });
    const afterwards = aVirtualService({ scheduler: "sh", realServers: [idle] });
    expect(between({}, afterwards).config.schedulerFlags).toEqual([]);
  });
});
