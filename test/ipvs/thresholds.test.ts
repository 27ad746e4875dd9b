import { describe, expect, it } from "vitest";
import { parseThresholds } from "../../provider/ipvs/thresholds";

const title = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn 
  -> RemoteAddress:Port
`;

describe("parseThresholds", () => {
  it("reads an empty table", () => {
    expect(parseThresholds(title)).toEqual(new Map());
  });

  it.each([
    ["a title of another tool", "LVS version 2\n", 1, "it is not the title that is known"],
    [
      "a real server without a service",
      `${title}  -> 10.0.0.5:80  1 1 0 0\n`,
      4,
      "no virtual service",
    ],
    [
      "a protocol that is not known",
      `${title}DCCP 192.0.2.80:80 wlc\n`,
      4,
      "no line that is known",
    ],
    [
      "a name instead of an address",
      `${title}TCP  www:80 wlc\n`,
      4,
      '"www:80" is no address and port',
    ],
    ["a missing column", `${title}TCP  192.0.2.80:80 wlc\n  -> 10.0.0.5:80  1 1 0\n`, 5, "no line"],
  ])("fails on %s", (_, text, line, why) => {
    const tool = "cannot read line LINE of ipvsadm -Ln --thresholds".replace("LINE", String(line));
    expect(() => parseThresholds(text)).toThrow(tool);
    expect(() => parseThresholds(text)).toThrow(why);
  });
});
