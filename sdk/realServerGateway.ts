import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "./connection";
import { HostResource, type PersistArgs } from "./hostResource";
import { ownOnce } from "./ownership";

/** The arguments of the route for the replies of a real server with `nat`. */
export interface RealServerGatewayArgs extends PersistArgs {
  /** The SSH connection to the real server, as root or with `sudo`. */
  connection: pulumi.Input<ConnectionArgs>;
  /** The real server's own address (RIP) in the director's table (ipvsadm(8) -r), the source of its replies. */
  rip: pulumi.Input<string>;
  /** The director's address (DIP) on the network of the real server, of the same family as the RIP. */
  dip: pulumi.Input<string>;
}

/**
 * The route of a real server's replies for "nat", where replies must go back through the director. Policy rules send
 * packets with the RIP as source through the DIP, by a separate routing table (ip-rule(8)). The default gateway, the
 * neighbours and networks with a route of their own stay as they are. The resource is refused when it would cut the
 * management connection.
 *
 * ## Example Usage
 * ```ts
 * new lvs.RealServerGateway("web1", { connection: web1, rip: "10.0.0.11", dip: "10.0.0.1" });
 * ```
 */
export class RealServerGateway extends HostResource {
  /** The real server's own address (RIP). */
  declare readonly rip: pulumi.Output<string>;
  /** The director's address (DIP). */
  declare readonly dip: pulumi.Output<string>;

  constructor(name: string, args: RealServerGatewayArgs, options?: pulumi.CustomResourceOptions) {
    super("RealServerGateway", name, { ...args }, options);
    ownOnce(name, args.connection, [args.rip], (rip) => `gateway of ${rip}`);
  }
}
