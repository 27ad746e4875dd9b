import { describe, expect, it } from "vitest";
import {
  canonicalFlag,
  checksumOptions,
  flagsOf,
  forwardingOptions,
  keyOf,
  protocolOptions,
  schedulers,
} from "../../provider/ipvs/vocabulary";

describe("schedulers", () => {
  it("has every scheduler of the kernel, with the module of its name", () => {
    const names = "rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh twos".split(" ");
    expect(Object.keys(schedulers)).toEqual([...names, "none"]);
    expect(names.map((name) => schedulers[name]?.module)).toEqual(
      names.map((name) => `ip_vs_${name}`),
    );
    expect(schedulers.none?.module).toBeUndefined();
  });
});

describe("canonicalFlag", () => {
  it.each([
    ["sh", "flag-1", "sh-fallback"],
    ["sh", "sh-fallback", "sh-fallback"],
    ["sh", "flag-2", "sh-port"],
    ["sh", "flag-3", undefined],
    ["sh", "mh-port", undefined],
    ["mh", "flag-1", "mh-fallback"],
    ["mh", "flag-2", "mh-port"],
    ["rr", "flag-1", "flag-1"],
    ["rr", "sh-port", undefined],
    ["wlc", "flag-4", undefined],
    ["one of another vendor", "flag-2", "flag-2"],
    ["constructor", "flag-2", "flag-2"],
  ])("%s %s is %s", (scheduler, flag, canonical) => {
    expect(canonicalFlag(scheduler, flag)).toBe(canonical);
  });
});

describe("flagsOf", () => {
  it("has named flags for sh and mh only", () => {
    expect(flagsOf("sh")).toEqual(["sh-fallback", "sh-port"]);
    expect(flagsOf("mh")).toEqual(["mh-fallback", "mh-port"]);
    expect(flagsOf("rr")).toEqual(["flag-1", "flag-2", "flag-3"]);
  });
});

describe("keyOf", () => {
  it.each<Readonly<Record<string, string>>>([protocolOptions, forwardingOptions, checksumOptions])(
    "inverts %o",
    (table) => {
      for (const [key, option] of Object.entries(table)) expect(keyOf(table, option)).toBe(key);
      expect(keyOf(table, "-z")).toBeUndefined();
    },
  );
});
