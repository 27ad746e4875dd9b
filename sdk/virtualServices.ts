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

/** A virtual service among others of one resource. */
export type GroupedServiceArgs = Omit<VirtualServiceArgs, "director" | "adopt" | "persist">;

/** Many virtual services of one director. */
export interface VirtualServicesArgs extends PersistArgs {
  /** The director they are on: a Director, or `{ connection }` of one that is declared elsewhere. */
  director: HostReference;
  /** The virtual services, in any order (ipvsadm(8) -A). [] is none. */
  services: pulumi.Input<pulumi.Input<GroupedServiceArgs>[]>;
  /**
   * Take over virtual services that are there and unlike these; destroy then puts them back as they were.
   * @default false
   */
  adopt?: pulumi.Input<boolean>;
}

/**
 * Many virtual services of one director in one resource, for hundreds of them: Pulumi writes its whole state for each
 * resource that it changes, so that a thousand resources take minutes, and one takes seconds. Previews and diffs still
 * name each virtual service and each real server.
 *
 * A virtual service can move between this resource and a VirtualService of its own without a change on the director:
 * what takes over has to come before what lets go. A VirtualServices that others leave goes last by itself if it is
 * removed as a whole; if it stays, give it `dependsOn` the resources that take over.
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
  /** The virtual services by their names, such as `tcp 192.0.2.80:80`; their real servers by `rip:port`. */
  declare readonly services: pulumi.Output<Record<string, unknown>>;

  constructor(name: string, args: VirtualServicesArgs, options?: pulumi.CustomResourceOptions) {
    const { director, ...rest } = args;
    const connection = connectionOf(director);
    super("VirtualServices", name, { ...rest, connection }, dependingOn(director, options));
    pulumi.output(args.services).apply((services) => ownEach(name, connection, services));
  }
}

/** A virtual service that is in the list twice is refused by the check of the resource. */
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
