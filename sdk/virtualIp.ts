import type * as pulumi from "@pulumi/pulumi";
import type { DrainingArgs } from "./drain";
import {
  connectionOf,
  dependingOn,
  type HostReference,
  HostResource,
  type PersistArgs,
} from "./hostResource";
import { holdOnce, holdTogether } from "./ownership";

/** The arguments of a VIP on a director. */
export interface VirtualIpArgs extends PersistArgs {
  /** The director with the VIP: a Director, or `{ connection }` of a director that is declared elsewhere. */
  director: HostReference;
  /**
   * The VIP, IPv4 or IPv6, without a prefix length. The VIP is added as /32 or /128 (ip-address(8)). Only one director of
   * a program can have the VIP, because two directors would both answer ARP for it, unless it is `anycast` on all of them.
   */
  address: pulumi.Input<string>;
  /**
   * Whether several directors have the VIP at the same time, each announcing a route to it (BGP, OSPF), and routers share
   * out the clients (docs/anycast.md). The VIP is on lo, or on a dummy interface, and is not announced by ARP; it has to be
   * outside of the networks of the director. A plain value. Changed in place.
   * @default false
   */
  anycast?: boolean;
  /**
   * The interface of the VIP, up to 15 characters, such as eth1. Changed in place: the VIP moves. A VIP that was moved by
   * hand moves back.
   * @default - the interface whose network contains the VIP; without one, or with adopt, the interface that has the VIP;
   * lo for anycast
   */
  interface?: pulumi.Input<string>;
  /**
   * Whether to take over an address that the host already has. Destroy leaves that address on the host.
   * @default false
   */
  adopt?: pulumi.Input<boolean>;
  /**
   * Whether, and how long, connections drain before the VIP is removed. The stack's virtual services on the VIP are
   * quiesced first, which refuses new clients. The VIP is removed when the connections have ended or the timeout is over.
   * false removes the VIP at once.
   * @default - 30 seconds for tcp and sctp; false for udp, and for anycast, since routers would go on to send clients
   */
  drain?: DrainingArgs["drain"];
}

/**
 * A VIP on an interface of a director. A VIP that is added is announced to the network: by gratuitous ARP (arping), or by
 * the kernel for IPv6. Make the VIP depend on its virtual services (`{ dependsOn: http }`), so that no client is refused
 * before they exist.
 *
 * ## Example Usage
 * ```ts
 * new lvs.VirtualIp("vip", { director, address: "192.0.2.80" }, { dependsOn: http });
 * ```
 */
export class VirtualIp extends HostResource {
  /** The VIP in canonical form. */
  declare readonly address: pulumi.Output<string>;
  /** The declared interface; undefined when the program gives none. */
  declare readonly interface: pulumi.Output<string | undefined>;

  constructor(name: string, args: VirtualIpArgs, options?: pulumi.CustomResourceOptions) {
    const { director, ...rest } = args;
    const connection = connectionOf(director);
    super("VirtualIp", name, { ...rest, connection }, dependingOn(director, options));
    if (args.anycast) holdTogether(name, connection, args.address);
    else holdOnce(name, connection, args.address);
  }
}
