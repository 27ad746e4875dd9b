import { addressLike } from "./clusterAddresses";
import type { ClusterModel, ServiceModel, VipModel } from "./clusterModel";
import type { GroupedServiceArgs } from "./virtualServices";

/** A virtual service with its real servers, as both forms of resources take it. */
export function serviceArgs(
  model: ClusterModel,
  { args, protocol, members }: ServiceModel,
  vip: VipModel,
): GroupedServiceArgs {
  const { vips: _vips, realServers: _some, realServerPort, name: _name, ...rest } = args;
  const realServers = members.map(({ realServer, settings }) => {
    const { args: own } = realServer;
    return {
      rip: addressLike(realServer.rips, vip.address),
      forwardingMethod: realServer.forwardingMethod,
      ...given("port", settings.port ?? realServerPort),
      ...given("weight", settings.weight ?? own.weight),
      ...given("upperThreshold", settings.upperThreshold ?? own.upperThreshold),
      ...given("lowerThreshold", settings.lowerThreshold ?? own.lowerThreshold),
    };
  });
  const { drain, slowStart, healthCheck, waitForHealthy } = model;
  const usual = {
    ...given("drain", drain),
    ...given("slowStart", slowStart),
    ...given("healthCheck", healthCheck),
    ...given("waitForHealthy", waitForHealthy),
  };
  return { ...usual, ...rest, protocol, vip: vip.address, realServers };
}

/** An optional argument, only when it is given. */
export function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value });
}
