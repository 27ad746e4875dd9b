import { describe, expect, it } from "vitest";
import { moduleType } from "../../provider/network/modulePart";
import { factOf } from "../support/captures";

describe("moduleType", () => {
  it("is there when it is loaded", () => {
    expect(moduleType.read(factOf("directorCluster", "modules"), "ip_vs")).toBe("loaded");
    expect(moduleType.read(factOf("directorClean", "modules"), "ip_vs")).toBeUndefined();
  });

  it("is loaded by modprobe, and may stay when somebody uses it", () => {
    const [load] = moduleType.set("ipip", "loaded", undefined);
    expect(load?.run.argv).toEqual(["modprobe", "ipip"]);
    expect(moduleType.unset("ipip", "loaded").every((step) => step.mayFail)).toBe(true);
  });
});
