import type * as pulumi from "@pulumi/pulumi";
import type { DrainingArgs } from "./drain";
import type { HealthCheckArgs, RealServerHealthCheckArgs, WaitForHealthyArgs } from "./healthCheck";
import {
  connectionOf,
  dependingOn,
  type HostReference,
  HostResource,
  type PersistArgs,
} from "./hostResource";
import { ownOnce, serviceName } from "./ownership";
import { leadsToRealServer, realServersByName } from "./realServersByName";

/** The transport protocol of a virtual service (ipvsadm(8) -t, -u, --sctp-service). */
export type Protocol = "tcp" | "udp" | "sctp";

/** The packet-forwarding method: network address translation, direct routing or tunneling (ipvsadm(8) -m, -g, -i). */
export type ForwardingMethod = "nat" | "dr" | "tun";

/** The scheduler of a virtual service (ipvsadm(8) -s). The director's kernel must have its module. */
export type Scheduler =
  | "rr"
  | "wrr"
  | "lc"
  | "wlc"
  | "lblc"
  | "lblcr"
  | "dh"
  | "sh"
  | "sed"
  | "nq"
  | "fo"
  | "ovf"
  | "mh"
  | "twos"
  | "none";

/** The settings of a virtual service without its VIP and its real servers. */
export interface ServiceArgs extends DrainingArgs {
  /**
   * The transport protocol (ipvsadm(8) -t, -u, --sctp-service).
   * @default "tcp"
   */
  protocol?: pulumi.Input<Protocol>;
  /**
   * The port of the virtual service, 1 to 65535; 0 is every port and needs persistence (ipvsadm(8) -t, -u,
   * --sctp-service).
   */
  port: pulumi.Input<number>;
  /**
   * The scheduler, which chooses the real server of a new connection (ipvsadm(8) -s): "wlc" takes the real server with
   * the fewest connections for its weight, "wrr" each real server in turn by weight, "sh" and "mh" a real server by a
   * hash of the client's address. Changed in place: connections go on, and the kernel refuses new connections for some
   * milliseconds.
   * @default "wlc"
   */
  scheduler?: pulumi.Input<Scheduler>;
  /**
   * The flags of the scheduler (ipvsadm(8) -b): "sh-fallback" and "sh-port" for sh, "mh-fallback" and "mh-port" for mh.
   * Without a fallback flag, clients of a real server with weight 0 get no answer.
   * @default []
   */
  schedulerFlags?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * The persistence timeout in seconds, 1 to 2678400: how long a client stays with its real server after its last
   * connection (ipvsadm(8) -p).
   * @default - no persistence
   */
  persistenceSeconds?: pulumi.Input<number>;
  /**
   * The part of an address that identifies a client: a mask such as "255.255.255.0", or for IPv6 a prefix length such as
   * "64" (ipvsadm(8) -M).
   * @default - the whole address
   */
  persistenceNetmask?: pulumi.Input<string>;
  /**
   * How keepalived, which has to be installed on the director, checks the real servers: one that fails gets no new
   * connections until a check succeeds again (keepalived.conf(5)). Not together with slowStart.
   * @default - they are not checked
   */
  healthCheck?: pulumi.Input<HealthCheckArgs>;
  /**
   * Creating and updating end only when the quorum of healthCheck is there; it fails when that takes longer, and names
   * the real servers that are down. The change itself stays. What depends on the virtual service, as the VIP of a
   * Cluster, waits as well.
   * @default - they do not wait
   */
  waitForHealthy?: pulumi.Input<WaitForHealthyArgs>;
}

/** The settings of a real server without its address. */
export interface RealServerSettings {
  /**
   * The weight, 0 to 65535: the share of new connections relative to other real servers. A weight of 0 quiesces: no new
   * connections, existing connections go on (ipvsadm(8) -w).
   * @default 1
   */
  weight?: pulumi.Input<number>;
  /**
   * The number of connections above which no new connections come, 0 to 2147483647; 0 is no limit (ipvsadm(8) -x).
   * @default 0
   */
  upperThreshold?: pulumi.Input<number>;
  /**
   * The number of connections below which new connections come again after the upper threshold was exceeded; at most the
   * upper threshold. 0 means three quarters of the upper threshold (ipvsadm(8) -y).
   * @default 0
   */
  lowerThreshold?: pulumi.Input<number>;
  /**
   * How keepalived checks this real server, in the place of the healthCheck of its virtual service, which has to have
   * one; what is not given has its default. false: the real server is not checked, and counts as up.
   * @default - the healthCheck of the virtual service
   */
  healthCheck?: pulumi.Input<RealServerHealthCheckArgs | false>;
}

/** A real server of a virtual service. */
export interface VirtualServiceRealServerArgs extends RealServerSettings {
  /**
   * The real server's own address (RIP), of the same family as the VIP except for "tun" (ipvsadm(8) -r). The RIP and the
   * port identify the real server.
   */
  rip: pulumi.Input<string>;
  /**
   * The port on the real server, 1 to 65535 (ipvsadm(8) -r). Only "nat" can have another port than the virtual service.
   * @default - the port of the virtual service
   */
  port?: pulumi.Input<number>;
  /**
   * The packet-forwarding method (ipvsadm(8) -m, -g, -i). "nat" rewrites addresses, and replies come back through the
   * director; "dr" needs the VIP on the real server, and a common physical network; "tun" needs the VIP on a tunnel
   * interface of the real server. Changed in place; from "dr" to "tun", existing connections stall (ip_vs_xmit.c: both
   * methods share a cached route).
   */
  forwardingMethod: pulumi.Input<ForwardingMethod>;
}

/** The arguments of a virtual service. */
export interface VirtualServiceArgs extends ServiceArgs, PersistArgs {
  /** The director: a Director, or `{ connection }` of a director that is declared elsewhere. */
  director: HostReference;
  /**
   * The virtual IP address, IPv4 or IPv6 (ipvsadm(8) -t, -u, --sctp-service). The director need not have the VIP yet.
   */
  vip: pulumi.Input<string>;
  /**
   * The real servers, in any order. [] means no real servers: others on the host are removed.
   * @default - the virtual service does not own its real servers: RealServer resources add them
   */
  realServers?: pulumi.Input<pulumi.Input<VirtualServiceRealServerArgs>[]>;
  /**
   * Whether to take over an existing virtual service with other settings. Destroy restores those settings.
   * @default false
   */
  adopt?: pulumi.Input<boolean>;
}

/**
 * A virtual service of a director with its real servers. Protocol, VIP and port identify the virtual service; every other
 * argument is changed in place, without breaking a connection. Real servers drain before they are removed, alone or with
 * the whole virtual service.
 *
 * ## Example Usage
 * ```ts
 * const http = new lvs.VirtualService("http", {
 *   director,
 *   vip: "192.0.2.80",
 *   port: 80,
 *   realServers: [{ rip: "192.0.2.11", weight: 2, forwardingMethod: "dr" }],
 * });
 * ```
 */
export class VirtualService extends HostResource {
  /** The transport protocol. */
  declare readonly protocol: pulumi.Output<Protocol>;
  /** The virtual IP address. */
  declare readonly vip: pulumi.Output<string>;
  /** The port, 0 to 65535; 0 is every port. */
  declare readonly port: pulumi.Output<number>;
  /** The scheduler. */
  declare readonly scheduler: pulumi.Output<Scheduler>;
  /** The flags of the scheduler, sorted. */
  declare readonly schedulerFlags: pulumi.Output<string[]>;
  /** The persistence timeout in seconds; undefined without persistence. */
  declare readonly persistenceSeconds: pulumi.Output<number | undefined>;
  /** The part of an address that identifies a client; undefined for the whole address. */
  declare readonly persistenceNetmask: pulumi.Output<string | undefined>;
  /** The real servers by `rip:port`; undefined when RealServer resources add them. */
  declare readonly realServers: pulumi.Output<Record<string, unknown> | undefined>;
  /** The arguments that identify the virtual service, for RealServer resources. */
  declare readonly serviceArgs: Pick<
    VirtualServiceArgs,
    "director" | "protocol" | "vip" | "port" | "realServers"
  >;

  constructor(name: string, args: VirtualServiceArgs, options?: pulumi.CustomResourceOptions) {
    const { director, ...rest } = args;
    const connection = connectionOf(director);
    const named = options?.ignoreChanges?.some(leadsToRealServer) && {
      realServers: realServersByName(args.realServers, args.port),
    };
    super(
      "VirtualService",
      name,
      { ...rest, ...named, connection },
      dependingOn(director, options),
    );
    this.keepUnlisted("serviceArgs", args);
    const key = [args.protocol ?? "tcp", args.vip, args.port];
    ownOnce(name, connection, key, (...words) => `virtual service ${serviceName(...words)}`);
  }
}
