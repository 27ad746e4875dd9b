export { Cluster } from "./cluster";
export type {
  ClusterArgs,
  ClusterDirectorArgs,
  ClusterRealServerArgs,
  ClusterServiceArgs,
  ClusterServiceRealServerArgs,
  NamedAddress,
} from "./clusterArgs";
export type { ConnectionArgs, ProxyConnectionArgs } from "./connection";
export { Director, type DirectorArgs } from "./director";
export type { DrainArgs, DrainingArgs, SlowStartArgs } from "./drain";
export { Failover, type FailoverArgs, type FailoverSettings, type GarpArgs } from "./failover";
export type {
  CheckArgs,
  HealthCheckArgs,
  RealServerHealthCheckArgs,
  SorryServerArgs,
  WaitForHealthyArgs,
} from "./healthCheck";
export type { HostReference, PersistArgs } from "./hostResource";
export { RealServer, type RealServerArgs } from "./realServer";
export { RealServerGateway, type RealServerGatewayArgs } from "./realServerGateway";
export { RealServerVip, type RealServerVipArgs } from "./realServerVip";
export { VirtualIp, type VirtualIpArgs } from "./virtualIp";
export {
  type ForwardingMethod,
  type Protocol,
  type RealServerSettings,
  type Scheduler,
  type ServiceArgs,
  VirtualService,
  type VirtualServiceArgs,
  type VirtualServiceRealServerArgs,
} from "./virtualService";
export {
  type GroupedServiceArgs,
  VirtualServices,
  type VirtualServicesArgs,
} from "./virtualServices";
