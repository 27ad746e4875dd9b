import { fixedAddress, parseFixedAddress } from "../values/address";
import {
  byKeyText,
  type EndpointKey,
  type IpvsTable,
  type RealServer,
  type ServiceKey,
  serviceKeyText,
  type VirtualService,
} from "./model";
import { eachLine, type Refuse } from "./savedLines";
import type { ForwardingMethod, Protocol } from "./vocabulary";

// ip_vs_ctl.c, ip_vs_info_seq_show. A line with "ops" or persistence does not match, because we read neither.
const serviceLine = /^(TCP|UDP|SCTP) +(\S+) (\S+) +$/;
const realServerLine = /^ {2}-> (\S+) +(\S+) +(\d+) +\d+ +\d+ *$/;

// ip_vs_ctl.c, ip_vs_fwd_name.
const methods: Readonly<Record<string, ForwardingMethod>> = { Masq: "nat", Route: "dr" };

/** The name of a virtual service in the kernel's list: `TCP C0000250:0050`; `FWM 00000005`, of either family. */
export function listedName(key: ServiceKey): string {
  if (key.kind === "fwmark") return `FWM ${key.fwmark.toString(16).toUpperCase().padStart(8, "0")}`;
  const { protocol, vip, port } = key;
  const digits = port.toString(16).toUpperCase().padStart(4, "0");
  return `${protocol.toUpperCase()} ${fixedAddress(vip)}:${digits}`;
}

/**
 * Whether the kernel's list shows every attribute of a virtual service (proc(5) /proc/net/ip_vs). The list lacks flags,
 * persistence engines, thresholds and tunnel types, and has persistence in ticks of an unknown length.
 */
export function isListedWhole({ config, realServers }: VirtualService): boolean {
  const { schedulerFlags, onePacket, persistence, persistenceEngine } = config;
  const isPlain = schedulerFlags.length === 0 && !onePacket && !persistence && !persistenceEngine;
  return isPlain && Object.values(realServers).every(isRealServerListedWhole);
}

function isRealServerListedWhole({ config }: RealServer): boolean {
  const { forwardingMethod, upperThreshold, lowerThreshold } = config;
  return forwardingMethod !== "tun" && upperThreshold === 0 && lowerThreshold === 0;
}

/** Reads virtual services of which the list shows every attribute; refuses the lines of others. */
export function parseList(text: string): IpvsTable {
  const services: { key: EndpointKey; scheduler: string; realServers: RealServer[] }[] = [];
  eachLine("/proc/net/ip_vs", text, (line, refuse) => {
    if (line.startsWith(" ")) {
      const last = services.at(-1) ?? refuse("its virtual service is not before it");
      last.realServers.push(readRealServer(line, refuse));
      return;
    }
    const [, protocol = "", where = "", scheduler = ""] =
      serviceLine.exec(line) ?? refuse("it is not a virtual service of the kind that was made");
    const { address: vip, port } = readEndpoint(where, refuse);
    const key = {
      kind: "endpoint",
      protocol: protocol.toLowerCase() as Protocol,
      vip,
      port,
    } as const;
    services.push({ key, scheduler, realServers: [] });
  });
  return Object.fromEntries(
    services.map(({ key, scheduler, realServers }) => {
      const config = { scheduler, schedulerFlags: [], onePacket: false };
      return [serviceKeyText(key), { key, config, realServers: byKeyText(realServers) }];
    }),
  );
}

function readRealServer(line: string, refuse: Refuse): RealServer {
  const [, where = "", method = "", weight] =
    realServerLine.exec(line) ?? refuse("it is not a real server");
  const { address: rip, port } = readEndpoint(where, refuse);
  const forwardingMethod =
    methods[method] ?? refuse(`"${method}" is not a forwarding method of the kind that was made`);
  return {
    key: { rip, port },
    config: { forwardingMethod, weight: Number(weight), upperThreshold: 0, lowerThreshold: 0 },
  };
}

function readEndpoint(text: string, refuse: Refuse): { address: string; port: number } {
  const [, addressText = "", portText = ""] = /^(.+):([0-9A-F]{4})$/.exec(text) ?? [];
  const address = parseFixedAddress(addressText) ?? refuse(`"${text}" is no address and port`);
  return { address, port: Number.parseInt(portText, 16) };
}
