import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schedulers } from "../../../provider/ipvs/vocabulary";
import { takeTrace } from "../../stack/trace";
import { connections } from "../traffic";
import { type ClusterDescription, Clusters, realServer, succeeded } from "./support/clusters";

const VIP = "192.0.2.80";
const VIP6 = "2001:db8:0:1::80";
const PARALLELISM = 16;
/** Batches that are not full: the director's first and last, and the real server's. */
const CONSTANT = 5;
const PROTOCOLS = ["tcp", "udp", "sctp"] as const;

const dr = (rip: string, more = {}) => ({ rip, forwardingMethod: "dr", ...more });
const nat = (rip: string, more = {}) => ({ rip, forwardingMethod: "nat", ...more });
const tun = (rip: string, more = {}) => ({ rip, forwardingMethod: "tun", ...more });

/** A virtual service for each scheduler of the kernel; `none` forwards nothing. */
const ofEachScheduler = Object.fromEntries(
  Object.keys(schedulers).map((scheduler, index) => [
    scheduler,
    {
      ...{ vip: VIP, port: 8000 + index, scheduler },
      realServers: scheduler === "none" ? [] : [dr("192.0.2.11"), dr("192.0.2.12", { weight: 0 })],
    },
  ]),
);

/** Virtual services, each with what `ipvsadm -Sn` says of it. */
const special = {
  flags: {
    args: { vip: VIP, port: 9001, scheduler: "mh", schedulerFlags: ["mh-port", "mh-fallback"] },
    lines: [`-A -t ${VIP}:9001 -s mh -b mh-fallback,mh-port`],
  },
  everyPort: {
    args: {
      ...{ protocol: "udp", vip: VIP, port: 0 },
      ...{ persistenceSeconds: 120, persistenceNetmask: "255.255.255.0" },
      realServers: [nat("192.0.2.11")],
    },
    lines: [
      `-A -u ${VIP}:0 -s wlc -p 120 -M 255.255.255.0`,
      `-a -u ${VIP}:0 -r 192.0.2.11:0 -m -w 1`,
    ],
  },
  thresholds: {
    args: {
      ...{ vip: VIP, port: 9002 },
      realServers: [dr("192.0.2.11", { weight: 65535, upperThreshold: 70000, lowerThreshold: 10 })],
    },
    lines: [`-a -t ${VIP}:9002 -r 192.0.2.11:9002 -g -w 65535`],
  },
  mappedPort: {
    args: {
      ...{ protocol: "sctp", vip: VIP6, port: 9003 },
      ...{ persistenceSeconds: 60, persistenceNetmask: "64" },
      realServers: [nat("2001:db8:0:1::11", { port: 5060 })],
    },
    lines: [
      `-A --sctp-service [${VIP6}]:9003 -s wlc -p 60 -M 64`,
      `-a --sctp-service [${VIP6}]:9003 -r [2001:db8:0:1::11]:5060 -m -w 1`,
    ],
  },
  bothFamilies: {
    args: {
      ...{ vip: VIP, port: 9004 },
      realServers: [tun("2001:db8:0:1::11"), tun("192.0.2.11", { weight: 3 })],
    },
    lines: [
      `-a -t ${VIP}:9004 -r 192.0.2.11:9004 -i -w 3 --tun-type ipip`,
      `-a -t ${VIP}:9004 -r [2001:db8:0:1::11]:9004 -i -w 1 --tun-type ipip`,
    ],
  },
  open: { args: { vip: VIP, port: 9005 }, lines: [`-A -t ${VIP}:9005 -s wlc`] },
} as const;

const oneByOne = {
  web1: { virtualService: "open", ...dr("192.0.2.11", { weight: 7 }) },
  web2: { virtualService: "open", ...nat("192.0.2.12", { port: 8080 }) },
};

/** A service of each protocol and family, on the same director. */
const cluster: ClusterDescription = {
  vips: [VIP, VIP6],
  forwardingMethod: "dr",
  directors: [{ connection: "director1" }],
  services: PROTOCOLS.map((protocol) => ({ port: 53, protocol, scheduler: "sed" })),
  realServers: [realServer("web1", { rip: ["192.0.2.11", "2001:db8:0:1::11"] })],
};

describe("virtual services with every attribute", () => {
  let story: Clusters;
  const table = () => story.lab.host("director1").mustRun("ipvsadm -Sn");

  beforeAll(async () => {
    story = await Clusters.begin({
      hosts: ["director1", "web1"],
      releases: { director1: 13 },
      // NAT on one interface is refused without it.
      before: { director1: "sysctl -qw net.ipv4.conf.all.send_redirects=0" },
    });
    story.stack.env.PULUMI_LVS_TRACE = join(story.stack.directory, "trace");
  });
  afterAll(async () => story?.end());

  it("are in the IPVS table as declared, and read back without a difference", async () => {
    const args = Object.entries(special).map(([name, one]) => [name, one.args]);
    const services = { ...ofEachScheduler, ...Object.fromEntries(args) };
    await story.stack.config({ services, realServers: oneByOne, cluster });
    await succeeded(story.stack.up("--parallel", String(PARALLELISM)));
    const { batches } = takeTrace(story.stack.env.PULUMI_LVS_TRACE ?? "");
    const resources = story.stack.resources().length;
    expect(batches).toBeGreaterThan(0);
    expect(batches).toBeLessThanOrEqual(Math.ceil((2 * resources) / PARALLELISM) + CONSTANT);
    const live = (await table()).split("\n");
    for (const [scheduler, { port }] of Object.entries(ofEachScheduler))
      expect(live).toContain(`-A -t ${VIP}:${port} -s ${scheduler}`);
    expect(live).toEqual(
      expect.arrayContaining(Object.values(special).flatMap((one) => [...one.lines])),
    );
    expect(live).toContain(`-a -t ${VIP}:9005 -r 192.0.2.11:9005 -g -w 7`);
    expect(live).toContain(`-a -t ${VIP}:9005 -r 192.0.2.12:8080 -m -w 1`);
    const thresholds = await story.lab.host("director1").mustRun("ipvsadm -Ln --thresholds");
    expect(thresholds).toMatch(/192\.0\.2\.11:9002 +70000 +10 /);
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("answer over TCP, UDP and SCTP, on IPv4 and IPv6", async () => {
    for (const vip of cluster.vips)
      for (const protocol of PROTOCOLS)
        expect(await connections(story.lab, vip, 53, 1, { protocol })).toEqual({ web1: 1 });
  });

  it("are removed by destroy, with the modules that were loaded for them", async () => {
    await succeeded(story.stack.destroy());
    expect(await story.differences()).toEqual([]);
  });
});
