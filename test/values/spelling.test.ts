import { describe, expect, it } from "vitest";
import { isNear } from "../../provider/values/spelling";

describe("isNear", () => {
  it.each([
    ["weight", "wieght"],
    ["port", "prot"],
    ["vip", "vips"],
    ["persistenceSeconds", "persistanceSecond"],
    ["rip", "rip"],
    ["rip", "r"],
  ])("finds %s in %s, and the other way round", (one, other) => {
    expect([isNear(one, other), isNear(other, one)]).toEqual([true, true]);
  });

  it.each([
    ["port", "vip"],
    ["scheduler", "schedulerFlags"],
    ["upperThreshold", "lowerThreshold"],
    ["address", "addr"],
    ["rip", ""],
  ])("tells %s from %j", (one, other) => {
    expect([isNear(one, other), isNear(other, one)]).toEqual([false, false]);
  });
});
