import * as pulumi from "@pulumi/pulumi";
import { familyOf } from "../provider/values/address";
import type {
  ClusterArgs,
  ClusterDirectorArgs,
  ClusterRealServerArgs,
  ClusterServiceArgs,
} from "./clusterArgs";
import { declaredDirector, directorNames, nameOf } from "./clusterNames";
import { refuseUnusable, ripFor } from "./clusterRules";
import { refuseMisshapen } from "./clusterShape";
import type { ConnectionArgs } from "./connection";
import { Director } from "./director";
import { RealServerGateway } from "./realServerGateway";
import { RealServerVip } from "./realServerVip";
import { refusal } from "./refusal";
import { VirtualIp } from "./virtualIp";
import { VirtualService } from "./virtualService";

interface NamedDirector {
  readonly name: string;
  readonly director: Director;
  readonly isActive: boolean;
  readonly interface: pulumi.Input<string> | undefined;
}

/**
 * An LVS cluster from one description, set up in the one safe order: real servers first (hidden from ARP, then the
 * VIP), then the virtual services, and the director's VIP last; taken down in reverse. So no real server ever answers
 * ARP for a VIP, and no director has a VIP without its services.
 *
 * ## Example Usage
 * ```ts
 * const web = new lvs.Cluster("web", {
 *   vips: ["192.0.2.80"],
 *   forwardingMethod: "dr",
 *   directors: [{ connection: { host: "director1", ...ssh } }],
 *   services: [{ port: 80 }, { port: 443, persistenceSeconds: 300 }],
 *   realServers: [{ rip: "192.0.2.11", weight: 2, connection: { host: "web1", ...ssh } }],
 * });
 * ```
 */
export class Cluster extends pulumi.ComponentResource {
  /** The virtual IP addresses. */
  readonly vips: pulumi.Output<string[]>;

  constructor(
    private readonly clusterName: string,
    private readonly args: ClusterArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    refuseMisshapen(args);
    refuseUnusable(args);
    super("lvs:index:Cluster", clusterName, {}, options);
    const directors = this.directors();
    for (const vip of args.vips) this.serve(vip, directors);
    this.vips = pulumi.output(args.vips);
    this.registerOutputs({ vips: this.vips });
  }

  private directors(): NamedDirector[] {
    const names = directorNames(this.args.directors);
    const declared = this.args.directors.map(declaredDirector);
    const hasActive = declared.some((one) => one.active);
    return declared.map((one, index) => {
      const name = names[index] as string;
      const isActive = hasActive ? one.active === true : index === 0;
      return { name, director: this.director(name, one), isActive, interface: one.interface };
    });
  }

  private director(name: string, { director, connection }: ClusterDirectorArgs): Director {
    if (director) return director;
    if (connection)
      return new Director(`${this.clusterName}-${name}`, { connection }, { parent: this });
    throw refusal(`directors: ${name} has neither connection nor director: give one of them`);
  }

  /** One VIP: the real servers, the services on every director, and the VIP on the active one. */
  private serve(vip: string, directors: readonly NamedDirector[]): void {
    const prepared = this.args.realServers.flatMap((one) => this.realServerSide(one, vip));
    const services = this.args.services
      .filter((service) => !service.vips || service.vips.includes(vip))
      .flatMap((service) =>
        directors.map((one) => this.virtualService(service, vip, one, prepared)),
      );
    const active = directors.find((one) => one.isActive);
    if (!active) return;
    new VirtualIp(
      `${this.clusterName}-${vip}`,
      { director: active.director, address: vip, ...given("interface", active.interface) },
      { parent: this, dependsOn: services },
    );
  }

  private realServerSide(realServer: ClusterRealServerArgs, vip: string): pulumi.Resource[] {
    const { connection } = realServer;
    if (connection === undefined) return [];
    const rip = ripFor(realServer, vip, this.args.forwardingMethod);
    const name = `${this.clusterName}-${nameOf(realServer)}`;
    if (this.args.forwardingMethod === "nat") return this.gateway(name, connection, rip);
    return [
      new RealServerVip(
        `${name}-${vip}`,
        {
          connection,
          vip,
          rip,
          forwardingMethod: this.args.forwardingMethod,
          ...given("interface", realServer.interface),
          ...given("replyGateway", realServer.replyGateway),
        },
        { parent: this },
      ),
    ];
  }

  private readonly gateways = new Map<string, RealServerGateway>();

  /** The gateway of a real server, which all VIPs of a family share. */
  private gateway(
    name: string,
    connection: pulumi.Input<ConnectionArgs>,
    rip: string,
  ): pulumi.Resource[] {
    const dip = [this.args.dip ?? []].flat().find((one) => familyOf(one) === familyOf(rip));
    if (dip === undefined) return [];
    const key = `${name}-gateway-${familyOf(rip)}`;
    const gateway =
      this.gateways.get(key) ??
      new RealServerGateway(key, { connection, rip, dip }, { parent: this });
    this.gateways.set(key, gateway);
    return [gateway];
  }

  private virtualService(
    service: ClusterServiceArgs,
    vip: string,
    { name, director }: NamedDirector,
    prepared: readonly pulumi.Resource[],
  ): VirtualService {
    const { vips: _vips, realServerPort, protocol = "tcp", ...rest } = service;
    const { forwardingMethod } = this.args;
    const realServers = this.args.realServers.map((one) => ({
      rip: ripFor(one, vip, forwardingMethod),
      forwardingMethod,
      ...given("port", realServerPort),
      ...given("weight", one.weight),
      ...given("upperThreshold", one.upperThreshold),
      ...given("lowerThreshold", one.lowerThreshold),
    }));
    return new VirtualService(
      `${this.clusterName}-${name}-${protocol}-${vip}-${service.port}`,
      { ...rest, protocol, director, vip, realServers },
      { parent: this, dependsOn: [...prepared] },
    );
  }
}

/** An optional argument, only when it is given. */
function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value });
}
