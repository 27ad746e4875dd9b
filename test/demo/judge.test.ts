import { describe, expect, it } from "vitest";
import type { Baseline } from "../lab/baseline";
import { counted, expectCount, expectSame } from "./judge";

describe("expectCount", () => {
  const said = "Resources:\n    + 7 created\n    9 unchanged\n";

  it("takes the number that Pulumi says", () => {
    expect(counted(said, /\+ (\d+) created/)).toBe(7);
    expect(() => expectCount(said, /\+ (\d+) created/, 7)).not.toThrow();
  });

  it("fails for another number", () => {
    expect(() => expectCount(said, /\+ (\d+) created/, 8)).toThrow(
      "Pulumi says 7 for \\+ (\\d+) created, and not 8",
    );
  });

  it("fails when Pulumi says none", () => {
    expect(() => expectCount(said, /- (\d+) deleted/, 7)).toThrow("Pulumi says 0");
  });
});

describe("expectSame", () => {
  const host = (changes: Partial<Baseline> = {}): Baseline => ({
    ...{ link: {}, address: {}, route: {}, rule: {}, sysctl: {}, ipvs: {}, module: {}, file: {} },
    ...changes,
  });

  it("takes hosts that are as they were", () => {
    expect(() => expectSame({ web1: host() }, { web1: host() }, "after destroy")).not.toThrow();
  });

  it("fails when something is left on one of them", () => {
    const left = { web1: host(), web2: host({ module: { ip_vs: "" } }) };
    expect(() => expectSame({ web1: host(), web2: host() }, left, "after destroy")).toThrow(
      "the hosts are not as before after destroy:\nweb2: module ip_vs: is new",
    );
  });

  it("takes what a boot writes, of a host that was booted", () => {
    const before = { web1: host({ file: { "/etc/hosts": "old" } }) };
    const after = { web1: host({ file: { "/etc/hosts": "new" } }) };
    expect(() => expectSame(before, after, "after destroy", ["web1"])).not.toThrow();
    expect(() => expectSame(before, after, "after destroy")).toThrow("web1: file /etc/hosts");
    const left = { web1: host({ module: { ip_vs: "" } }) };
    expect(() => expectSame(before, left, "after destroy", ["web1"])).toThrow("ip_vs");
  });
});
