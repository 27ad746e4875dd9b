import * as pulumi from "@pulumi/pulumi";
import {
  connectionOf,
  dependingOn,
  type HostReference,
  HostResource,
  type PersistArgs,
} from "./hostResource";
import { ownOnce, serviceName } from "./ownership";
import type { VirtualServiceArgs } from "./virtualService";

/** The arguments of a virtual service in a group. */
export type GroupedServiceArgs = Omit<VirtualServiceArgs, "director" | "adopt" | "persist">;

/** The arguments of a group: many virtual services of a director in one resource. */
export interface VirtualServicesArgs extends PersistArgs {
  /** The director: a Director, or `{ connection }` of a director that is declared elsewhere. */
  director: HostReference;
  /** The virtual services, in any order (ipvsadm(8) -A). [] means no virtual services. */
  services: pulumi.Input<pulumi.Input<GroupedServiceArgs>[]>;
  /**
   * Whether to take over existing virtual services with other settings. Destroy restores those settings.
   * @default false
   */
  adopt?: pulumi.Input<boolean>;
}

/**
 * A group of virtual services of a director, for hundreds of virtual services. Pulumi writes its whole state for each
 * changed resource, so that a thousand resources take minutes, and a group takes seconds. Previews and diffs still name
 * each virtual service and each real server.
 *
 * A virtual service can move between a group and a VirtualService without a change on the director, when the new
 * resource takes over before the old resource lets go. Pulumi deletes a removed group last, so that nothing needs to be
 * done. A group that stays needs `dependsOn` on the resources that take its virtual services over.
 *
 * ## Example Usage
 * ```ts
 * new lvs.VirtualServices("shops", {
 *   director,
 *   services: shops.map(({ vip, realServers }) => ({ vip, port: 443, realServers })),
 * });
 * ```
 */
export class VirtualServices extends HostResource {
  /** The virtual services by name (`tcp 192.0.2.80:80`), with their real servers by `rip:port`. */
  declare readonly services: pulumi.Output<Record<string, unknown>>;

  constructor(name: string, args: VirtualServicesArgs, options?: pulumi.CustomResourceOptions) {
    const { director, ...rest } = args;
    const connection = connectionOf(director);
    super("VirtualServices", name, { ...rest, connection }, dependingOn(director, options));
    pulumi.output(args.services).apply((services) => ownEach(name, connection, services));
  }
}

/** Claims each virtual service of the list once. Duplicates in the list are left to the resource's check. */
function ownEach(
  name: string,
  connection: Parameters<typeof ownOnce>[1],
  services: readonly pulumi.Unwrap<GroupedServiceArgs>[],
): void {
  if (!Array.isArray(services)) return;
  const keys = services.map(({ protocol = "tcp", vip, port }) => [protocol, vip, port] as const);
  const unique = new Map(keys.map((key) => [key.join(" "), key]));
  for (const key of unique.values())
    ownOnce(name, connection, key, (...words) => `virtual service ${serviceName(...words)}`);
}
