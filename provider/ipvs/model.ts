import {
  addressOrder,
  compareTexts,
  endpoint,
  type Family,
  parseEndpoint,
} from "../values/address";
import { type ForwardingMethod, type Protocol, protocolOptions } from "./vocabulary";

/** The identity of a virtual service: a changed key is another service. */
export type ServiceKey = EndpointKey | FwmarkKey;

/** A virtual service on a protocol, a VIP and a port; port 0 is every port (ipvsadm(8) -t, -u, --sctp-service). */
export interface EndpointKey {
  readonly kind: "endpoint";
  readonly protocol: Protocol;
  readonly vip: string;
  readonly port: number;
}

/** A virtual service for the packets with a firewall mark, separate for each family (ipvsadm(8) -f, -6). */
export interface FwmarkKey {
  readonly kind: "fwmark";
  readonly fwmark: number;
  readonly family: Family;
}

/** Persistence: how long clients of one network stay with their real server (ipvsadm(8) -p, -M). */
export interface Persistence {
  readonly seconds: number;
  /** The canonical netmask, dotted or a prefix length; absent when every client address is separate. */
  readonly netmask?: string;
}

/** The attributes of a virtual service that can be changed in place (ipvsadm(8) -E). */
export interface ServiceConfig {
  /** ipvsadm(8) -s. A live table may have a scheduler that vocabulary.ts does not know. */
  readonly scheduler: string;
  /** The scheduler flags by the names in vocabulary.ts, sorted (ipvsadm(8) -b). */
  readonly schedulerFlags: readonly string[];
  readonly persistence?: Persistence;
  /** ipvsadm(8) --pe. It is outside `persistence`, because the kernel accepts it without persistence too. */
  readonly persistenceEngine?: string;
  /** Whether each datagram is scheduled by itself (ipvsadm(8) -o). */
  readonly onePacket: boolean;
}

/** The identity of a real server within its virtual service. */
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

/** The attributes of a real server that can be changed in place (ipvsadm(8) -e). */
export interface RealServerConfig {
  readonly forwardingMethod: ForwardingMethod;
  /** A weight of 0 quiesces: no new connections, existing connections go on (ipvsadm(8) -w). */
  readonly weight: number;
  /** The number of connections above which no new connections come; 0 is no limit (ipvsadm(8) -x). */
  readonly upperThreshold: number;
  /** The number of connections below which new ones come again after the upper threshold (ipvsadm(8) -y). */
  readonly lowerThreshold: number;
  /** Present exactly when the forwarding method is tun. */
  readonly tunnel?: Tunnel;
}

/** A real server of a virtual service. */
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

/** The virtual services of a director, without counters, by their key text (`tcp 192.0.2.80:80`). */
export type IpvsTable = Readonly<Record<string, VirtualService>>;

/** A virtual service in the notation of the field: `tcp 192.0.2.80:80`, `udp [2001:db8::80]:53`, `fwmark 5 ipv4`. */
export function serviceKeyText(key: ServiceKey): string {
  return key.kind === "endpoint"
    ? `${key.protocol} ${endpoint(key.vip, key.port)}`
    : `fwmark ${key.fwmark} ${key.family}`;
}

/** Reads `tcp 192.0.2.80:80`; undefined for any other text, including a firewall mark. */
export function parseServiceKey(text: string): EndpointKey | undefined {
  const [protocol = "", where = "", ...more] = text.split(" ");
  const found = parseEndpoint(where);
  if (!found || more.length > 0 || !Object.hasOwn(protocolOptions, protocol)) return undefined;
  const key: EndpointKey = {
    ...{ kind: "endpoint", protocol: protocol as Protocol, vip: found.address, port: found.port },
  };
  return serviceKeyText(key) === text ? key : undefined;
}

/** Reads any name of a virtual service: `tcp 192.0.2.80:80`, `fwmark 5 ipv4`; undefined for any other text. */
export function parseServiceName(text: string): ServiceKey | undefined {
  const [, fwmark, family] = /^fwmark (\d+) (ipv4|ipv6)$/.exec(text) ?? [];
  if (fwmark === undefined) return parseServiceKey(text);
  return { kind: "fwmark", fwmark: Number(fwmark), family: family as Family };
}

/** A real server in the notation of the field: `10.0.0.5:80`. */
export function realServerKeyText(key: RealServerKey): string {
  return endpoint(key.rip, key.port);
}

/** Indexes real servers by their key text, for `VirtualService.realServers`. */
export function byKeyText(realServers: readonly RealServer[]): Record<string, RealServer> {
  return Object.fromEntries(
    realServers.map((realServer) => [realServerKeyText(realServer.key), realServer]),
  );
}

/** Sorts real servers by the numbers of address and port. Every director has this order, because sh needs it (ip_vs_sh.c). */
export function inCanonicalOrder(realServers: readonly RealServer[]): RealServer[] {
  const decorated = realServers.map((realServer) => ({
    realServer,
    order: addressOrder(realServer.key.rip) + String.fromCharCode(realServer.key.port),
  }));
  return decorated
    .sort((a, b) => compareTexts(a.order, b.order))
    .map(({ realServer }) => realServer);
}
