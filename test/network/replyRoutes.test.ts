import { describe, expect, it } from "vitest";
import { routeType, ruleType } from "../../provider/network/routeParts";
import { factsOf } from "../support/captures";
import { WorkingHost } from "../support/workingHost";

const everything = factsOf("realServerEverything");
const argv = (steps: { run: { argv: readonly string[] } }[]) =>
  steps.map(({ run }) => run.argv.join(" "));

describe("routeType", () => {
  const id = "ipv4 default table 1000123";

  it("reads a default route of a table of our own", () => {
    expect(routeType.read(everything, id)).toBe("via 192.0.2.2 dev eth1");
    expect(routeType.read(everything, "ipv6 default table 1000124")).toBe(
      "via 2001:db8:0:1::2 dev eth1",
    );
    expect(routeType.read(everything, "ipv4 default table 1000999")).toBeUndefined();
  });

  it("replaces and deletes it by family and table", () => {
    expect(argv(routeType.set(id, "via 10.0.0.1 dev eth1", undefined))).toEqual([
      "ip -4 route replace default table 1000123 via 10.0.0.1 dev eth1",
    ]);
    expect(argv(routeType.unset("ipv6 default table 7", ""))).toEqual([
      "ip -6 route delete default table 7",
    ]);
  });
});

describe("ruleType", () => {
  const id = "ipv4 from 192.0.2.11 priority 30000";

  it("reads what a rule on a source does", () => {
    expect(ruleType.read(everything, id)).toBe("lookup main suppress_prefixlength 0");
    expect(ruleType.read(everything, "ipv6 from 2001:db8:0:1::11 priority 30001")).toBe(
      "lookup 1000124",
    );
    expect(ruleType.read(everything, "ipv4 from 192.0.2.12 priority 30000")).toBeUndefined();
    expect(ruleType.read(everything, "ipv4 from 192.0.2.11 priority 30002")).toBeUndefined();
  });

  it("adds a rule, and deletes the very one that is there", () => {
    expect(argv(ruleType.set(id, "lookup 1000123", undefined))).toEqual([
      "ip -4 rule add from 192.0.2.11 priority 30000 lookup 1000123",
    ]);
    expect(argv(ruleType.unset(id, "lookup main suppress_prefixlength 0"))).toEqual([
      "ip -4 rule delete from 192.0.2.11 priority 30000 lookup main suppress_prefixlength 0",
    ]);
  });

  it("leaves one rule behind where another one was in its place", () => {
    const host = new WorkingHost();
    const read = () => ruleType.read(host.facts(), id);
    host.carryOut(ruleType.set(id, "lookup 7", read()));
    host.carryOut(ruleType.set(id, "lookup 1000123", read()));
    expect(read()).toBe("lookup 1000123");
    expect(host.network.rules).toHaveLength(1);
  });
});
