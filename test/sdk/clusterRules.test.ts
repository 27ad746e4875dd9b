import { describe, expect, it } from "vitest";
import { check } from "../../provider/check";
import { kinds } from "../../provider/kinds";
import type { HostInputs, Kind } from "../../provider/kinds/kind";
import type { ClusterArgs } from "../../sdk";
import { cluster } from "./support/cluster";
import { attempt } from "./support/program";
import { withOutputs } from "./support/withOutputs";

const connection = { host: "web1" };
const v6 = "2001:db8::80";
const nat: ClusterArgs = {
  ...cluster,
  forwardingMethod: "nat",
  realServers: [{ rip: "10.0.0.11" }],
};
const both = { name: "web1", rip: ["192.0.2.11", "192.0.2.12"], connection };

/** Wrong values of a cluster, with the expected messages. */
const mistakes: readonly [title: string, args: ClusterArgs, says: RegExp][] = [
  [
    "a VIP twice",
    { ...cluster, vips: [v6, "2001:DB8:0::80"] },
    /^vips: 2001:db8::80 is there twice: name each VIP once$/m,
  ],
  [
    "a service twice",
    { ...cluster, services: [{ port: 80 }, { port: 80, protocol: "tcp" }] },
    /^services: tcp port 80 of the VIP 192\.0\.2\.80 is there twice: /m,
  ],
  [
    "a real server twice",
    {
      ...{ ...cluster, vips: [v6] },
      realServers: [
        { name: "web1", rip: ["192.0.2.11", "2001:db8::11"] },
        { name: "web2", rip: "2001:DB8:0::11" },
      ],
    },
    /^realServers: the rip 2001:db8::11 is there twice: /m,
  ],
  [
    "no rip of the VIP's family",
    { ...cluster, vips: [v6], realServers: [both] },
    /^realServers: web1 has no rip of the family of the VIP 2001:db8::80: add one/m,
  ],
  [
    "a single rip of the other family",
    { ...cluster, vips: [v6], realServers: [{ rip: "192.0.2.11", connection }] },
    /vip is 2001:db8::80 and rip is 192\.0\.2\.11: "dr" needs both of one family/,
  ],
  [
    "a single rip of the other family, on the director",
    { ...cluster, vips: [v6], realServers: [{ rip: "192.0.2.11" }] },
    /rip is 192\.0\.2\.11, and the VIP is 2001:db8::80: "dr" needs both of one family/,
  ],
  [
    "a rip that is the VIP",
    { ...cluster, realServers: [{ rip: "192.0.2.80", connection }] },
    /rip is 192\.0\.2\.80, which is the VIP: give the real server's own address/,
  ],
  [
    "a dip that is the rip",
    { ...nat, dip: "10.0.0.11", realServers: [{ rip: "10.0.0.11", connection }] },
    /dip is 10\.0\.0\.11, which is the RIP/,
  ],
  [
    "a dip of a family that no real server has",
    { ...nat, dip: ["10.0.0.1", "2001:db8::1"] },
    /^dip: 2001:db8::1 is ipv6, and no real server has an ipv6 rip: /m,
  ],
  [
    "a dip of a family that no VIP has",
    { ...nat, dip: "2001:db8::1", realServers: [{ rip: ["10.0.0.11", "2001:db8::11"] }] },
    /^dip: 2001:db8::1 is ipv6, and no VIP is ipv6: /m,
  ],
  [
    "two dips of one family",
    { ...nat, dip: ["10.0.0.1", "10.0.0.2"] },
    /^dip: 10\.0\.0\.1 and 10\.0\.0\.2 are both ipv4: /m,
  ],
  [
    "a dip that nothing goes through",
    { ...cluster, dip: "192.0.2.1" },
    /^dip is (192\.0\.2\.1|given), but "dr" has no use for it/m,
  ],
  [
    "what is not an address",
    { ...cluster, vips: ["192.0.2.8O"] },
    /address is "192\.0\.2\.8O", which is not an IPv4 or IPv6 address/,
  ],
  [
    "a rip that is not one",
    { ...cluster, realServers: [{ rip: "web1" }] },
    /rip is "web1", which is not an IPv4 or IPv6 address/,
  ],
  [
    "another port with dr",
    {
      ...cluster,
      services: [{ port: 80, realServerPort: 8080 }],
      realServers: [{ rip: "192.0.2.11" }],
    },
    /port is 8080, but "dr" cannot change the port: use 80/,
  ],
  [
    "every port without persistence",
    { ...cluster, services: [{ port: 0 }] },
    /port is 0, which is every port, and needs persistence/,
  ],
  [
    "a weight out of its range",
    { ...cluster, realServers: [{ rip: "192.0.2.11", weight: -1 }] },
    /weight is -1: use a whole number from 0 to 65535/,
  ],
  [
    "a reply gateway of the other family",
    { ...cluster, realServers: [{ rip: "192.0.2.11", connection, replyGateway: "2001:db8::1" }] },
    /replyGateway is 2001:db8::1, but the VIP 192\.0\.2\.80 is of the other family/,
  ],
];

/** All problems of a cluster before its resources are created: those of the program, and those of the checks. */
async function problemsOf(args: ClusterArgs): Promise<string> {
  const { message, registered } = await attempt((lvs) => new lvs.Cluster("web", args));
  const failures = registered
    .filter(({ kind }) => Object.hasOwn(kinds, kind))
    .flatMap(({ kind, inputs }) => check(kinds[kind] as Kind<HostInputs>, inputs).failures);
  return [message, ...failures.map(({ reason }) => reason)].join("\n");
}

describe("what is wrong with a cluster", () => {
  it.each(mistakes)("is refused at once: %s", async (_, args, says) => {
    expect(await problemsOf(args)).toMatch(says);
  });

  it.each(mistakes)("is refused when outputs become known: %s", async (_, args, says) => {
    expect(await problemsOf(withOutputs(args))).toMatch(says);
  });

  it("is nothing where the values are fine, now or later", async () => {
    const fine: ClusterArgs = {
      ...{ ...nat, vips: ["192.0.2.80", v6], dip: ["10.0.0.1", "2001:db8::1"] },
      services: [
        { port: 80, realServerPort: 8080 },
        { port: 53, protocol: "udp" },
      ],
      realServers: [{ name: "web1", rip: ["10.0.0.11", "2001:db8::11"], weight: 0, connection }],
    };
    expect([await problemsOf(fine), await problemsOf(withOutputs(fine))]).toEqual(["", ""]);
  });
});
