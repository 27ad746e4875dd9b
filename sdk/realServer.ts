import type * as pulumi from "@pulumi/pulumi";
import type { DrainingArgs } from "./drain";
import { connectionOf, dependingOn, HostResource, type PersistArgs } from "./hostResource";
import { endpointName, ownOnce, serviceName } from "./ownership";
import { refusal } from "./refusal";
import type {
  ForwardingMethod,
  VirtualService,
  VirtualServiceRealServerArgs,
} from "./virtualService";

/** The arguments of a real server that is a resource of its own. */
export interface RealServerArgs
  extends Omit<VirtualServiceRealServerArgs, "healthCheck">,
    DrainingArgs,
    PersistArgs {
  /** The virtual service, which must not have `realServers`. */
  virtualService: VirtualService;
  /**
   * Whether to take over an existing real server with other settings. Destroy restores those settings.
   * @default false
   */
  adopt?: pulumi.Input<boolean>;
}

/**
 * A real server of a virtual service, for programs that add real servers one by one. A program that knows all real
 * servers gives them to the virtual service, which is one resource instead of many.
 *
 * ## Example Usage
 * ```ts
 * new lvs.RealServer("web1", { virtualService: http, rip: "192.0.2.11", forwardingMethod: "dr" });
 * ```
 */
export class RealServer extends HostResource {
  /** The real server's own address (RIP). */
  declare readonly rip: pulumi.Output<string>;
  /** The port on the real server, 0 to 65535. */
  declare readonly port: pulumi.Output<number>;
  /** The packet-forwarding method. */
  declare readonly forwardingMethod: pulumi.Output<ForwardingMethod>;
  /** The weight, 0 to 65535. */
  declare readonly weight: pulumi.Output<number>;

  constructor(name: string, args: RealServerArgs, options?: pulumi.CustomResourceOptions) {
    const { virtualService, ...rest } = args;
    const { director, vip, port, protocol = "tcp", realServers } = virtualService.serviceArgs;
    if (realServers !== undefined) {
      throw refusal(
        `realServers of the virtual service names its real servers, so "${name}" cannot add one: ` +
          "add it to that list, or leave realServers out there",
      );
    }
    const connection = connectionOf(director);
    const props = { ...rest, service: { protocol, vip, port }, connection };
    super("RealServer", name, props, dependingOn(virtualService, options));
    const key = [args.rip, args.port ?? port, protocol, vip, port];
    ownOnce(
      name,
      connection,
      key,
      (rip, realPort, ...service) =>
        `real server ${endpointName(rip, realPort)} of ${serviceName(...service)}`,
    );
  }
}
