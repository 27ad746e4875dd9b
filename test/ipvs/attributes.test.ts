import { describe, expect, it } from "vitest";
import { realServerDifferences, serviceDifferences } from "../../provider/ipvs/attributes";
import { aRealServer, aVirtualService, type ServiceWords } from "../support/builders";

describe("serviceDifferences", () => {
  it.each<[string, ServiceWords, string, string]>([
    ["scheduler", { scheduler: "rr" }, "rr", "wlc"],
    ["scheduler flags", { schedulerFlags: ["flag-2", "flag-1"] }, "flag-1,flag-2", "none"],
    ["persistence", { persistence: { seconds: 60 } }, "60 s", "none"],
    ["persistence engine", { persistenceEngine: "sip" }, "sip", "none"],
    ["one-packet scheduling", { onePacket: true }, "on", "off"],
  ])("tells another %s", (attribute, words, desired, live) => {
    const [one, other] = [aVirtualService(words).config, aVirtualService().config];
    expect(serviceDifferences(one, other)).toEqual([{ attribute, desired, live }]);
    expect(serviceDifferences(other, one)).toEqual([{ attribute, desired: live, live: desired }]);
    expect(serviceDifferences(one, one)).toEqual([]);
  });

  it("tells another mask of the same persistence", () => {
    const [one, other] = ["64", "128"].map(
      (netmask) => aVirtualService({ persistence: { seconds: 1, netmask } }).config,
    );
    expect(one && other && serviceDifferences(one, other)).toEqual([
      { attribute: "persistence netmask", desired: "64", live: "128" },
    ]);
  });
});

describe("realServerDifferences", () => {
  it.each([
    ["forwarding method", { forwardingMethod: "nat" }, "nat", "dr"],
    ["weight", { weight: 0 }, "0", "1"],
    ["upper threshold", { upperThreshold: 9 }, "9", "0"],
    ["lower threshold", { lowerThreshold: 3 }, "3", "0"],
  ] as const)("tells another %s", (attribute, words, desired, live) => {
    const [one, other] = [aRealServer(words).config, aRealServer().config];
    expect(realServerDifferences(one, other)).toEqual([{ attribute, desired, live }]);
    expect(realServerDifferences(one, one)).toEqual([]);
  });

  it("tells another tunnel, and that no tunnel named is ipip", () => {
    const tun = { forwardingMethod: "tun" } as const;
    const gue = { type: "gue", port: 6080, checksum: "csum" } as const;
    const [none, ipip, other] = [{}, { tunnel: { type: "ipip" } as const }, { tunnel: gue }].map(
      (words) => aRealServer({ ...tun, ...words }).config,
    );
    expect(none && ipip && realServerDifferences(none, ipip)).toEqual([]);
    expect(other && ipip && realServerDifferences(other, ipip)).toEqual([
      { attribute: "tunnel", desired: "gue --tun-port 6080 --tun-csum", live: "ipip" },
    ]);
  });
});
