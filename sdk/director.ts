import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "./connection";
import { HostResource, type PersistArgs } from "./hostResource";
import { ownOnce } from "./ownership";

/** A host that runs IPVS. */
export interface DirectorArgs extends PersistArgs {
  /** How to reach the host over SSH, as root or with `sudo`. */
  connection: pulumi.Input<ConnectionArgs>;
}

/**
 * A director: a host that runs IPVS. It loads the kernel module ip_vs, and unloads it when it goes, if it was not
 * there before and nobody uses it.
 *
 * ## Example Usage
 * ```ts
 * const director = new lvs.Director("director1", { connection: { host: "director1", privateKey } });
 * ```
 */
export class Director extends HostResource {
  /** Whether the kernel's IPVS is there: "loaded", or "not loaded" after a reboot that nobody has repaired (persist: false). */
  declare readonly ipvs: pulumi.Output<string>;

  constructor(name: string, args: DirectorArgs, options?: pulumi.CustomResourceOptions) {
    super("Director", name, { ...args }, options);
    ownOnce(name, args.connection, [], () => "director");
  }
}
