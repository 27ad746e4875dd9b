import * as pulumi from "@pulumi/pulumi";
import { virtualRouterIdOf } from "../provider/values/virtualRouter";
import {
  connectionOf,
  dependingOn,
  type HostReference,
  HostResource,
  type PersistArgs,
} from "./hostResource";
import { ownOnce, shareBetweenDirectors } from "./ownership";

/** How the VIPs of a virtual router move between directors (keepalived.conf(5), vrrp_instance; RFC 3768). */
export interface FailoverSettings {
  /**
   * The number of the virtual router, 1 to 255, the same on all of its directors, and another one for each virtual
   * router of a director (virtual_router_id). Another number is another resource.
   * @default - the last byte of the first IPv4 VIP, or of the first VIP where none is of IPv4 (255 in the place of 0)
   */
  virtualRouterId?: pulumi.Input<number>;
  /**
   * Whether a director takes the VIPs from one with a lower priority, when it is back (nopreempt if false). They then
   * move a second time, and connections that are held may end.
   * @default true
   */
  preempt?: pulumi.Input<boolean>;
  /**
   * Seconds for which a director that is back waits before it takes the VIPs from one with a lower priority, 0 to 1000:
   * its real servers are checked meanwhile (preempt_delay).
   * @default 10
   */
  preemptDelaySeconds?: pulumi.Input<number>;
  /**
   * Seconds from one advertisement of the director with the VIPs to the next, 1 to 255 (over IPv6 to 40), the same on all directors. A
   * backup takes the VIPs after three of them and a part of a second without one (advert_int).
   * @default 1
   */
  advertIntervalSeconds?: pulumi.Input<number>;
  /**
   * Whether the director with the VIPs tells the others of its connections, so that those go on when the VIPs move
   * (lvs_sync_daemon; ipvsadm(8) --start-daemon). By multicast on the network of `address`, unencrypted. The kernel has
   * this once on a director, for all of its connections, and not together with tunnels to the other family.
   * @default true
   */
  syncConnections?: pulumi.Input<boolean>;
  /**
   * Whether advertisements go to all on the network by multicast (224.0.0.18, or ff02::12), and not to the other directors
   * alone (mcast_src_ip in the place of unicast_src_ip and unicast_peer). It is the same on all directors. Every machine
   * on the network hears them then, and can speak as a director.
   * @default false
   */
  multicast?: pulumi.Input<boolean>;
  /**
   * Whether a director gives way while a virtual service of the VIPs is without its quorum there, and another director has
   * it: its priority is half of what it is otherwise (track_script of a vrrp_script with a weight). Of virtual services
   * with a `healthCheck`. It needs `preempt`, and `preemptDelaySeconds` holds for it.
   * @default false
   */
  trackQuorum?: pulumi.Input<boolean>;
  /**
   * When the director that takes the VIPs announces them, by gratuitous ARP, or neighbour advertisements for IPv6.
   * @default - keepalived's: at once and after 5 seconds, 5 times each
   */
  garp?: pulumi.Input<GarpArgs>;
}

/** When VIPs are announced (keepalived.conf(5), garp_master_delay and its like). */
export interface GarpArgs {
  /**
   * Seconds after the first announcements until they are repeated, 0 to 3600; 0 is never (garp_master_delay).
   * @default 5
   */
  delaySeconds?: pulumi.Input<number>;
  /**
   * How often each VIP is announced at a time, 1 to 100 (garp_master_repeat).
   * @default 5
   */
  repeat?: pulumi.Input<number>;
  /**
   * Seconds from one renewal of the announcements to the next, for as long as the director has the VIPs, 0 to 86400; 0 is
   * none. For switches and routers that forget, or miss them (garp_master_refresh).
   * @default 0
   */
  refreshSeconds?: pulumi.Input<number>;
  /**
   * How often each VIP is announced at a renewal, 1 to 100 (garp_master_refresh_repeat).
   * @default 1
   */
  refreshRepeat?: pulumi.Input<number>;
}

/** One director's part in a virtual router. */
export interface FailoverArgs extends FailoverSettings, PersistArgs {
  /** The director: a Director, or `{ connection }` of one that is declared elsewhere. It has keepalived. */
  director: HostReference;
  /**
   * The VIPs, IPv4 and IPv6, which move together (virtual_ipaddress, virtual_ipaddress_excluded). They are the same on
   * all directors, and none of them is a VirtualIp. Advertisements name the first one of the family of `address`.
   */
  vips: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * The director's own address, which it has already: advertisements leave from it, by its interface (unicast_src_ip,
   * interface). Over IPv4 it is version 2 of VRRP, over IPv6 version 3; one VIP at least is of its family.
   */
  address: pulumi.Input<string>;
  /** The addresses of the other directors, of the family of `address` (unicast_peer; not used with `multicast`). */
  peers: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * The interface that gets the VIPs, up to 15 characters, such as eth1 (dev).
   * @default - for each VIP the one whose network holds it; where none does, the one of `address`
   */
  interface?: pulumi.Input<string>;
  /**
   * Which director has the VIPs, 1 to 254: of those that run, the one with the highest number (priority).
   * @default 100
   */
  priority?: pulumi.Input<number>;
}

/**
 * One director's part in a virtual router: keepalived has the VIPs on one of several directors, and moves them to another
 * one when that fails (VRRP). Which one has them is live state, and never drift. Let it depend on the
 * virtual services of the VIPs, so that no client is refused before they are there.
 *
 * ## Example Usage
 * ```ts
 * const vips = ["192.0.2.80"];
 * new lvs.Failover("director1", { director: one, vips, address: "192.0.2.2", peers: ["192.0.2.3"], priority: 200 });
 * new lvs.Failover("director2", { director: two, vips, address: "192.0.2.3", peers: ["192.0.2.2"], priority: 190 });
 * ```
 */
export class Failover extends HostResource {
  /** The VIPs in canonical form. */
  declare readonly vips: pulumi.Output<string[]>;
  /** The number of the virtual router. */
  declare readonly virtualRouterId: pulumi.Output<number>;
  /** The priority of the director. */
  declare readonly priority: pulumi.Output<number>;

  constructor(name: string, args: FailoverArgs, options?: pulumi.CustomResourceOptions) {
    const { director, ...rest } = args;
    const connection = connectionOf(director);
    super("Failover", name, { ...rest, connection }, dependingOn(director, options));
    const vips = pulumi.output(args.vips);
    const id = pulumi
      .all([args.virtualRouterId, vips])
      .apply(([given, known]) => given ?? virtualRouterIdOf(known));
    ownOnce(name, connection, [id], (known) => `virtual router ${known} (virtualRouterId)`);
    pulumi.output(args.syncConnections).apply((syncs) => {
      if (syncs ?? true)
        ownOnce(name, connection, [], () => "synchronisation of connections (syncConnections)");
    });
    shareBetweenDirectors(name, connection, vips);
  }
}
