import type * as pulumi from "@pulumi/pulumi";
import type { DrainingArgs } from "./drain";
import {
  connectionOf,
  dependingOn,
  type HostReference,
  HostResource,
  type PersistArgs,
} from "./hostResource";
import { holdOnce } from "./ownership";

/** A VIP on a director. */
export interface VirtualIpArgs extends PersistArgs {
  /** The director that holds it: a Director, or `{ connection }` of one that is declared elsewhere. */
  director: HostReference;
  /**
   * The VIP, IPv4 or IPv6, without a prefix length: it is added as /32 or /128 (ip-address(8)). One director of a
   * program holds it: two would both answer ARP for it.
   */
  address: pulumi.Input<string>;
  /**
   * The interface that holds it, up to 15 characters, such as eth1. It can be changed in place: the VIP moves there, and
   * comes back there when it was moved by hand.
   * @default - the interface whose network holds the address; when none does, or with adopt, the one that it is on
   */
  interface?: pulumi.Input<string>;
  /**
   * Take over an address that is on the host already; destroy then leaves it there.
   * @default false
   */
  adopt?: pulumi.Input<boolean>;
  /**
   * How the VIP goes from its director: the virtual services of the stack on it are quiesced first, which refuses new
   * clients, and the VIP is removed when their connections have ended or their time is over. false removes it at once.
   * @default - 30 seconds for connections over tcp and sctp; those over udp are not waited for
   */
  drain?: DrainingArgs["drain"];
}

/**
 * One VIP on one interface of a director, announced to the network when it is added: by gratuitous ARP (arping), or by
 * the kernel for IPv6. Let it depend on the virtual services of the VIP, so that no client is refused before they are
 * there: `{ dependsOn: http }`.
 *
 * ## Example Usage
 * ```ts
 * new lvs.VirtualIp("vip", { director, address: "192.0.2.80" }, { dependsOn: http });
 * ```
 */
export class VirtualIp extends HostResource {
  /** The VIP in canonical form. */
  declare readonly address: pulumi.Output<string>;
  /** The interface that the program names; undefined where it names none. */
  declare readonly interface: pulumi.Output<string | undefined>;

  constructor(name: string, args: VirtualIpArgs, options?: pulumi.CustomResourceOptions) {
    const { director, ...rest } = args;
    const connection = connectionOf(director);
    super("VirtualIp", name, { ...rest, connection }, dependingOn(director, options));
    holdOnce(name, connection, args.address);
  }
}
