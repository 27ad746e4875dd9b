import { director } from "./director";
import { failover } from "./failover";
import type { HostInputs, Kind } from "./kind";
import { realServer } from "./realServer";
import { realServerGateway } from "./realServerGateway";
import { realServerVip } from "./realServerVip";
import { virtualIp } from "./virtualIp";
import { virtualService } from "./virtualService";
import { virtualServices } from "./virtualServices";

/** The kinds of resources, by their names in programs and states. */
export const kinds: Readonly<Record<string, Kind<HostInputs>>> = {
  Director: director as unknown as Kind<HostInputs>,
  VirtualIp: virtualIp as unknown as Kind<HostInputs>,
  Failover: failover as unknown as Kind<HostInputs>,
  VirtualService: virtualService as unknown as Kind<HostInputs>,
  VirtualServices: virtualServices as unknown as Kind<HostInputs>,
  RealServer: realServer as unknown as Kind<HostInputs>,
  RealServerVip: realServerVip as unknown as Kind<HostInputs>,
  RealServerGateway: realServerGateway as unknown as Kind<HostInputs>,
};
