import {
  byKeyText,
  type EndpointKey,
  type FwmarkKey,
  type IpvsTable,
  type RealServer,
  type RealServerConfig,
  type RealServerKey,
  type ServiceConfig,
  type ServiceKey,
  serviceKeyText,
  type VirtualService,
} from "../../provider/ipvs/model";

/** The fields of a virtual service's key and configuration in one flat object. */
export type ServiceWords = Partial<ServiceConfig> & {
  readonly key?: ServiceKey;
  readonly realServers?: readonly RealServer[];
};

/** tcp 192.0.2.80:80 */
export const web: EndpointKey = { kind: "endpoint", protocol: "tcp", vip: "192.0.2.80", port: 80 };

/** udp [2001:db8::80]:53 */
export const dns: EndpointKey = {
  kind: "endpoint",
  protocol: "udp",
  vip: "2001:db8::80",
  port: 53,
};

/** fwmark 5, IPv4 */
export const marked: FwmarkKey = { kind: "fwmark", fwmark: 5, family: "ipv4" };

/** A virtual service: by default tcp 192.0.2.80:80 with wlc and no real server. */
export function aVirtualService(words: ServiceWords = {}): VirtualService {
  const { key = web, realServers = [], ...config } = words;
  return {
    key,
    config: { scheduler: "wlc", schedulerFlags: [], onePacket: false, ...config },
    realServers: byKeyText(realServers),
  };
}

/** A real server: by default 10.0.0.5:80 with dr and weight 1. */
export function aRealServer(words: Partial<RealServerKey & RealServerConfig> = {}): RealServer {
  const { rip = "10.0.0.5", port = 80, ...config } = words;
  return {
    key: { rip, port },
    config: {
      forwardingMethod: "dr",
      weight: 1,
      upperThreshold: 0,
      lowerThreshold: 0,
      ...config,
    },
  };
}

/** A table of virtual services. */
export function aTable(...services: readonly VirtualService[]): IpvsTable {
  return Object.fromEntries(services.map((one) => [serviceKeyText(one.key), one]));
}
