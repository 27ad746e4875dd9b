import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "./connection";
import { HostResource, type PersistArgs } from "./hostResource";
import { ownOnce } from "./ownership";

/** The way of the replies of a real server with `nat`. */
export interface RealServerGatewayArgs extends PersistArgs {
  /** How to reach the real server over SSH, as root or with `sudo`. */
  connection: pulumi.Input<ConnectionArgs>;
  /** The real server's own address (RIP), as the director has it (ipvsadm(8) -r): from it, replies leave. */
  rip: pulumi.Input<string>;
  /** The director's address (DIP) on the network of the real server, of the family of the RIP. */
  dip: pulumi.Input<string>;
}

/**
 * With "nat", replies must go back through the director. This sends what leaves with the RIP as its source through the
 * DIP, by a policy rule and a table of its own (ip-rule(8)): the default gateway stays, and so do the neighbours and
 * every network that has a route. It is refused where it would cut the management connection.
 *
 * ## Example Usage
 * ```ts
 * new lvs.RealServerGateway("web1", { connection: web1, rip: "10.0.0.11", dip: "10.0.0.1" });
 * ```
 */
export class RealServerGateway extends HostResource {
  /** The address of the real server, whose packets leave through the director. */
  declare readonly rip: pulumi.Output<string>;
  /** The address of the director that they leave through. */
  declare readonly dip: pulumi.Output<string>;

  constructor(name: string, args: RealServerGatewayArgs, options?: pulumi.CustomResourceOptions) {
    super("RealServerGateway", name, { ...args }, options);
    ownOnce(name, args.connection, [args.rip], (rip) => `gateway of ${rip}`);
  }
}
