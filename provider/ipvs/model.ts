import {
  addressOrder,
  compareTexts,
  endpoint,
  type Family,
  parseEndpoint,
} from "../values/address";
import { type ForwardingMethod, type Protocol, protocolOptions } from "./vocabulary";

/** What names a virtual service: changing it makes another service. */
export type ServiceKey = EndpointKey | FwmarkKey;

/** A virtual service on a protocol, a VIP and a port; port 0 is every port (ipvsadm(8) -t, -u, --sctp-service). */
export interface EndpointKey {
  readonly kind: "endpoint";
  readonly protocol: Protocol;
  readonly vip: string;
  readonly port: number;
}

/** A virtual service of the packets with a firewall mark, one for each family (ipvsadm(8) -f, -6). */
export interface FwmarkKey {
  readonly kind: "fwmark";
  readonly fwmark: number;
  readonly family: Family;
}

/** How long, and for which part of its address, a client stays with its real server (ipvsadm(8) -p, -M). */
export interface Persistence {
  readonly seconds: number;
  /** Canonical, dotted or a prefix length; absent when every client stands for itself. */
  readonly netmask?: string;
}

/** What can be changed of a virtual service in place (ipvsadm(8) -E). */
export interface ServiceConfig {
  /** ipvsadm(8) -s; a table may name one that vocabulary.ts does not know. */
  readonly scheduler: string;
  /** By the names of vocabulary.ts for this scheduler, sorted (ipvsadm(8) -b). */
  readonly schedulerFlags: readonly string[];
  readonly persistence?: Persistence;
  /** ipvsadm(8) --pe. The kernel takes it without persistence too, so it stands beside it. */
  readonly persistenceEngine?: string;
  /** Each datagram is scheduled alone (ipvsadm(8) -o). */
  readonly onePacket: boolean;
}

/** What names a real server within its virtual service. */
export interface RealServerKey {
  readonly rip: string;
  readonly port: number;
}

/** The encapsulation towards a real server with forwarding method tun (ipvsadm(8) --tun-type). */
export type Tunnel =
  | { readonly type: "ipip" }
  | {
      readonly type: "gue";
      readonly port: number;
      readonly checksum: "nocsum" | "csum" | "remcsum";
    }
  | { readonly type: "gre"; readonly checksum: "nocsum" | "csum" };

/** What can be changed of a real server in place (ipvsadm(8) -e). */
export interface RealServerConfig {
  readonly forwardingMethod: ForwardingMethod;
  /** 0 quiesces: no new connections, the old ones go on (ipvsadm(8) -w). */
  readonly weight: number;
  /** New connections stop above this many; 0 is no limit (ipvsadm(8) -x). */
  readonly upperThreshold: number;
  /** After the upper threshold, new connections start again below this many (ipvsadm(8) -y). */
  readonly lowerThreshold: number;
  /** Present exactly when the forwarding method is tun. */
  readonly tunnel?: Tunnel;
}

/** One machine behind a virtual service. */
export interface RealServer {
  readonly key: RealServerKey;
  readonly config: RealServerConfig;
}

/** A virtual service with its real servers by their key text (`10.0.0.5:80`). */
export interface VirtualService {
  readonly key: ServiceKey;
  readonly config: ServiceConfig;
  readonly realServers: Readonly<Record<string, RealServer>>;
}

/** The virtual services of a director by their key text (`tcp 192.0.2.80:80`); counters are no part of it. */
export type IpvsTable = Readonly<Record<string, VirtualService>>;

/** A virtual service in the notation of the field: `tcp 192.0.2.80:80`, `udp [2001:db8::80]:53`, `fwmark 5 ipv4`. */
export function serviceKeyText(key: ServiceKey): string {
  return key.kind === "endpoint"
    ? `${key.protocol} ${endpoint(key.vip, key.port)}`
    : `fwmark ${key.fwmark} ${key.family}`;
}

/** Reads `tcp 192.0.2.80:80`; undefined for anything else, and for a virtual service of a firewall mark. */
export function parseServiceKey(text: string): EndpointKey | undefined {
  const [protocol = "", where = "", ...more] = text.split(" ");
  const found = parseEndpoint(where);
  if (!found || more.length > 0 || !Object.hasOwn(protocolOptions, protocol)) return undefined;
  const key: EndpointKey = {
    ...{ kind: "endpoint", protocol: protocol as Protocol, vip: found.address, port: found.port },
  };
  return serviceKeyText(key) === text ? key : undefined;
}

/** A real server in the notation of the field: `10.0.0.5:80`. */
export function realServerKeyText(key: RealServerKey): string {
  return endpoint(key.rip, key.port);
}

/** Real servers by their key text: what `VirtualService.realServers` holds. */
export function byKeyText(realServers: readonly RealServer[]): Record<string, RealServer> {
  return Object.fromEntries(realServers.map((one) => [realServerKeyText(one.key), one]));
}

/** Real servers in the one order, by number, in which every director gets them: `sh` depends on it (ip_vs_sh.c). */
export function inCanonicalOrder(realServers: readonly RealServer[]): RealServer[] {
  const decorated = realServers.map((one) => ({
    one,
    order: addressOrder(one.key.rip) + String.fromCharCode(one.key.port),
  }));
  return decorated.sort((a, b) => compareTexts(a.order, b.order)).map(({ one }) => one);
}
