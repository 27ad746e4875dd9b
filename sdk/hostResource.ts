import * as pulumi from "@pulumi/pulumi";
import { type ConnectionArgs, withSecrets } from "./connection";
import { engineText, type KindName } from "./engine";

/** The argument of all resources. */
export interface PersistArgs {
  /**
   * Whether the host restores the resource by itself: after a reboot, and after a network manager has reconfigured the
   * network (restart of systemd-networkd, `nmcli device reapply`, `ifup`). The host needs systemd (docs/persistence.md).
   * Changed in place.
   * @default true
   */
  persist?: pulumi.Input<boolean>;
}

/** The base class of all resources. Each resource belongs to a host, and the installed engine applies its changes. */
export abstract class HostResource extends pulumi.CustomResource {
  /** The SSH connection to the host, with defaults. */
  declare readonly connection: pulumi.Output<pulumi.Unwrap<ConnectionArgs>>;
  /** The SSH connection as the program gives it. */
  declare readonly connectionArgs: pulumi.Input<ConnectionArgs>;
  /** Whether the host restores the resource by itself; after a refresh, whether the host is set up for that. */
  declare readonly persist: pulumi.Output<boolean>;

  constructor(
    kind: KindName,
    name: string,
    args: { connection: pulumi.Input<ConnectionArgs> } & pulumi.Inputs,
    options: pulumi.CustomResourceOptions = {},
  ) {
    // Pulumi treats a resource with this type and a property `__provider` like a pulumi.dynamic.Resource.
    const type = `pulumi-nodejs:dynamic/lvs:${kind}`;
    const __provider = engineText(kind);
    // Pulumi does not tell the engine the URN, which the engine needs for claims on the host and for progress.
    const owner = pulumi.createUrn(name, type, options.parent && urnAlone(options.parent));
    const connection = withSecrets(args.connection);
    super(type, name, { ...args, connection, owner, __provider }, options);
    this.keepUnlisted("connectionArgs", args.connection);
  }

  /**
   * Sets a property that a stack's outputs leave out when the program exports the resource, because a declared value may
   * be a secret without a mark.
   */
  protected keepUnlisted<Name extends keyof this>(name: Name, value: this[Name]): void {
    Object.defineProperty(this, name, { value, enumerable: false });
  }

  /** Whether a value is a resource of this package, also when another copy of the package made it. */
  static override isInstance(value: unknown): value is HostResource {
    return pulumi.Resource.isInstance(value) && "connectionArgs" in value;
  }
}

/** The URN of a resource without a dependency on the resource. A child with a dependency on its component would hang. */
function urnAlone(resource: pulumi.Resource): Promise<string> {
  return new Promise((resolve) => void resource.urn.apply(resolve));
}

/** A director for other resources: a Director, or the connection to a director that is declared elsewhere. */
export type HostReference =
  | {
      /** The SSH connection to the director. */
      readonly connection: pulumi.Input<ConnectionArgs>;
    }
  | HostResource;

/** The connection of a reference as the program gives it, in which only the secrets are secret. */
export function connectionOf(host: HostReference): pulumi.Input<ConnectionArgs> {
  const declared = HostResource.isInstance(host) ? host.connectionArgs : host.connection;
  return declared as pulumi.Input<ConnectionArgs>;
}

/** Adds a dependency to options when the director is a resource. */
export function dependingOn(
  dependency: unknown,
  options: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  if (!pulumi.Resource.isInstance(dependency)) return options;
  const { dependsOn: given } = options;
  if (pulumi.Output.isInstance(given) || given instanceof Promise) {
    const all = pulumi
      .output(given as pulumi.Input<pulumi.Resource[]>)
      .apply((list) => [list, dependency].flat());
    return {
      ...options,
      dependsOn: all as unknown as pulumi.Input<pulumi.Input<pulumi.Resource>[]>,
    };
  }
  const list = given === undefined ? [] : [given].flat();
  return { ...options, dependsOn: [...(list as pulumi.Resource[]), dependency] };
}
