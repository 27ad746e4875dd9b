import * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs } from "./clusterArgs";
import { clusterModel } from "./clusterModel";
import { ClusterResources } from "./clusterResources";
import { refuseUnusable } from "./clusterRules";
import { refuseMisshapen } from "./clusterShape";
import type { Director } from "./director";
import type { Failover } from "./failover";
import type { RealServerGateway } from "./realServerGateway";
import type { RealServerVip } from "./realServerVip";
import type { VirtualIp } from "./virtualIp";
import type { VirtualService } from "./virtualService";
import type { VirtualServices } from "./virtualServices";

/**
 * An LVS cluster from one description. Resources are created in the safe order: first the real servers, where each VIP
 * is hidden from ARP before it is added, then the virtual services, and last the VIPs of the director. Resources are
 * deleted in the reverse order. So a real server never answers ARP for a VIP, and a director never has a VIP without its
 * virtual services.
 *
 * Addresses, ports, weights and connections can be outputs of resources that the same program creates. A thing whose
 * address is an output needs a `name`, from which its resources get their names.
 *
 * ## Example Usage
 * ```ts
 * const web = new lvs.Cluster("web", {
 *   vips: ["192.0.2.80"],
 *   forwardingMethod: "dr",
 *   directors: [{ connection: { host: "director1", ...ssh } }],
 *   services: [{ port: 80 }, { port: 443, persistenceSeconds: 300 }],
 *   realServers: [
 *     { rip: "192.0.2.11", weight: 2, connection: { host: "web1", ...ssh } },
 *     { name: "web2", rip: machine.privateIp, connection: { host: machine.privateIp, ...ssh } },
 *   ],
 * });
 * export const serviceId = web.services["director1-tcp-192.0.2.80-80"]?.id;
 * ```
 */
export class Cluster extends pulumi.ComponentResource {
  /** The virtual IP addresses. */
  readonly vips: pulumi.Output<string[]>;
  /** The directors by name, including the Directors that the program gives. */
  readonly directors: Readonly<Record<string, Director>>;
  /** With `failover`, the part of each director in it by its name; `virtualIps` is empty then. */
  readonly failovers: Readonly<Record<string, Failover>>;
  /** The VIPs on the director by their names: `192.0.2.80`; with `anycast` also by director: `director1-192.0.2.80`. */
  readonly virtualIps: Readonly<Record<string, VirtualIp>>;
  /** The virtual services of all directors: `director1-tcp-192.0.2.80-80`, or `director1-192.0.2.80-http` with a name. */
  readonly services: Readonly<Record<string, VirtualService>>;
  /** The groups of virtual services by director, with `groupServices`; `services` is empty then. */
  readonly serviceGroups: Readonly<Record<string, VirtualServices>>;
  /** The VIPs on real servers, for "dr" and "tun": `web1-192.0.2.80`. */
  readonly realServerVips: Readonly<Record<string, RealServerVip>>;
  /** The gateways of real servers, for "nat": `web1-gateway-ipv4`. */
  readonly realServerGateways: Readonly<Record<string, RealServerGateway>>;

  constructor(name: string, args: ClusterArgs, options?: pulumi.ComponentResourceOptions) {
    refuseMisshapen(args);
    const model = clusterModel(args);
    refuseUnusable(model);
    super("lvs:index:Cluster", name, {}, options);
    const resources = new ClusterResources(model, this, name);
    this.vips = pulumi.output(model.vips.map((vip) => vip.address));
    this.directors = resources.directors;
    this.failovers = resources.failovers;
    this.virtualIps = resources.virtualIps;
    this.services = resources.services;
    this.serviceGroups = resources.serviceGroups;
    this.realServerVips = resources.realServerVips;
    this.realServerGateways = resources.realServerGateways;
    this.registerOutputs({
      vips: this.vips,
      directors: idsOf(this.directors),
      ...(model.failover && { failovers: idsOf(this.failovers) }),
      virtualIps: idsOf(this.virtualIps),
      services: idsOf(this.services),
      ...(model.groupServices && { serviceGroups: idsOf(this.serviceGroups) }),
      realServerVips: idsOf(this.realServerVips),
      realServerGateways: idsOf(this.realServerGateways),
    });
  }
}

function idsOf(resources: Readonly<Record<string, pulumi.CustomResource>>) {
  return Object.fromEntries(Object.entries(resources).map(([name, { id }]) => [name, id]));
}
