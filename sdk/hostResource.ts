import * as pulumi from "@pulumi/pulumi";
import { type ConnectionArgs, withSecrets } from "./connection";
import { engineText, type KindName } from "./engine";

/** An argument that all resources have. */
export interface PersistArgs {
  /**
   * Whether the host makes again by itself what is declared: after a reboot, and after its network was set up anew
   * (restart of systemd-networkd, `nmcli device reapply`, `ifup`). It needs systemd on the host (docs/persistence.md).
   * Changed in place.
   * @default true
   */
  persist?: pulumi.Input<boolean>;
}

/** What all resources have: they live on a host, and are carried out by the installed engine. */
export abstract class HostResource extends pulumi.CustomResource {
  /** How the host is reached, with its defaults. */
  declare readonly connection: pulumi.Output<pulumi.Unwrap<ConnectionArgs>>;
  /** The same as it was declared. */
  declare readonly connectionArgs: pulumi.Input<ConnectionArgs>;
  /** Whether the host makes it again by itself; after a refresh, whether it is set up for that. */
  declare readonly persist: pulumi.Output<boolean>;

  constructor(
    kind: KindName,
    name: string,
    args: { connection: pulumi.Input<ConnectionArgs> } & pulumi.Inputs,
    options: pulumi.CustomResourceOptions = {},
  ) {
    // What a pulumi.dynamic.Resource is: a resource of such a type with such a property.
    const type = `pulumi-nodejs:dynamic/lvs:${kind}`;
    const __provider = engineText(kind);
    // The engine is not told who it works for; it claims and reports by this name.
    const owner = pulumi.createUrn(name, type, options.parent && urnAlone(options.parent));
    const connection = withSecrets(args.connection);
    super(type, name, { ...args, connection, owner, __provider }, options);
    this.keepUnlisted("connectionArgs", args.connection);
  }

  /**
   * Sets a property that is not among the outputs of a stack that exports the resource: what was declared may be a secret
   * that is not marked as such.
   */
  protected keepUnlisted<Name extends keyof this>(name: Name, value: this[Name]): void {
    Object.defineProperty(this, name, { value, enumerable: false });
  }

  /** Whether a value is one of this package's resources, also when it comes from another copy of it. */
  static override isInstance(value: unknown): value is HostResource {
    return pulumi.Resource.isInstance(value) && "connectionArgs" in value;
  }
}

/** The URN of a resource without a dependency on it: a child that depends on its component would wait for itself. */
function urnAlone(resource: pulumi.Resource): Promise<string> {
  return new Promise((resolve) => void resource.urn.apply(resolve));
}

/** A director as the others take it: the resource, or how to reach a host that is prepared elsewhere. */
export type HostReference =
  | {
      /** How to reach the director over SSH. */
      readonly connection: pulumi.Input<ConnectionArgs>;
    }
  | HostResource;

/** How to reach the host of a reference: as it was declared, so that only what is secret is secret. */
export function connectionOf(host: HostReference): pulumi.Input<ConnectionArgs> {
  const declared = HostResource.isInstance(host) ? host.connectionArgs : host.connection;
  return declared as pulumi.Input<ConnectionArgs>;
}

/** Options with one more dependency, when it is a resource. */
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
