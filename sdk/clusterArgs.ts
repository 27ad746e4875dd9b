import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "./connection";
import type { Director } from "./director";
import type { DrainingArgs } from "./drain";
import type { FailoverSettings } from "./failover";
import type { PersistArgs } from "./hostResource";
import type { ForwardingMethod, Protocol, RealServerSettings, ServiceArgs } from "./virtualService";

/** An address with a name, for an address that only the update knows. */
export interface NamedAddress {
  /** The name of the address in the names of resources. Another name is another resource. */
  name: string;
  /** The address, IPv4 or IPv6. */
  address: pulumi.Input<string>;
}

/** A director of a cluster. */
export interface ClusterDirectorArgs {
  /**
   * How to reach the host over SSH; the cluster declares a Director for it.
   * @default - none: give `director`
   */
  connection?: pulumi.Input<ConnectionArgs>;
  /**
   * A Director of the program, so that two clusters can share it.
   * @default - none: give `connection`
   */
  director?: Director;
  /**
   * Whether the director holds the VIPs. One director of a network does; the others stand by with the same table. With
   * `failover` it is the one that holds them while all are well.
   * @default - the first director holds them
   */
  active?: boolean;
  /**
   * With `failover`, the director's own IPv4 address, which it has already: advertisements leave from it
   * (keepalived.conf(5), unicast_src_ip).
   * @default - the host of its connection, where that is an address
   */
  address?: pulumi.Input<string>;
  /**
   * The interface that the VIPs are added to, up to 15 characters, such as eth1.
   * @default - the interface whose network holds the VIP
   */
  interface?: pulumi.Input<string>;
  /**
   * The name of the director in the names of resources, unique in the cluster. Another name is another resource.
   * @default - its host; director1, director2, ... by its place where only the update knows the host
   */
  name?: string;
}

/** A real server of one virtual service, with what differs from the other services. */
export interface ClusterServiceRealServerArgs extends RealServerSettings {
  /** The name of a real server of the cluster, or its first RIP when it has no name. */
  name: string;
  /**
   * The port on this real server, 1 to 65535; only "nat" can have another port than the service (ipvsadm(8) -r).
   * @default - the `realServerPort` of the service
   */
  port?: pulumi.Input<number>;
}

/** A virtual service of a cluster. */
export interface ClusterServiceArgs extends ServiceArgs {
  /**
   * The port of the service, 1 to 65535; 0 is every port and needs persistence (ipvsadm(8) -t, -u, --sctp-service).
   * It names resources: a port that is an output needs a `name`.
   */
  port: pulumi.Input<number>;
  /**
   * The transport protocol (ipvsadm(8) -t, -u, --sctp-service). It names resources: a protocol that is an output needs
   * a `name`.
   * @default "tcp"
   */
  protocol?: pulumi.Input<Protocol>;
  /**
   * The name of the service in the names of resources, unique on each VIP. Another name is another resource.
   * @default - the protocol and the port
   */
  name?: string;
  /**
   * The VIPs of the service: each by its name, or as the cluster's `vips` spells it.
   * @default - every VIP of the cluster
   */
  vips?: string[];
  /**
   * The real servers of the service, in any order: each by its name, or with the weight and the thresholds that it has
   * in this service. [] is none.
   * @default - every real server of the cluster
   */
  realServers?: (string | ClusterServiceRealServerArgs)[];
  /**
   * The port on the real servers, 1 to 65535; only "nat" can have another port than the service (ipvsadm(8) -r).
   * @default - the port of the service
   */
  realServerPort?: pulumi.Input<number>;
}

/** A real server of a cluster, behind every service that does not choose its real servers. */
export interface ClusterRealServerArgs extends RealServerSettings {
  /**
   * The real server's own address (RIP), which is not a VIP; a list of two for a cluster of both families, one of each
   * (ipvsadm(8) -r). It names resources: a RIP that is an output needs a `name`.
   */
  rip: pulumi.Input<string> | pulumi.Input<string>[];
  /**
   * How to reach the real server over SSH, so that its side is set up: the VIP, ARP and the tunnel for "dr" and "tun",
   * the gateway for "nat".
   * @default - prepared by somebody else: only the director's side is managed
   */
  connection?: pulumi.Input<ConnectionArgs>;
  /**
   * How requests reach this real server (ipvsadm(8) -m, -g, -i). With `connection` a plain value, since it decides what
   * is set up there.
   * @default - the forwardingMethod of the cluster
   */
  forwardingMethod?: pulumi.Input<ForwardingMethod>;
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
   * The name of the real server in the names of resources and in the `realServers` of a service, unique in the cluster.
   * Another name is another resource.
   * @default - its first RIP that is a plain value
   */
  name?: string;
}

/** An LVS cluster from one description. */
export interface ClusterArgs extends DrainingArgs, PersistArgs {
  /**
   * How keepalived checks the real servers of every virtual service that does not say it itself.
   * @default - they are not checked
   */
  healthCheck?: ServiceArgs["healthCheck"];
  /**
   * For how long creating and updating each virtual service that does not say it itself may wait for the quorum of its
   * health check.
   * @default - they do not wait
   */
  waitForHealthy?: ServiceArgs["waitForHealthy"];
  /**
   * The virtual IP addresses, IPv4 and IPv6 together (ipvsadm(8) -t, -u, --sctp-service). They name resources: an
   * address that is an output needs a name, as in `{ name: "public", address: ip.address }`.
   */
  vips: (pulumi.Input<string> | NamedAddress)[];
  /**
   * How requests reach the real servers that do not name a method themselves: "nat", "dr" or "tun" (ipvsadm(8) -m, -g,
   * -i). Changed in place; from "dr" to "tun", connections from before stall (ip_vs_xmit.c: both share a cached route).
   */
  forwardingMethod: pulumi.Input<ForwardingMethod>;
  /**
   * The directors. One holds the VIPs; the others have the same virtual services and no VIP. With `failover`, the next
   * one in this order takes the VIPs when one fails.
   */
  directors: (Director | ClusterDirectorArgs)[];
  /**
   * Has keepalived move the VIPs, all together, to the next director when the one that has them fails (docs/failover.md).
   * It needs two directors with keepalived. {} has every default.
   * @default - the VIPs stay on one director
   */
  failover?: FailoverSettings;
  /** The virtual services, in any order. [] is none: the VIPs alone. */
  services: ClusterServiceArgs[];
  /** The real servers, in any order. [] is none. */
  realServers: ClusterRealServerArgs[];
  /**
   * For "nat": the director's address on the network of the real servers (DIP), one of each family at most, of a family
   * of VIPs and RIPs. Real servers with a connection send their replies through it. Of two DIPs, an output needs a name,
   * as for `vips`.
   * @default - the gateways of the real servers are set up by somebody else
   */
  dip?: pulumi.Input<string> | NamedAddress | (pulumi.Input<string> | NamedAddress)[];
  /**
   * Whether one VirtualServices resource on each director has all virtual services of the cluster, instead of a
   * VirtualService for each: much faster for hundreds of them. It can be changed at any time, which changes nothing on
   * the directors.
   * @default false
   */
  groupServices?: boolean;
}
