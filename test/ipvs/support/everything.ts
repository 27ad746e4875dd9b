import type { EndpointKey, IpvsTable, VirtualService } from "../../../provider/ipvs/model";
import {
  aRealServer,
  aTable,
  aVirtualService,
  dns,
  marked,
  type ServiceWords,
  web,
} from "../../support/builders";

const at = (key: Partial<EndpointKey>, words: ServiceWords = {}): VirtualService =>
  aVirtualService({ key: { ...web, ...key }, ...words });
const tun = { forwardingMethod: "tun", weight: 3 } as const;
const six = { vip: "2001:db8::80" };

/** The table that test/fixtures/ipvs/everything.*.txt shows. */
export const everything: IpvsTable = aTable(
  at(
    {},
    {
      realServers: [
        aRealServer(),
        aRealServer({ rip: "10.0.0.10", weight: 0, upperThreshold: 100, lowerThreshold: 10 }),
        aRealServer({ rip: "127.0.0.1", weight: 7 }),
      ],
    },
  ),
  at(
    { port: 443 },
    {
      scheduler: "sh",
      schedulerFlags: ["sh-fallback", "sh-port"],
      persistence: { seconds: 300, netmask: "255.255.255.0" },
      realServers: [
        aRealServer({
          port: 8443,
          forwardingMethod: "nat",
          weight: 2147483647,
          upperThreshold: 2147483647,
          lowerThreshold: 2147483647,
        }),
      ],
    },
  ),
  at(
    { port: 0 },
    {
      scheduler: "mh",
      schedulerFlags: ["mh-port"],
      persistence: { seconds: 360 },
      realServers: [
        aRealServer({ port: 0, ...tun, tunnel: { type: "gue", port: 6080, checksum: "remcsum" } }),
        aRealServer({
          rip: "10.0.0.6",
          port: 0,
          ...tun,
          tunnel: { type: "gre", checksum: "csum" },
        }),
        aRealServer({ rip: "10.0.0.7", port: 0, ...tun, tunnel: { type: "ipip" } }),
      ],
    },
  ),
  at(
    { vip: "192.0.2.81" },
    { scheduler: "sh", schedulerFlags: ["flag-3"], persistence: { seconds: 1 } },
  ),
  at({ vip: "192.0.2.82" }, { scheduler: "rr", schedulerFlags: ["flag-1", "flag-3"] }),
  at(
    { protocol: "udp", port: 53 },
    {
      scheduler: "rr",
      onePacket: true,
      realServers: [aRealServer({ port: 53, forwardingMethod: "nat" })],
    },
  ),
  at({ protocol: "sctp", port: 3868 }, { scheduler: "none" }),
  at(six, {
    scheduler: "wrr",
    persistence: { seconds: 2678400, netmask: "64" },
    realServers: [
      aRealServer({ rip: "2001:db8::5", weight: 5, upperThreshold: 1 }),
      aRealServer({ forwardingMethod: "tun", weight: 5, tunnel: { type: "ipip" } }),
    ],
  }),
  at(dns, {
    scheduler: "lblcr",
    realServers: [
      aRealServer({ rip: "2001:db8::5", port: 5353, forwardingMethod: "nat", weight: 5 }),
    ],
  }),
  at({ vip: "::c000:201" }, { scheduler: "rr" }),
  aVirtualService({ key: marked, realServers: [aRealServer({ port: 8080 })] }),
  aVirtualService({
    key: { ...marked, family: "ipv6" },
    persistence: { seconds: 60 },
    realServers: [
      aRealServer({ rip: "2001:db8::5", port: 0, upperThreshold: 9, lowerThreshold: 3 }),
    ],
  }),
  aVirtualService({ key: { ...marked, fwmark: 4294967295 }, scheduler: "fo" }),
  at(
    { protocol: "udp", vip: "192.0.2.90", port: 5060 },
    { scheduler: "rr", onePacket: true, persistenceEngine: "sip" },
  ),
  at(
    { protocol: "udp", vip: "192.0.2.91", port: 5060 },
    { scheduler: "rr", persistence: { seconds: 60 }, persistenceEngine: "sip" },
  ),
);
