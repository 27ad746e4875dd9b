import { describe, expect, it } from "vitest";
import { difference, parseBaseline } from "./baseline";

const address = (...locals: string[]) =>
  JSON.stringify([
    {
      ifname: "lo",
      addr_info: locals.map((local) => ({
        ...{ family: "inet", local, prefixlen: 32, scope: "global", valid_life_time: 4294967295 },
      })),
    },
  ]);

const output = (arpIgnore: number, ...locals: string[]) =>
  [
    `== address\n${address(...locals)}`,
    `== sysctl\nnet/ipv4/conf/eth1/arp_ignore:${arpIgnore}\nnet/ipv4/ip_forward:0`,
    '== route\n[{"dst":"192.0.2.0/24","dev":"eth1","expires":30}]',
    "== route\n[]",
    "== module\nvirtio_net\nipip\ncrc32c_intel",
    "== ipvs\n",
  ].join("\n");

describe("difference", () => {
  it("finds nothing between a host and itself", () => {
    const host = parseBaseline(output(0, "192.0.2.80"));
    expect(difference(host, host)).toEqual([]);
  });

  it("names what changed, what is new and what is gone", () => {
    const before = parseBaseline(output(0, "192.0.2.80"));
    const after = parseBaseline(output(1, "192.0.2.81"));
    expect(difference(before, after)).toEqual([
      "address lo 192.0.2.80/32 scope global: is gone",
      "address lo 192.0.2.81/32 scope global: is new",
      "sysctl net.ipv4.conf.eth1.arp_ignore: 0 -> 1",
    ]);
  });

  it("leaves out a section", () => {
    const before = parseBaseline(output(0));
    const after = parseBaseline(output(1));
    expect(difference(before, after, { except: ["sysctl"] })).toEqual([]);
  });
});

describe("parseBaseline", () => {
  it("leaves out the module that nothing can unload", () => {
    expect(Object.keys(parseBaseline(output(0)).module)).toEqual(["ipip", "virtio_net"]);
  });

  it("keeps no fields that change by themselves", () => {
    expect(Object.keys(parseBaseline(output(0)).route)).toEqual(["dst 192.0.2.0/24 dev eth1"]);
  });
});
