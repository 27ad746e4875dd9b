import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "./connection";
import { HostResource, type PersistArgs } from "./hostResource";
import { ownOnce } from "./ownership";

/** The arguments of a VIP on a real server, for `dr` or `tun`. */
export interface RealServerVipArgs extends PersistArgs {
  /** The SSH connection to the real server, as root or with `sudo`. */
  connection: pulumi.Input<ConnectionArgs>;
  /** The VIP, IPv4 or IPv6, without a prefix length. The VIP is added as /32 or /128. */
  vip: pulumi.Input<string>;
  /**
   * The real server's own address (RIP) in the director's table (ipvsadm(8) -r), on the interface where requests arrive.
   * For "tun", the RIP is the end of the tunnel.
   */
  rip: pulumi.Input<string>;
  /** The packet-forwarding method: with "dr" the VIP is on lo, with "tun" on a separate tunnel interface. */
  forwardingMethod: pulumi.Input<"dr" | "tun">;
  /**
   * Another interface on which the host must not answer ARP for the VIP (ip-sysctl.rst, arp_ignore), up to 15 characters,
   * such as eth1. Needed when requests arrive on an interface that has neither the RIP nor a network with the VIP. IPv6
   * needs no such interface.
   * @default - the interface with the RIP, and the interfaces whose networks contain the VIP
   */
  interface?: pulumi.Input<string>;
  /**
   * The router for replies, which have the VIP as source (policy routing, ip-rule(8)). Needed when the default gateway of
   * the host is the director, which would drop the replies.
   * @default - the routes of the host
   */
  replyGateway?: pulumi.Input<string>;
}

/**
 * A VIP on a real server. The VIP is first hidden from ARP (arp_ignore 1 and arp_announce 2 on the interface with the RIP,
 * on the interfaces whose networks contain the VIP, and on the ports of these, never on conf.all). It is then added on lo
 * for "dr", or on a tunnel interface with a loose rp_filter for "tun" (ip-sysctl.rst). A VIP on another interface of the
 * host is refused.
 *
 * ## Example Usage
 * ```ts
 * new lvs.RealServerVip("web1", { connection: web1, vip: "192.0.2.80", rip: "192.0.2.11", forwardingMethod: "dr" });
 * ```
 */
export class RealServerVip extends HostResource {
  /** The virtual IP address. */
  declare readonly vip: pulumi.Output<string>;
  /** The real server's own address (RIP). */
  declare readonly rip: pulumi.Output<string>;
  /** The packet-forwarding method. */
  declare readonly forwardingMethod: pulumi.Output<"dr" | "tun">;
  /** The declared settings of the host, such as arpIgnore; after a refresh, the live settings. */
  declare readonly state: pulumi.Output<Record<string, unknown>>;

  constructor(name: string, args: RealServerVipArgs, options?: pulumi.CustomResourceOptions) {
    super("RealServerVip", name, { ...args }, options);
    const key = [args.vip, args.forwardingMethod, args.rip];
    ownOnce(
      name,
      args.connection,
      key,
      (vip, method, rip) => `VIP ${vip} (${method}) of the real server ${rip}`,
    );
  }
}
