import { describe, expect, it } from "vitest";
import type { RealServer, VirtualService } from "../../provider/ipvs/model";
import { type PlannedLine, planRealServer, planService } from "../../provider/ipvs/plan";
import { aRealServer, aVirtualService, dns, web } from "../support/builders";

const five = aRealServer();
const six = aRealServer({ rip: "10.0.0.6" });
const ten = aRealServer({ rip: "10.0.0.10" });
const withFive = aVirtualService({ realServers: [five] });

interface Row {
  readonly name: string;
  readonly desired?: VirtualService;
  readonly live?: VirtualService;
  readonly leavesRealServers?: boolean;
  /** Unset: nothing is planned. */
  readonly lines?: readonly string[];
  readonly descriptions?: readonly string[];
}

const t = "-t 192.0.2.80:80";
const rows: readonly Row[] = [
  { name: "absent stays absent" },
  { name: "no change", desired: withFive, live: withFive },
  {
    name: "a different order of flags is no change",
    desired: aVirtualService({ scheduler: "sh", schedulerFlags: ["sh-port", "sh-fallback"] }),
    live: aVirtualService({ scheduler: "sh", schedulerFlags: ["sh-fallback", "sh-port"] }),
  },
  {
    name: "a different order of real servers is no change",
    desired: aVirtualService({ realServers: [six, five] }),
    live: aVirtualService({ realServers: [five, six] }),
  },
  {
    name: "a new service gets its real servers in canonical order",
    desired: aVirtualService({ realServers: [ten, six] }),
    lines: [
      `-A ${t} -s wlc`,
      `-a ${t} -r 10.0.0.6:80 -g -w 1 -x 0 -y 0`,
      `-a ${t} -r 10.0.0.10:80 -g -w 1 -x 0 -y 0`,
    ],
    descriptions: [
      "add tcp 192.0.2.80:80 with scheduler wlc",
      "add 10.0.0.6:80 to tcp 192.0.2.80:80 with forwarding method dr and weight 1",
      "add 10.0.0.10:80 to tcp 192.0.2.80:80 with forwarding method dr and weight 1",
    ],
  },
  {
    name: "another scheduler is an edit that keeps everything else",
    desired: aVirtualService({ scheduler: "rr", persistence: { seconds: 60 } }),
    live: aVirtualService({ scheduler: "wlc", persistence: { seconds: 60 } }),
    lines: [`-E ${t} -s rr -p 60`],
    descriptions: ["change the scheduler of tcp 192.0.2.80:80 from wlc to rr"],
  },
  {
    name: "all that differs is one edit",
    desired: aVirtualService({ key: dns, scheduler: "mh", schedulerFlags: ["mh-port"] }),
    live: aVirtualService({
      key: dns,
      persistence: { seconds: 60, netmask: "64" },
      persistenceEngine: "sip",
      onePacket: true,
    }),
    lines: ["-E -u [2001:db8::80]:53 -s mh -b mh-port"],
    descriptions: [
      "change the scheduler of udp [2001:db8::80]:53 from wlc to mh, its scheduler flags from none to mh-port, " +
        "its persistence from 60 s to none, its persistence netmask from 64 to none, " +
        "its persistence engine from sip to none, its one-packet scheduling from on to off",
    ],
  },
  {
    name: "a weight of 0 is a change",
    desired: aVirtualService({ realServers: [aRealServer({ weight: 0 })] }),
    live: withFive,
    lines: [`-e ${t} -r 10.0.0.5:80 -g -w 0 -x 0 -y 0`],
    descriptions: ["change the weight of 10.0.0.5:80 in tcp 192.0.2.80:80 from 1 to 0"],
  },
  {
    name: "another forwarding method is an edit",
    desired: aVirtualService({
      realServers: [aRealServer({ forwardingMethod: "tun", tunnel: { type: "ipip" } })],
    }),
    live: withFive,
    lines: [`-e ${t} -r 10.0.0.5:80 -i -w 1 -x 0 -y 0 --tun-type ipip`],
    descriptions: [
      "change the forwarding method of 10.0.0.5:80 in tcp 192.0.2.80:80 from dr to tun, its tunnel from none to ipip",
    ],
  },
  {
    name: "changed and added real servers come before removed ones",
    desired: aVirtualService({ realServers: [ten, aRealServer({ rip: "10.0.0.6", weight: 5 })] }),
    live: aVirtualService({ realServers: [five, six] }),
    lines: [
      `-e ${t} -r 10.0.0.6:80 -g -w 5 -x 0 -y 0`,
      `-a ${t} -r 10.0.0.10:80 -g -w 1 -x 0 -y 0`,
      `-d ${t} -r 10.0.0.5:80`,
    ],
    descriptions: [
      "change the weight of 10.0.0.6:80 in tcp 192.0.2.80:80 from 1 to 5",
      "add 10.0.0.10:80 to tcp 192.0.2.80:80 with forwarding method dr and weight 1",
      "remove 10.0.0.5:80 from tcp 192.0.2.80:80",
    ],
  },
  {
    name: "exactly none removes every real server",
    desired: aVirtualService(),
    live: withFive,
    lines: [`-d ${t} -r 10.0.0.5:80`],
    descriptions: ["remove 10.0.0.5:80 from tcp 192.0.2.80:80"],
  },
  {
    name: "real servers that are not its own stay",
    desired: aVirtualService({ scheduler: "rr" }),
    live: aVirtualService({ realServers: [five] }),
    leavesRealServers: true,
    lines: [`-E ${t} -s rr`],
    descriptions: ["change the scheduler of tcp 192.0.2.80:80 from wlc to rr"],
  },
  {
    name: "a deletion takes the real servers along",
    live: aVirtualService({ realServers: [five, six] }),
    lines: [`-D ${t}`],
    descriptions: ["remove tcp 192.0.2.80:80 with its 2 real servers"],
  },
  {
    name: "a deletion without real servers",
    live: aVirtualService(),
    lines: [`-D ${t}`],
    descriptions: ["remove tcp 192.0.2.80:80"],
  },
];

describe("planService", () => {
  it.each(rows)("$name", ({ desired, live, leavesRealServers, lines = [], descriptions = [] }) => {
    const planned = planService(desired, live, { managesRealServers: !leavesRealServers });
    expect(planned.map((one) => one.line)).toEqual(lines);
    expect(planned.map((one) => one.description)).toEqual(descriptions);
  });
});

const one = (line: string, description: string): PlannedLine[] => [{ line, description }];

describe("planRealServer", () => {
  it.each<[string, RealServer | undefined, RealServer | undefined, PlannedLine[]]>([
    ["nothing for one that stays absent", undefined, undefined, []],
    ["nothing for one that is as desired", five, five, []],
    [
      "adds one",
      five,
      undefined,
      one(
        `-a ${t} -r 10.0.0.5:80 -g -w 1 -x 0 -y 0`,
        "add 10.0.0.5:80 to tcp 192.0.2.80:80 with forwarding method dr and weight 1",
      ),
    ],
    [
      "changes one in full",
      aRealServer({ upperThreshold: 9, lowerThreshold: 3 }),
      five,
      one(
        `-e ${t} -r 10.0.0.5:80 -g -w 1 -x 9 -y 3`,
        "change the upper threshold of 10.0.0.5:80 in tcp 192.0.2.80:80 from 0 to 9, its lower threshold from 0 to 3",
      ),
    ],
    [
      "removes one",
      undefined,
      five,
      one(`-d ${t} -r 10.0.0.5:80`, "remove 10.0.0.5:80 from tcp 192.0.2.80:80"),
    ],
  ])("%s", (_, desired, live, planned) => {
    expect(planRealServer(web, desired, live)).toEqual(planned);
  });
});
