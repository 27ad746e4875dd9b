import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "./connection";
import { HostResource, type PersistArgs } from "./hostResource";
import { ownOnce } from "./ownership";

/** One VIP on a real server, for `dr` or `tun`. */
export interface RealServerVipArgs extends PersistArgs {
  /** How to reach the real server over SSH, as root or with `sudo`. */
  connection: pulumi.Input<ConnectionArgs>;
  /** The VIP that the real server answers for, IPv4 or IPv6, without a prefix length: it is added as /32 or /128. */
  vip: pulumi.Input<string>;
  /**
   * The real server's own address (RIP), as the director has it (ipvsadm(8) -r): on the interface where requests
   * arrive; for "tun", where packets are unpacked.
   */
  rip: pulumi.Input<string>;
  /** "dr": the VIP goes on lo. "tun": on a tunnel interface of its own, which unpacks what the director sends. */
  forwardingMethod: pulumi.Input<"dr" | "tun">;
  /**
   * One more interface on which the VIP must not be answered by ARP, up to 15 characters, such as eth1: where requests
   * arrive, when that is neither the interface of the RIP nor one whose network holds the VIP (ip-sysctl.rst,
   * arp_ignore). IPv6 needs none.
   * @default - the interface that has the RIP, and those whose networks hold the VIP
   */
  interface?: pulumi.Input<string>;
  /**
   * The router through which replies (from the VIP) leave, by a policy rule of their own: where the default gateway of
   * this host is the director, which would drop them (ip-rule(8)).
   * @default - the routes of the host
   */
  replyGateway?: pulumi.Input<string>;
}

/**
 * One VIP on one real server: hidden from ARP (arp_ignore 1 and arp_announce 2 on the interface of the RIP and on those
 * whose networks hold the VIP, never conf.all), and then added, on lo for "dr", on a tunnel interface with a loose
 * rp_filter for "tun" (ip-sysctl.rst). A VIP that the host has on another interface already is refused.
 *
 * ## Example Usage
 * ```ts
 * new lvs.RealServerVip("web1", { connection: web1, vip: "192.0.2.80", rip: "192.0.2.11", forwardingMethod: "dr" });
 * ```
 */
export class RealServerVip extends HostResource {
  /** The virtual IP address. */
  declare readonly vip: pulumi.Output<string>;
  /** The own address of the real server. */
  declare readonly rip: pulumi.Output<string>;
  /** "dr" has the VIP on lo, "tun" has it on a tunnel interface. */
  declare readonly forwardingMethod: pulumi.Output<"dr" | "tun">;
  /** What is set on the host, and after a refresh what was found there. */
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
