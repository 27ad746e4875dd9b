import type * as pulumi from "@pulumi/pulumi";
import type { DrainingArgs } from "./drain";
import type { HealthCheckArgs, WaitForHealthyArgs } from "./healthCheck";
import {
  connectionOf,
  dependingOn,
  type HostReference,
  HostResource,
  type PersistArgs,
} from "./hostResource";
import { ownOnce, serviceName } from "./ownership";

/** The transport protocol of a virtual service (ipvsadm(8) -t, -u, --sctp-service). */
export type Protocol = "tcp" | "udp" | "sctp";

/** How a request reaches the real server (ipvsadm(8) -m, -g, -i). */
export type ForwardingMethod = "nat" | "dr" | "tun";

/** The scheduler of a virtual service (ipvsadm(8) -s); the director's kernel has to have it. */
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

/** What is configured of a virtual service, apart from its VIP and its real servers. */
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
   * How a real server is chosen for a new connection (ipvsadm(8) -s): "wlc" is the one with the fewest connections for
   * its weight, "wrr" each in turn by its weight, "sh" and "mh" by a hash of the client's address. Changed in place:
   * connections go on, and the kernel refuses new ones for the milliseconds in which it exchanges schedulers.
   * @default "wlc"
   */
  scheduler?: pulumi.Input<Scheduler>;
  /**
   * Flags of the scheduler (ipvsadm(8) -b): "sh-fallback" and "sh-port" for sh, "mh-fallback" and "mh-port" for mh.
   * Without fallback, the clients of a real server with weight 0 get no answer.
   * @default []
   */
  schedulerFlags?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * For how many seconds, 1 to 2678400, a client stays with its real server after its last connection (ipvsadm(8) -p).
   * @default - no persistence
   */
  persistenceSeconds?: pulumi.Input<number>;
  /**
   * Which part of a client's address counts as one client: a mask such as "255.255.255.0", or for IPv6 the length of a
   * prefix such as "64" (ipvsadm(8) -M).
   * @default - each address is a client
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

/** What is configured of a real server, apart from its address. */
export interface RealServerSettings {
  /**
   * Its share of new connections, 0 to 65535, compared with the others; 0 quiesces: no new connections, the old ones
   * go on (ipvsadm(8) -w).
   * @default 1
   */
  weight?: pulumi.Input<number>;
  /**
   * No new connections above this many, 0 to 2147483647; 0 is no limit (ipvsadm(8) -x).
   * @default 0
   */
  upperThreshold?: pulumi.Input<number>;
  /**
   * After the upper threshold was reached, new connections again below this many; 0 is three quarters of the upper
   * threshold (ipvsadm(8) -y). At most the upper threshold.
   * @default 0
   */
  lowerThreshold?: pulumi.Input<number>;
}

/** A real server of a virtual service. */
export interface VirtualServiceRealServerArgs extends RealServerSettings {
  /**
   * The real server's own address (RIP): of the VIP's family, but for "tun" (ipvsadm(8) -r). It names the real server,
   * with its port.
   */
  rip: pulumi.Input<string>;
  /**
   * Its port, 1 to 65535 (ipvsadm(8) -r). Only "nat" can have another than the virtual service.
   * @default - that of the virtual service
   */
  port?: pulumi.Input<number>;
  /**
   * How requests reach it: "nat" rewrites addresses, and replies come back through the director; "dr" needs the VIP on
   * the real server and one physical network; "tun" needs the VIP on a tunnel interface there (ipvsadm(8) -m, -g, -i).
   * Changed in place; from "dr" to "tun", connections from before stall (ip_vs_xmit.c: both share a cached route).
   */
  forwardingMethod: pulumi.Input<ForwardingMethod>;
}

/** One IPVS virtual service. */
export interface VirtualServiceArgs extends ServiceArgs, PersistArgs {
  /** The director it is on: a Director, or `{ connection }` of one that is declared elsewhere. */
  director: HostReference;
  /**
   * The virtual IP address, IPv4 or IPv6 (ipvsadm(8) -t, -u, --sctp-service). It need not be on the director yet.
   */
  vip: pulumi.Input<string>;
  /**
   * The real servers, in any order. [] is exactly none.
   * @default - not managed here: RealServer resources add them one by one
   */
  realServers?: pulumi.Input<pulumi.Input<VirtualServiceRealServerArgs>[]>;
  /**
   * Take over a virtual service that is there and unlike this one; destroy then puts it back as it was.
   * @default false
   */
  adopt?: pulumi.Input<boolean>;
}

/**
 * One virtual service of a director with its real servers. Everything but protocol, VIP and port is changed in place,
 * which does not break a connection. A real server that is removed drains first, and so does the virtual service itself.
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
  /** How a real server is chosen for a new connection. */
  declare readonly scheduler: pulumi.Output<Scheduler>;
  /** The flags of the scheduler, sorted. */
  declare readonly schedulerFlags: pulumi.Output<string[]>;
  /** For how many seconds a client stays with its real server; undefined without persistence. */
  declare readonly persistenceSeconds: pulumi.Output<number | undefined>;
  /** Which part of an address counts as one client; undefined where each address does. */
  declare readonly persistenceNetmask: pulumi.Output<string | undefined>;
  /** The real servers by `rip:port`; undefined where RealServer resources add them. */
  declare readonly realServers: pulumi.Output<Record<string, unknown> | undefined>;
  /** The arguments that name the virtual service, for RealServer resources. */
  declare readonly serviceArgs: Pick<
    VirtualServiceArgs,
    "director" | "protocol" | "vip" | "port" | "realServers"
  >;

  constructor(name: string, args: VirtualServiceArgs, options?: pulumi.CustomResourceOptions) {
    const { director, ...rest } = args;
    const connection = connectionOf(director);
    super("VirtualService", name, { ...rest, connection }, dependingOn(director, options));
    this.keepUnlisted("serviceArgs", args);
    const key = [args.protocol ?? "tcp", args.vip, args.port];
    ownOnce(name, connection, key, (...words) => `virtual service ${serviceName(...words)}`);
  }
}
