import { describe, expect, it } from "vitest";
import { filtersFact } from "../../provider/network/filters";
import { answered, factOf, fixture } from "../support/captures";

const DROPPING = fixture("filters/dropping.nftables-1.0.6.linux-6.1.txt");

describe("filtersFact", () => {
  it("knows the chains of iptables and nft that drop what no rule accepts", () => {
    expect(filtersFact.parse([answered(DROPPING)])).toEqual([
      { name: "ip filter FORWARD", families: ["ipv4"], hook: "forward" },
      { name: "ip filter INPUT", families: ["ipv4"], hook: "input" },
    ]);
  });

  it("knows a chain of both families", () => {
    const at = DROPPING.lastIndexOf('"accept"');
    const both = `${DROPPING.slice(0, at)}"drop"${DROPPING.slice(at + '"accept"'.length)}`;
    expect(filtersFact.parse([answered(both)]).at(-1)).toEqual({
      ...{ name: "inet filter input", families: ["ipv4", "ipv6"], hook: "input" },
    });
  });

  it("knows of none on a host without a packet filter", () => {
    expect(factOf("directorClean", "filters")).toEqual([]);
  });

  it("knows nothing of what it cannot read, and does not fail", () => {
    const failed = { stdout: "", stderr: "Error: JSON support not compiled-in\n", exitCode: 1 };
    for (const shown of [failed, answered("no JSON"), answered("{}")])
      expect(filtersFact.parse([shown])).toEqual([]);
  });
});
