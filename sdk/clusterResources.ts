import type * as pulumi from "@pulumi/pulumi";
import { addressLike, gatewaysOf, isMaybeOneFamily } from "./clusterAddresses";
import { failoverArgs } from "./clusterFailover";
import type {
  ClusterModel,
  DirectorModel,
  RealServerModel,
  ServiceModel,
  VipModel,
} from "./clusterModel";
import type { ConnectionArgs } from "./connection";
import { Director } from "./director";
import { Failover } from "./failover";
import type { PersistArgs } from "./hostResource";
import { RealServerGateway } from "./realServerGateway";
import { RealServerVip } from "./realServerVip";
import { refusal } from "./refusal";
import { VirtualIp } from "./virtualIp";
import { VirtualService } from "./virtualService";
import { type GroupedServiceArgs, VirtualServices } from "./virtualServices";

type ByName<T> = Record<string, T>;
/** What has been set up on a real server, for the services that wait for it. */
type Sides = ReadonlyMap<RealServerModel, readonly pulumi.Resource[]>;

/** Declares the resources of a cluster as its children, and has them by their names without the cluster's. */
export class ClusterResources {
  readonly directors: ByName<Director> = {};
  readonly virtualIps: ByName<VirtualIp> = {};
  readonly failovers: ByName<Failover> = {};
  readonly services: ByName<VirtualService> = {};
  readonly serviceGroups: ByName<VirtualServices> = {};
  readonly realServerVips: ByName<RealServerVip> = {};
  readonly realServerGateways: ByName<RealServerGateway> = {};

  constructor(
    private readonly model: ClusterModel,
    private readonly cluster: pulumi.ComponentResource,
    private readonly clusterName: string,
  ) {
    for (const director of model.directors) this.declareDirector(director);
    const prepared = model.vips.map((vip) => [vip, this.declareSides(vip)] as const);
    const groups = model.groupServices ? this.declareGroups(prepared) : undefined;
    const services = prepared.map(([vip, sides]): [VipModel, pulumi.Resource[]] => {
      return [vip, groups ?? this.declareServices(vip, sides)];
    });
    if (model.failover) this.declareFailovers(services.flatMap(([, ofVip]) => ofVip));
    else for (const [vip, ofVip] of services) this.declareVip(vip, ofVip);
  }

  private get persist(): PersistArgs {
    return given("persist", this.model.persist);
  }

  private declareDirector({ name, args: { director, connection } }: DirectorModel): void {
    if (director !== undefined) this.directors[name] = director;
    else if (connection !== undefined)
      this.declare(
        this.directors,
        name,
        (full, options) => new Director(full, { connection, ...this.persist }, options),
      );
    else throw refusal(`directors: ${name} has neither connection nor director: give one of them`);
  }

  /** The real servers come first, then the services on every director, and the VIP on the active director last. */
  private declareVip(vip: VipModel, services: readonly pulumi.Resource[]): void {
    const { directors } = this.model;
    const active = directors.find(({ args }) => args.active) ?? directors[0];
    const director = this.directors[active?.name ?? ""];
    if (active === undefined || director === undefined) return;
    const args = {
      ...{ director, address: vip.address, ...this.persist },
      ...given("interface", active.args.interface),
      ...given("drain", this.model.drain),
    };
    this.declare(
      this.virtualIps,
      vip.name,
      (name, options) => new VirtualIp(name, args, options),
      services,
    );
  }

  /** One after the other: the director that takes the VIPs last is changed first. */
  private declareFailovers(services: readonly pulumi.Resource[]): void {
    const before: pulumi.Resource[] = [...new Set(services)];
    for (const { name, args } of failoverArgs(this.model)) {
      const all = { director: this.directors[name] as Director, ...args, ...this.persist };
      const declareOne = (full: string, options: pulumi.CustomResourceOptions) =>
        new Failover(`${full}-failover`, all, options);
      before.push(this.declare(this.failovers, name, declareOne, before));
    }
  }

  private declareSides(vip: VipModel): Sides {
    return new Map(
      vip.realServers.map((realServer) => [realServer, this.declareSide(realServer, vip)]),
    );
  }

  /** What a real server needs for a VIP, where the cluster reaches it. */
  private declareSide(realServer: RealServerModel, vip: VipModel): pulumi.Resource[] {
    const { connection, ...args } = realServer.args;
    const { forwardingMethod } = realServer;
    if (connection === undefined) return [];
    if (forwardingMethod === "nat") return this.declareGateways(realServer, vip, connection);
    const vipArgs = {
      ...{ connection, vip: vip.address, rip: addressLike(realServer.rips, vip.address) },
      ...this.persist,
      forwardingMethod: forwardingMethod as "dr" | "tun",
      ...given("interface", args.interface),
      ...given("replyGateway", args.replyGateway),
    };
    return [
      this.declare(
        this.realServerVips,
        `${realServer.name}-${vip.name}`,
        (name, options) => new RealServerVip(name, vipArgs, options),
      ),
    ];
  }

  /** The gateways of a real server that can be of the VIP's family; all VIPs share them. */
  private declareGateways(
    realServer: RealServerModel,
    vip: VipModel,
    connection: pulumi.Input<ConnectionArgs>,
  ): pulumi.Resource[] {
    const gateways = gatewaysOf(realServer, this.model.dips).filter(
      ({ rip, dip }) => isMaybeOneFamily(rip, vip.address) && isMaybeOneFamily(dip, vip.address),
    );
    return gateways.map(({ name, rip, dip }) => {
      const key = `${realServer.name}-${name}`;
      return (
        this.realServerGateways[key] ??
        this.declare(
          this.realServerGateways,
          key,
          (full, options) =>
            new RealServerGateway(full, { connection, rip, dip, ...this.persist }, options),
        )
      );
    });
  }

  private declareServices(vip: VipModel, sides: Sides): VirtualService[] {
    return vip.services.flatMap((service) =>
      this.model.directors.map(({ name }) => {
        const args = {
          director: this.directors[name] as Director,
          ...{ ...this.serviceArgs(service, vip), ...this.persist },
        };
        return this.declare(
          this.services,
          `${name}-${service.name}`,
          (full, options) => new VirtualService(full, args, options),
          service.members.flatMap(({ realServer }) => sides.get(realServer) ?? []),
        );
      }),
    );
  }

  /** One resource on each director for the services of all VIPs. */
  private declareGroups(prepared: readonly (readonly [VipModel, Sides])[]): VirtualServices[] {
    const services = prepared.flatMap(([vip]) =>
      vip.services.map((service) => this.serviceArgs(service, vip)),
    );
    const sides = prepared.flatMap(([, ofVip]) => [...ofVip.values()].flat());
    return this.model.directors.map(({ name }) => {
      const args = { director: this.directors[name] as Director, services, ...this.persist };
      return this.declare(
        this.serviceGroups,
        name,
        (_full, options) =>
          new VirtualServices(`${this.clusterName}-${name}-services`, args, options),
        [...new Set(sides)],
      );
    });
  }

  /** A virtual service with its real servers, as both forms of resources take it. */
  private serviceArgs(
    { args, protocol, members }: ServiceModel,
    vip: VipModel,
  ): GroupedServiceArgs {
    const { vips: _vips, realServers: _some, realServerPort, name: _name, ...rest } = args;
    const realServers = members.map(({ realServer, settings }) => {
      const { args: own } = realServer;
      return {
        rip: addressLike(realServer.rips, vip.address),
        forwardingMethod: realServer.forwardingMethod,
        ...given("port", settings.port ?? realServerPort),
        ...given("weight", settings.weight ?? own.weight),
        ...given("upperThreshold", settings.upperThreshold ?? own.upperThreshold),
        ...given("lowerThreshold", settings.lowerThreshold ?? own.lowerThreshold),
      };
    });
    const { drain, slowStart, healthCheck, waitForHealthy } = this.model;
    const usual = {
      ...given("drain", drain),
      ...given("slowStart", slowStart),
      ...given("healthCheck", healthCheck),
      ...given("waitForHealthy", waitForHealthy),
    };
    return { ...usual, ...rest, protocol, vip: vip.address, realServers };
  }

  private declare<T>(
    all: ByName<T>,
    key: string,
    make: (name: string, options: pulumi.CustomResourceOptions) => T,
    dependsOn: readonly pulumi.Resource[] = [],
  ): T {
    const name = `${this.clusterName}-${key}`;
    if (Object.hasOwn(all, key))
      throw refusal(
        `two resources of the cluster would both be named ${name}: give VIPs, services and real servers other names`,
      );
    const resource = make(name, { parent: this.cluster, dependsOn: [...dependsOn] });
    all[key] = resource;
    return resource;
  }
}

/** An optional argument, only when it is given. */
function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value });
}
