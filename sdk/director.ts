import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "./connection";
import { HostResource, type PersistArgs } from "./hostResource";
import { ownOnce } from "./ownership";

/** The arguments of a director. */
export interface DirectorArgs extends PersistArgs {
  /** The SSH connection to the host, as root or with `sudo`. */
  connection: pulumi.Input<ConnectionArgs>;
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

  constructor(name: string, args: DirectorArgs, options?: pulumi.CustomResourceOptions) {
    super("Director", name, { ...args }, options);
    ownOnce(name, args.connection, [], () => "director");
  }
}
