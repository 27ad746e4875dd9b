import { describe, expect, it } from "vitest";
import {
  addressProblem,
  oneOf,
  problemText,
  rangeProblem,
  say,
} from "../../provider/ipvs/problems";

describe("addressProblem", () => {
  it.each(["192.0.2.80", "127.0.0.1", "2001:db8::80"])("has nothing against %s", (text) => {
    expect(addressProblem("vip", text)).toBeUndefined();
  });

  it.each([
    ["web1", "is not an IPv4 or IPv6 address"],
    ["ff02::1", "is a multicast address"],
    ["255.255.255.255", "is the broadcast address"],
    ["::", "is an unspecified address"],
    ["169.254.0.1", "is valid on one link only"],
  ])("fails on %s, which %s", (text, why) => {
    expect(addressProblem("rip", text)).toContain(`rip is "${text}", which ${why}: give`);
  });
});

describe("rangeProblem", () => {
  it.each([undefined, 0, 5])("has nothing against %s", (value) => {
    expect(rangeProblem("weight", value, { from: 0, to: 5 })).toBeUndefined();
  });

  it.each([-1, 6, 0.5, Number.NaN])("fails on %s", (value) => {
    const reason = `weight is ${value}: use a whole number from 0 to 5`;
    expect(rangeProblem("weight", value, { from: 0, to: 5 })).toBe(reason);
  });
});

describe("say", () => {
  it("keeps a text in one line", () => {
    expect(say("a\nb")).toBe('"a\\nb"');
  });
});

describe("oneOf", () => {
  it.each([
    [["a"], '"a"'],
    [["a", "b"], '"a" or "b"'],
    [["a", "b", "c"], '"a", "b" or "c"'],
  ])("lists %o", (allowed, text) => {
    expect(oneOf(allowed)).toBe(text);
  });
});

describe("problemText", () => {
  it("says where a problem is", () => {
    expect(problemText({ path: "", reason: "port is -1" })).toBe("port is -1");
    expect(problemText({ path: "realServers 10.0.0.5:80", reason: "weight is -1" })).toBe(
      "realServers 10.0.0.5:80: weight is -1",
    );
  });
});
