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
   * @default - the last byte of the first IPv4 VIP (255 in the place of 0)
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
   * Seconds from one advertisement of the director with the VIPs to the next, 1 to 255, the same on all directors. A
   * backup takes the VIPs after three of them and a part of a second without one (advert_int).
   * @default 1
   */
  advertIntervalSeconds?: pulumi.Input<number>;
}

/** One director's part in a virtual router. */
export interface FailoverArgs extends FailoverSettings, PersistArgs {
  /** The director: a Director, or `{ connection }` of one that is declared elsewhere. It has keepalived. */
  director: HostReference;
  /**
   * The VIPs, IPv4 and IPv6, which move together (virtual_ipaddress, virtual_ipaddress_excluded). They are the same on
   * all directors, and none of them is a VirtualIp. Advertisements name the first one of IPv4.
   */
  vips: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * The director's own IPv4 address, which it has already: advertisements leave from it, by its interface
   * (unicast_src_ip, interface).
   */
  address: pulumi.Input<string>;
  /** The IPv4 addresses of the other directors (unicast_peer). */
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
 * one when that fails (VRRP version 2, unicast). Which one has them is live state, and never drift. Let it depend on the
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
    shareBetweenDirectors(name, connection, vips);
  }
}
