import { endpoint } from "../values/address";
import type { RealServerKey, VirtualService } from "./model";

/** What of a health check tells who sets the weight of a real server. */
interface Weighing {
  readonly sorryServer?: RealServerKey | undefined;
  /** The real servers with a check of their own, by `rip:port`; false: it is not checked. */
  readonly realServers?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Copies a declared virtual service with the live weights of those real servers whose weights keepalived sets, because
 * only it knows which of them are healthy. A new real server that is checked starts with the weight 0.
 */
export function withCheckedWeights(
  service: VirtualService,
  healthCheck: string,
  live: VirtualService | undefined,
): VirtualService {
  const weighing = JSON.parse(healthCheck) as Weighing;
  const realServers = Object.entries(service.realServers).map(([name, { key, config }]) => {
    const now = live?.realServers[name]?.config.weight;
    const isLive = config.weight > 0 && isOfKeepalived(name, weighing, live);
    return [name, { key, config: { ...config, weight: isLive ? (now ?? 0) : config.weight } }];
  });
  return { ...service, realServers: Object.fromEntries(realServers) };
}

/**
 * Whether keepalived sets the weight of a real server: it checks it, or it has taken all of them out of service for the
 * sorry server.
 */
export function isOfKeepalived(
  name: string,
  { realServers = {}, sorryServer }: Weighing,
  live: Pick<VirtualService, "realServers"> | undefined,
): boolean {
  if (realServers[name] !== false) return true;
  const sorry = sorryServer && live?.realServers[endpoint(sorryServer.rip, sorryServer.port)];
  return sorry !== undefined && sorry.config.weight > 0;
}
