import { describe, expect, it } from "vitest";
import { rulesFact } from "../../provider/network/rules";
import { answered, factOf } from "../support/captures";

describe("rulesFact", () => {
  it("reads what the rules look at and do", () => {
    expect(
      factOf("realServerEverything", "rules").filter(
        (one) => one.priority === 30000 || one.priority === 30001,
      ),
    ).toEqual(
      ["ipv4", "ipv6"].flatMap((family) => {
        const source = family === "ipv4" ? "192.0.2.11" : "2001:db8:0:1::11";
        const table = family === "ipv4" ? "1000123" : "1000124";
        return [
          { family, priority: 30000, source, action: "lookup main suppress_prefixlength 0" },
          { family, priority: 30001, source, action: `lookup ${table}` },
        ];
      }),
    );
  });

  it("reads a kernel that has no rules for IPv6", () => {
    const none = { stdout: "", exitCode: 2 };
    const refused = {
      ...none,
      stderr: "RTNETLINK answers: Address family not supported by protocol\nDump terminated\n",
    };
    const all = answered('[{"priority":0,"src":"all","table":"local"}]');
    expect(rulesFact.parse([all, refused])).toEqual([
      { family: "ipv4", priority: 0, source: "all", action: "lookup local" },
    ]);
    const broken = { ...none, stderr: "Cannot open netlink socket: Too many open files\n" };
    expect(() => rulesFact.parse([all, broken])).toThrow(/Too many open files/);
  });
});
