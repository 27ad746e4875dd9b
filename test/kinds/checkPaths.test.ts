import { describe, expect, it } from "vitest";
import { virtualService } from "../../provider/kinds/virtualService";
import type { Facts } from "../../provider/registry/facts";
import { reasons } from "../support/checked";
import { inputsOf } from "../support/inputs";
import { WorkingHost } from "../support/workingHost";

const near = (more: object = {}) => ({ rip: "192.0.2.11", forwardingMethod: "dr", ...more });
const inputs = (more: object = {}) =>
  inputsOf(virtualService, "VirtualService", {
    ...{ healthCheck: { type: "tcp", through: "vip" }, realServers: [near()], ...more },
  });
const partsOn = (addresses: readonly string[], more: object = {}) =>
  virtualService.parts(inputs(more), new WorkingHost({ addresses }).facts());
const textOn = (...addresses: string[]) =>
  partsOn(addresses).find(({ type }) => type === "healthCheck")?.value;

describe("checks through the VIP", () => {
  it("leave from the director's own address in the network of the real server", () => {
    const own = ["203.0.113.2/24", "192.0.2.80/32", "192.0.2.2/24"];
    expect(textOn(...own)).toContain("bindto 192.0.2.2\n");
  });

  it("are refused where the director has none", () => {
    expect(() => partsOn(["192.0.2.80/32", "2001:db8:0:1::2/64"])).toThrow(
      /no route|no ipv4 address of its own/,
    );
  });

  it("take what has the mark to the real server by its method", () => {
    const ways = (forwardingMethod: string) =>
      partsOn(["192.0.2.2/24"], { scheduler: "rr", realServers: [near({ forwardingMethod })] })
        .filter(({ type }) => type === "checkPath")
        .map(({ value }) => value.replaceAll(/\d{10}/g, "MARK"));
    expect(ways("dr")).toEqual([
      "-A -f MARK -s rr\n-a -f MARK -r 192.0.2.11:0 -g -w 1 -x 0 -y 0\n",
    ]);
    expect(ways("tun")[0]).toContain("-r 192.0.2.11:0 -i -w 1");
  });

  it("have another mark for each real server and each virtual service, and always the same", () => {
    const marksOf = (port: number) =>
      partsOn(["192.0.2.2/24"], { port, realServers: [near(), near({ rip: "192.0.2.12" })] })
        .filter(({ type }) => type === "checkPath")
        .map(({ id }) => id);
    expect(marksOf(80)).toEqual(["fwmark 1583441485 ipv4", "fwmark 1482009722 ipv4"]);
    expect(new Set([...marksOf(80), ...marksOf(81)]).size).toBe(4);
  });

  it("warn of a packet filter and of a source check that drop their replies", () => {
    const facts = new WorkingHost({ addresses: ["192.0.2.2/24"] }).facts();
    const chain = { hook: "input", families: ["ipv4"], name: "filter input" };
    const filters = [chain] as unknown as Facts["filters"];
    expect(virtualService.warnings?.(inputs(), { ...facts, filters })).toEqual(
      expect.arrayContaining([expect.stringMatching(/accept the replies of 192.0.2.80/)]),
    );
    const [route] = facts.routes.filter(({ destination }) => destination === "192.0.2.0/24");
    const routes = [...facts.routes, { ...route, destination: "203.0.113.0/24", device: "eth2" }];
    const sysctls = new Map([...facts.sysctls, ["net/ipv4/conf/eth1/rp_filter", "1"]]);
    const strict = { ...facts, routes, sysctls } as Facts;
    const warned = (vip: string) => virtualService.warnings?.(inputs({ vip }), strict).join();
    expect(warned("203.0.113.80")).toMatch(/set net.ipv4.conf.eth1.rp_filter to 2/);
    expect(warned("192.0.2.80")).not.toMatch(/rp_filter/);
  });

  it.each<[string, object, object, RegExp]>([
    ["of another type", { type: "ping" }, {}, /of type "ping" has no through/],
    [
      "somewhere else",
      { type: "tcp", through: "rip" },
      {},
      /healthCheck.through is "rip": use vip/,
    ],
    [
      "of a real server with nat",
      {},
      { forwardingMethod: "nat" },
      /"nat" sends requests to the rip/,
    ],
    [
      "in a tunnel of the other family",
      {},
      { rip: "2001:db8::11", forwardingMethod: "tun" },
      /other family than the VIP/,
    ],
    [
      "at an address",
      {},
      { healthCheck: { type: "tcp", through: "vip", address: "10.9.0.1" } },
      /through and address exclude each other/,
    ],
  ])("are refused %s", (_, check, more, reason) => {
    const healthCheck = { ...{ type: "tcp", through: "vip" }, ...check };
    const all = reasons("VirtualService", { healthCheck, realServers: [near(more)] });
    expect(all.join("\n")).toMatch(reason);
  });
});
