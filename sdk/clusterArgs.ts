import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "./connection";
import type { Director } from "./director";
import type { ForwardingMethod, RealServerSettings, ServiceArgs } from "./virtualService";

/** A director of a cluster. */
export interface ClusterDirectorArgs {
  /**
   * How to reach it; it becomes a Director of the cluster.
   * @default - none: give `director`
   */
  connection?: pulumi.Input<ConnectionArgs>;
  /**
   * A Director of the program, so that two clusters can share one.
   * @default - none: give `connection`
   */
  director?: Director;
  /**
   * Whether it holds the VIPs: one of a network's directors does, and the others stand by with the same table.
   * @default - the first one does
   */
  active?: boolean;
  /**
   * The interface that the VIPs are added to, up to 15 characters, such as eth1.
   * @default - the interface whose network holds the VIP
   */
  interface?: pulumi.Input<string>;
  /**
   * Its name in the names of resources, which has to be unique; another name is another resource.
   * @default - its host name
   */
  name?: string;
}

/** A virtual service of a cluster. */
export interface ClusterServiceArgs extends ServiceArgs {
  /**
   * The port of the service, 1 to 65535; 0 is every port and needs persistence (ipvsadm(8) -t, -u, --sctp-service).
   * A plain value, since it names resources.
   */
  port: number;
  /**
   * The transport protocol (ipvsadm(8) -t, -u, --sctp-service). A plain value, since it names resources.
   * @default "tcp"
   */
  protocol?: "tcp" | "udp" | "sctp";
  /**
   * The VIPs that it is on, as they are in the cluster's `vips`.
   * @default - every VIP of the cluster
   */
  vips?: string[];
  /**
   * The port on the real servers, 1 to 65535; only "nat" can have another one than the service (ipvsadm(8) -r).
   * @default - the port of the service
   */
  realServerPort?: pulumi.Input<number>;
}

/** A real server of a cluster; it is behind every service. */
export interface ClusterRealServerArgs extends RealServerSettings {
  /**
   * Its own address (RIP), to which no VIP belongs; a list of two for a cluster of both families, one of each
   * (ipvsadm(8) -r). A plain value: an address that only the update knows (an Output) goes into VirtualService and
   * RealServerVip.
   */
  rip: string | string[];
  /**
   * How to reach it, so that its side is set up: the VIP, ARP and tunnel for "dr" and "tun"; the gateway for "nat".
   * @default - prepared by somebody else: only the director's side is managed
   */
  connection?: pulumi.Input<ConnectionArgs>;
  /**
   * One more interface on which the VIP must not be answered by ARP ("dr" and "tun"; ip-sysctl.rst, arp_ignore).
   * @default - the interface that has the RIP, and those whose networks hold the VIP
   */
  interface?: pulumi.Input<string>;
  /**
   * The router through which replies from the VIP leave ("dr" and "tun"), where the default gateway is the director.
   * @default - the routes of the host
   */
  replyGateway?: pulumi.Input<string>;
  /**
   * Its name in the names of resources, which has to be unique; another name is another resource.
   * @default - its first RIP
   */
  name?: string;
}

/** An LVS cluster from one description. */
export interface ClusterArgs {
  /**
   * The virtual IP addresses, IPv4 and IPv6 together (ipvsadm(8) -t, -u, --sctp-service). Plain values, since they name
   * resources: an address that only the update knows (an Output) goes into VirtualService, RealServerVip and VirtualIp.
   */
  vips: string[];
  /**
   * How requests reach the real servers, all of them: "nat", "dr" or "tun" (ipvsadm(8) -m, -g, -i). Changed in place;
   * from "dr" to "tun", connections from before stall (ip_vs_xmit.c: both share a cached route).
   */
  forwardingMethod: ForwardingMethod;
  /** The directors. One holds the VIPs; the others have the same virtual services and no VIP. */
  directors: (Director | ClusterDirectorArgs)[];
  /** The virtual services, in any order. [] is none: the VIPs alone. */
  services: ClusterServiceArgs[];
  /** The real servers, in any order. [] is none. */
  realServers: ClusterRealServerArgs[];
  /**
   * For "nat": the director's address on the network of the real servers (one of each family at most). Real servers
   * with a connection then send their replies through it. A plain value, of a family of VIPs and RIPs.
   * @default - their gateways are set up by somebody else
   */
  dip?: string | string[];
}
