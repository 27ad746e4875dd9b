import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseRenderedService, parseSavedTable } from "../../provider/ipvs/parse";
import { renderService } from "../../provider/ipvs/render";
import { aRealServer, aTable, aVirtualService } from "../support/builders";
import { everything } from "./support/everything";

function fixture(name: string): string {
  const file = `${name}.ipvsadm-1.31.linux-6.1.txt`;
  return readFileSync(join(__dirname, "../fixtures/ipvs", file), "utf8");
}

const title = fixture("empty.thresholds");
const A = "-A -t 192.0.2.80:80 -s wlc";
const a = "-a -t 192.0.2.80:80 -r 10.0.0.5:80";

describe("parseSavedTable", () => {
  it("reads an empty table", () => {
    expect(parseSavedTable("", title)).toEqual({});
  });

  it("reads everything that ipvsadm 1.31 can say", () => {
    expect(parseSavedTable(fixture("everything.saved"), fixture("everything.thresholds"))).toEqual(
      everything,
    );
  });

  it("takes ipip for a tunnel of which an older ipvsadm says nothing", () => {
    const thresholds = `${title}TCP  192.0.2.80:80 wlc\n  -> 10.0.0.5:80                  0          0          0          0         \n`;
    const realServers = [aRealServer({ forwardingMethod: "tun", tunnel: { type: "ipip" } })];
    expect(parseSavedTable(`${A}\n${a} -i -w 1\n`, thresholds)).toEqual(
      aTable(aVirtualService({ realServers })),
    );
  });

  it.each([
    ["a line of another command", "-C", '"-C" is not known here'],
    ["a word that is not known", `${A} --color blue`, '"--color" is not known here'],
    ["an option that every object has", `${A} constructor`, '"constructor" is not known here'],
    ["an option without its value", `${A} -p`, '"-p" has no value'],
    ["an option that is there twice", `${A} -p 1 -p 2`, '"-p" is there twice'],
    ["two spaces", `${A}  -o`, '"" is not known here'],
    ["a service without a scheduler", "-A -t 192.0.2.80:80", "there is no scheduler"],
    ["a service of no address", "-A -s wlc", "it does not name one virtual service"],
    ["a service of two addresses", `${A} -f 5`, "it does not name one virtual service"],
    ["a name instead of an address", "-A -t www:80 -s wlc", '"www:80" is no address and port'],
    ["a name instead of a port", "-A -t 192.0.2.80:http -s wlc", "is no address and port"],
    ["an IPv6 address without brackets", "-A -t 2001:db8::80:80 -s wlc", "is no address and port"],
    ["a mark of 0", "-A -f 0 -s wlc", "the mark is 0, not a whole number from 1 to 4294967295"],
    ["-6 without a mark", `${A} -6`, '"-6" goes with "-f" only'],
    ["a mask without persistence", `${A} -M 255.255.255.0`, '"-M" goes with "-p" only'],
    ["a mask of the other family", `${A} -p 1 -M 64`, '"64" is no mask of ipv4'],
    ["persistence of no time", `${A} -p 0`, "the persistence is 0, not a whole number from 1"],
    ["flags of another scheduler", `${A} -b sh-port`, 'wlc has no flag "sh-port"'],
    ["a real server without a service", `${a} -g -w 1`, "its virtual service is not before it"],
    ["a service that is there twice", `${A}\n${A}`, "this virtual service is there twice"],
    [
      "a real server that is there twice",
      `${A}\n${a} -g\n${a} -m`,
      "this real server is there twice",
    ],
    ["a real server without a method", `${A}\n${a} -w 1`, "there is not one forwarding method"],
    [
      "a real server with two methods",
      `${A}\n${a} -g -m -w 1`,
      "there is not one forwarding method",
    ],
    ["a weight below 0", `${A}\n${a} -g -w -1`, '"-w" is -1, not a whole number'],
    ["a tunnel without tun", `${A}\n${a} -g -w 1 --tun-type ipip`, 'a tunnel goes with "-i" only'],
    ["a tunnel that is not known", `${A}\n${a} -i --tun-type vxlan`, "this tunnel is not known"],
    ["gue without its port", `${A}\n${a} -i --tun-type gue --tun-csum`, "this tunnel is not known"],
    ["gre with remcsum", `${A}\n${a} -i --tun-type gre --tun-remcsum`, "this tunnel is not known"],
    ["a checksum without a tunnel", `${A}\n${a} -i --tun-csum`, "this tunnel is not known"],
  ])("fails on %s, and names the line", (_, text, why) => {
    const number = text.split("\n").length;
    const line = text.split("\n").at(-1);
    const message = `cannot read line ${number} of ipvsadm -Sn: `;
    expect(() => parseSavedTable(`${text}\n`, title)).toThrow(message);
    expect(() => parseSavedTable(`${text}\n`, title)).toThrow(why);
    expect(() => parseSavedTable(`${text}\n`, title)).toThrow(`\n  ${line}`);
  });

  it("fails when a real server is in one of the two answers only", () => {
    const thresholds = `${title}TCP  192.0.2.80:80 wlc\n  -> 10.0.0.5:80                  0          0          0          0         \n`;
    const name = "tcp 192.0.2.80:80 -> 10.0.0.5:80 is in one of";
    expect(() => parseSavedTable(`${A}\n`, thresholds)).toThrow(name);
    expect(() => parseSavedTable(`${A}\n${a} -g -w 1\n`, title)).toThrow(name);
    expect(() => parseSavedTable(`${A}\n${a} -g -w 1\n`, title)).toThrow("run it again");
    expect(() => parseSavedTable("", thresholds)).toThrow(name);
    const other = `${A}\n-a -t 192.0.2.80:80 -r 10.0.0.6:80 -g -w 1\n`;
    expect(() => parseSavedTable(other, thresholds)).toThrow("10.0.0.6:80 is in one of");
    const more = `${thresholds}  -> 10.0.0.6:80                  0          0          0          0         \n`;
    expect(() => parseSavedTable(`${A}\n${a} -g -w 1\n`, more)).toThrow("10.0.0.6:80 is in one of");
  });
});

describe("parseRenderedService", () => {
  it.each(Object.entries(everything))("reads %s as renderService wrote it", (_, service) => {
    expect(parseRenderedService(renderService(service))).toEqual(service);
  });

  it.each([
    ["nothing", ""],
    ["two services", `${A}\n-A -f 5 -s wlc\n`],
  ])("fails on %s", (_, text) => {
    expect(() => parseRenderedService(text)).toThrow("there is not exactly one");
  });

  it("fails on a line that is not known", () => {
    expect(() => parseRenderedService(`${A}\n-Z\n`)).toThrow(
      "cannot read line 2 of the saved virtual service",
    );
  });
});
