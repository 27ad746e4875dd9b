import { describe, expect, it } from "vitest";
import { ruleType } from "../../provider/network/rulePart";
import { factOf } from "../support/captures";
import { argvOf } from "../support/steps";
import { WorkingHost } from "../support/workingHost";

const rules = factOf("realServerEverything", "rules");

describe("ruleType", () => {
  const id = "ipv4 from 192.0.2.11 priority 30000";

  it("reads what a rule on a source does", () => {
    expect(ruleType.read(rules, id)).toBe("lookup main suppress_prefixlength 0");
    expect(ruleType.read(rules, "ipv6 from 2001:db8:0:1::11 priority 30001")).toBe(
      "lookup 1000124",
    );
    expect(ruleType.read(rules, "ipv4 from 192.0.2.12 priority 30000")).toBeUndefined();
    expect(ruleType.read(rules, "ipv4 from 192.0.2.11 priority 30002")).toBeUndefined();
  });

  it("adds a rule, and deletes exactly the live rule", () => {
    expect(argvOf(ruleType.set(id, "lookup 1000123", undefined))).toEqual([
      "ip -4 rule add from 192.0.2.11 priority 30000 lookup 1000123",
    ]);
    expect(argvOf(ruleType.unset(id, "lookup main suppress_prefixlength 0"))).toEqual([
      "ip -4 rule delete from 192.0.2.11 priority 30000 lookup main suppress_prefixlength 0",
    ]);
  });

  it("replaces another rule in its place", () => {
    const host = new WorkingHost();
    const read = () => ruleType.read(host.facts().rules, id);
    host.carryOut(ruleType.set(id, "lookup 7", read()));
    host.carryOut(ruleType.set(id, "lookup 1000123", read()));
    expect(read()).toBe("lookup 1000123");
    expect(host.network.rules).toHaveLength(1);
  });
});
