import { describe, expect, it } from "vitest";
import { statisticsFact } from "../../provider/ipvs/statisticsFact";
import { answered, fixture } from "../support/captures";

const text = fixture("ipvs/traffic.statistics.ipvsadm-1.31.linux-6.1.txt");
const parse = (stdout: string) => statisticsFact.parse([answered(stdout)]);

describe("statisticsFact", () => {
  it("has what the kernel counts of each virtual service and real server", () => {
    const web = parse(text).get("tcp 192.0.2.80:80");
    expect(web?.totals).toEqual({
      ...{ connections: 67, packetsIn: 394, packetsOut: 0, bytesIn: 21284, bytesOut: 0 },
    });
    expect(web?.rates.connections).toBe(5);
    expect(web?.realServers.get("192.0.2.11:80")).toEqual({
      ...{ active: 1, inactive: 50 },
      totals: { connections: 50, packetsIn: 296, packetsOut: 0, bytesIn: 15988, bytesOut: 0 },
      rates: { connections: 4, packetsIn: 21, packetsOut: 0, bytesIn: 1139, bytesOut: 0 },
    });
  });

  it("tells apart the marks of both families, and reads IPv6", () => {
    expect([...parse(text).keys()]).toEqual([
      "fwmark 4294967295 ipv4",
      ...["tcp 192.0.2.80:80", "tcp 192.0.2.99:9999", "udp 192.0.2.80:53"],
      ...["tcp [2001:db8::80]:80", "fwmark 5 ipv4", "fwmark 5 ipv6"],
    ]);
    expect(parse(text).get("fwmark 5 ipv4")?.totals.connections).toBe(0);
    expect(parse(text).get("fwmark 5 ipv6")?.realServers.has("[2001:db8::5]:0")).toBe(true);
  });

  it("reads figures of any length", () => {
    const long = text.replace(/( {2}-> 192.0.2.11:80 .* )15988( .*)/, "$1123456789012$2");
    expect(long).not.toBe(text);
    const web = parse(long).get("tcp 192.0.2.80:80");
    expect(web?.realServers.get("192.0.2.11:80")?.totals.bytesIn).toBe(123456789012);
  });

  it("is empty where ip_vs is not loaded", () => {
    expect(parse("").size).toBe(0);
  });

  it("leaves out what another program has removed between the answers", () => {
    const [all = "", ...rest] = text.split(/(?=^IP Virtual)/m).reverse();
    const gone = all.replace(/^UDP .*\n.*\n/m, "").replace(/^ {2}-> 192.0.2.13:80 .*\n/m, "");
    const seen = parse([...rest.reverse(), gone].join(""));
    expect(seen.has("udp 192.0.2.80:53")).toBe(false);
    expect([...(seen.get("tcp 192.0.2.80:80")?.realServers.keys() ?? [])]).toEqual([
      ...["192.0.2.11:80", "192.0.2.12:80"],
    ]);
  });

  it("refuses an answer that it does not know, and says where ipvsadm is missing", () => {
    expect(() => parse(text.replace("CPS", "XPS"))).toThrow(
      /cannot read line 1 of ipvsadm -Ln --rate/,
    );
    expect(() => parse(text.replace(/^IP Virtual[\s\S]*?(?=^IP Virtual)/m, ""))).toThrow(
      /not three answers/,
    );
    const missing = { stdout: "", stderr: "", exitCode: 127 };
    expect(() => statisticsFact.parse([missing])).toThrow(/ipvsadm is not there/);
  });
});
