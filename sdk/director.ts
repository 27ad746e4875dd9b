import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "./connection";
import { HostResource, type PersistArgs } from "./hostResource";
import { ownOnce } from "./ownership";

/** The arguments of a director. */
export interface DirectorArgs extends PersistArgs {
  /** The SSH connection to the host, as root or with `sudo`. */
  connection: pulumi.Input<ConnectionArgs>;
  /**
   * Whether virtual services of the host's IPVS table (ipvsadm -L) are removed that no resource of any stack declares,
   * those with a firewall mark too. Nothing is removed that no preview has shown: a refresh finds them, the next preview
   * lists them as removed from `undeclared`, and the update drains them (30 seconds, udp not at all) and removes them.
   * Destroy does not bring them back. Refused while a keepalived or ldirectord of the user maintains virtual services on
   * the host. Changed in place.
   * @default false
   */
  exclusive?: pulumi.Input<boolean>;
}

/**
 * A director: a host that runs IPVS. The resource loads the kernel module ip_vs. Destroy unloads the module, unless the
 * module was loaded before or is in use.
 *
 * ## Example Usage
 * ```ts
 * const director = new lvs.Director("director1", { connection: { host: "director1", privateKey } });
 * ```
 */
export class Director extends HostResource {
  /** Whether ip_vs is loaded: "loaded", or "not loaded", such as after a reboot of a host with `persist: false`. */
  declare readonly ipvs: pulumi.Output<string>;
  /**
   * With `exclusive`, the virtual services that a refresh has found and that nobody declares, by name (`tcp 192.0.2.80:80`),
   * with scheduler and real servers; undefined without `exclusive`.
   */
  declare readonly undeclared: pulumi.Output<Readonly<Record<string, string>> | undefined>;

  constructor(name: string, args: DirectorArgs, options?: pulumi.CustomResourceOptions) {
    super("Director", name, { ...args }, options);
    ownOnce(name, args.connection, [], () => "director");
  }
}
