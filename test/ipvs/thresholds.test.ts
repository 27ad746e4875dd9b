import { describe, expect, it } from "vitest";
import { parseThresholds } from "../../provider/ipvs/thresholds";

const title = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn 
  -> RemoteAddress:Port
`;

const both = (upperThreshold: number, lowerThreshold: number) => ({
  upperThreshold,
  lowerThreshold,
});

describe("parseThresholds", () => {
  it("reads an empty table", () => {
    expect(parseThresholds(title)).toEqual(new Map());
  });

  it("reads them by virtual service and by real server, each in the one spelling", () => {
    const text = `${title}TCP  192.0.2.80:80 wlc
  -> 10.0.0.5:80                  9          3          0          0         
UDP  [2001:DB8:0::80]:53 rr
  -> [2001:DB8::0005]:53          0          0          0          0         
  -> 10.0.0.5:53                  1          0          0          0         
FWM  -1 IPv6 wlc
`;
    expect(parseThresholds(text)).toEqual(
      new Map([
        ["tcp 192.0.2.80:80", new Map([["10.0.0.5:80", both(9, 3)]])],
        [
          "udp [2001:db8::80]:53",
          new Map([
            ["[2001:db8::5]:53", both(0, 0)],
            ["10.0.0.5:53", both(1, 0)],
          ]),
        ],
        ["fwmark 4294967295 ipv6", new Map()],
      ]),
    );
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
    [
      "an address with leading zeros",
      `${title}TCP  192.0.2.80:80 wlc\n  -> 10.0.0.05:80  1 1 0 0\n`,
      5,
      '"10.0.0.05:80" is no address and port',
    ],
    ["a missing column", `${title}TCP  192.0.2.80:80 wlc\n  -> 10.0.0.5:80  1 1 0\n`, 5, "no line"],
  ])("fails on %s", (_, text, line, why) => {
    const tool = "cannot read line LINE of ipvsadm -Ln --thresholds".replace("LINE", String(line));
    expect(() => parseThresholds(text)).toThrow(tool);
    expect(() => parseThresholds(text)).toThrow(why);
  });
});
