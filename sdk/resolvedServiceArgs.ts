import { addressLike } from "./clusterAddresses";
import type { ClusterModel, ServiceModel, VipModel } from "./clusterModel";
import type { GroupedServiceArgs } from "./virtualServices";

/**
 * The arguments of a virtual service of a cluster, for a VirtualService resource or for a group. The real servers are
 * listed with their addresses, and arguments that the virtual service leaves out come from the cluster.
 */
export function resolvedServiceArgs(
  { drain, slowStart, healthCheck, waitForHealthy }: ClusterModel,
  { args, protocol, members }: ServiceModel,
  vip: VipModel,
): GroupedServiceArgs {
  const { vips: _vips, realServers: _realServers, realServerPort, name: _name, ...rest } = args;
  const realServers = members.map(({ realServer, settings }) => {
    const { args: own } = realServer;
    return {
      rip: addressLike(realServer.rips, vip.address),
      forwardingMethod: realServer.forwardingMethod,
      ...ifGiven("port", settings.port ?? realServerPort),
      ...ifGiven("weight", settings.weight ?? own.weight),
      ...ifGiven("upperThreshold", settings.upperThreshold ?? own.upperThreshold),
      ...ifGiven("lowerThreshold", settings.lowerThreshold ?? own.lowerThreshold),
      ...ifGiven("healthCheck", settings.healthCheck ?? own.healthCheck),
    };
  });
  const defaults = {
    ...ifGiven("drain", drain),
    ...ifGiven("slowStart", slowStart),
    ...ifGiven("healthCheck", healthCheck),
    ...ifGiven("waitForHealthy", waitForHealthy),
  };
  return { ...defaults, ...rest, protocol, vip: vip.address, realServers };
}

/** An object with this one property, or an empty object when the value is undefined. */
export function ifGiven<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value });
}
