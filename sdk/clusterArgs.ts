import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "./connection";
import type { Director } from "./director";
import type { DrainingArgs } from "./drain";
import type { FailoverSettings } from "./failover";
import type { PersistArgs } from "./hostResource";
import type { ForwardingMethod, Protocol, RealServerSettings, ServiceArgs } from "./virtualService";

/** An address with a name, for an address that is an output. */
export interface NamedAddress {
  /** The name of the address in the names of resources. Another name is another resource. */
  name: string;
  /** The address, IPv4 or IPv6. */
  address: pulumi.Input<string>;
}

/** A director of a cluster. */
export interface ClusterDirectorArgs {
  /**
   * The SSH connection to the host. The cluster declares a Director for the host.
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
   * With `connection`, whether virtual services are removed from the host that no resource of any stack declares; each is
   * listed by a preview first (`exclusive` of a Director).
   * @default false
   */
  exclusive?: pulumi.Input<boolean>;
  /**
   * With `failover`, the director's own address, which it has already: advertisements leave from it
   * (keepalived.conf(5), unicast_src_ip). Those of all directors are of one family, and one VIP at least is of it.
   * @default - the host of its connection, where that is an address
   */
  address?: pulumi.Input<string>;
  /**
   * The interface of the VIPs, up to 15 characters, such as eth1.
   * @default - the interface whose network contains the VIP; lo for anycast
   */
  interface?: pulumi.Input<string>;
  /**
   * The name of the director in the names of resources, unique in the cluster. Another name is another resource.
   * @default - the host; director1, director2, ... by position when the host is an output
   */
  name?: string;
}

/** A real server of a virtual service, with settings for this service only. */
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
   * The port is part of the names of resources: a port that is an output needs a `name`.
   */
  port: pulumi.Input<number>;
  /**
   * The transport protocol (ipvsadm(8) -t, -u, --sctp-service). The protocol is part of the names of resources: a
   * protocol that is an output needs a `name`.
   * @default "tcp"
   */
  protocol?: pulumi.Input<Protocol>;
  /**
   * The name of the service in the names of resources, unique on each VIP. Another name is another resource.
   * @default - the protocol and the port
   */
  name?: string;
  /**
   * The VIPs of the service: each by its name, or by the address as it is written in the cluster's `vips`.
   * @default - every VIP of the cluster
   */
  vips?: string[];
  /**
   * The real servers of the service, in any order: each by its name, or with settings for this service. [] means no real
   * servers.
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
   * The real server's own address (RIP), which is not a VIP (ipvsadm(8) -r). A cluster with IPv4 and IPv6 needs a list of
   * two addresses, one of each family. The RIP is part of the names of resources: a RIP that is an output needs a `name`.
   */
  rip: pulumi.Input<string> | pulumi.Input<string>[];
  /**
   * The SSH connection to the real server, over which the cluster sets up the VIP, ARP and the tunnel for "dr" and "tun",
   * or the gateway for "nat".
   * @default - the real server is prepared by somebody else: only the director's side is managed
   */
  connection?: pulumi.Input<ConnectionArgs>;
  /**
   * The packet-forwarding method of this real server (ipvsadm(8) -m, -g, -i). With `connection`, the method must be a
   * plain value, because it decides what is set up on the real server.
   * @default - the forwardingMethod of the cluster
   */
  forwardingMethod?: pulumi.Input<ForwardingMethod>;
  /**
   * Another interface on which the real server must not answer ARP for the VIP, for "dr" and "tun" (ip-sysctl.rst,
   * arp_ignore).
   * @default - the interface with the RIP, and the interfaces whose networks contain the VIP
   */
  interface?: pulumi.Input<string>;
  /**
   * The router for replies, for "dr" and "tun". Needed when the default gateway of the real server is the director.
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
   * The health check of every virtual service without a health check of its own.
   * @default - no health checks
   */
  healthCheck?: ServiceArgs["healthCheck"];
  /**
   * The time for which creating and updating a virtual service may wait for the quorum of its health check, for virtual
   * services without a `waitForHealthy` of their own.
   * @default - no waiting
   */
  waitForHealthy?: ServiceArgs["waitForHealthy"];
  /**
   * The virtual IP addresses, IPv4 and IPv6 together (ipvsadm(8) -t, -u, --sctp-service). An address is part of the names
   * of resources: an address that is an output needs a name, as in `{ name: "public", address: ip.address }`.
   */
  vips: (pulumi.Input<string> | NamedAddress)[];
  /**
   * The packet-forwarding method of the real servers without a method of their own: "nat", "dr" or "tun" (ipvsadm(8) -m,
   * -g, -i). Changed in place; from "dr" to "tun", existing connections stall (ip_vs_xmit.c: both methods share a cached
   * route).
   */
  forwardingMethod: pulumi.Input<ForwardingMethod>;
  /**
   * The directors. One holds the VIPs; the others have the same virtual services and no VIP. With `failover`, the next
   * one in this order takes the VIPs when one fails. With `anycast`, all hold them.
   */
  directors: (Director | ClusterDirectorArgs)[];
  /**
   * Has keepalived move the VIPs, all together, to the next director when the one that has them fails (docs/failover.md).
   * It needs two directors with keepalived. {} has every default.
   * @default - the VIPs stay on one director
   */
  failover?: FailoverSettings;
  /**
   * Whether all directors have the VIPs at the same time, each announcing routes to them (BGP, OSPF), and routers share
   * out the clients (docs/anycast.md). For "dr" and "tun", without `failover` and without `active`.
   * @default false
   */
  anycast?: boolean;
  /** The virtual services, in any order. [] means no virtual services: only the VIPs are set up. */
  services: ClusterServiceArgs[];
  /** The real servers, in any order. [] means no real servers. */
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
