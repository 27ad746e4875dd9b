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
import { ifGiven, resolvedServiceArgs } from "./resolvedServiceArgs";
import { VirtualIp } from "./virtualIp";
import { VirtualService } from "./virtualService";
import { VirtualServices } from "./virtualServices";

type ByName<T> = Record<string, T>;
/** The resources on each real server, on which virtual services depend. */
type RealServerResources = ReadonlyMap<RealServerModel, readonly pulumi.Resource[]>;
type PreparedVips = readonly (readonly [VipModel, RealServerResources])[];

/** Declares the resources of a cluster as its children. Each is listed by its name without the name of the cluster. */
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
    if (model.failover) {
      this.declareFailovers(prepared);
      return;
    }
    const groups = model.groupServices ? this.declareGroups(prepared) : undefined;
    for (const [vip, sides] of prepared)
      this.declareVips(vip, groups ?? this.declareServices(vip, sides));
  }

  private get persist(): PersistArgs {
    return ifGiven("persist", this.model.persist);
  }

  private declareDirector({ name, args }: DirectorModel): void {
    const { director, connection } = args;
    const more = { ...this.persist, ...ifGiven("exclusive", args.exclusive) };
    if (director !== undefined) this.directors[name] = director;
    else if (connection !== undefined)
      this.declare(
        this.directors,
        name,
        (full, options) => new Director(full, { connection, ...more }, options),
      );
    else throw refusal(`directors: ${name} has neither connection nor director: give one of them`);
  }

  /** Declares a VIP on the active director, or on all, after the real servers and the services on every director. */
  private declareVips(vip: VipModel, services: readonly pulumi.Resource[]): void {
    const { directors, anycast } = this.model;
    if (anycast) {
      for (const director of directors)
        this.declareVip(`${director.name}-${vip.name}`, vip, director, services);
      return;
    }
    const active = directors.find(({ args }) => args.active) ?? directors[0];
    if (active !== undefined) this.declareVip(vip.name, vip, active, services);
  }

  private declareVip(
    key: string,
    vip: VipModel,
    { name, args: { interface: device } }: DirectorModel,
    services: readonly pulumi.Resource[],
  ): void {
    const { anycast, drain } = this.model;
    const args = {
      ...{ director: this.directors[name] as Director, address: vip.address, ...this.persist },
      ...ifGiven("interface", device),
      // The drain of a cluster is that of its services: an anycast VIP goes at once, and its clients to other directors.
      ...(anycast ? { anycast } : ifGiven("drain", drain)),
    };
    const declareOne = (full: string, options: pulumi.CustomResourceOptions) =>
      new VirtualIp(full, args, options);
    this.declare(this.virtualIps, key, declareOne, services);
  }

  /**
   * One director after the other: the one that takes the VIPs last is changed first, and the one that has them while all
   * are well comes when that has succeeded.
   */
  private declareFailovers(prepared: PreparedVips): void {
    let before: readonly pulumi.Resource[] = [];
    for (const { name, args } of failoverArgs(this.model)) {
      const services = this.model.groupServices
        ? [this.declareGroup(name, prepared, before)]
        : prepared.flatMap(([vip, sides]) =>
            vip.services.map((service) => this.declareService(name, service, vip, sides, before)),
          );
      const all = { director: this.directors[name] as Director, ...args, ...this.persist };
      const declareOne = (full: string, options: pulumi.CustomResourceOptions) =>
        new Failover(`${full}-failover`, all, options);
      before = [this.declare(this.failovers, name, declareOne, [...services, ...before])];
    }
  }

  private declareSides(vip: VipModel): RealServerResources {
    return new Map(
      vip.realServers.map((realServer) => [realServer, this.declareSide(realServer, vip)]),
    );
  }

  /** Declares what a real server needs for a VIP. A real server without a connection is prepared by somebody else. */
  private declareSide(realServer: RealServerModel, vip: VipModel): pulumi.Resource[] {
    const { connection, ...args } = realServer.args;
    const { forwardingMethod } = realServer;
    if (connection === undefined) return [];
    if (forwardingMethod === "nat") return this.declareGateways(realServer, vip, connection);
    const vipArgs = {
      ...{ connection, vip: vip.address, rip: addressLike(realServer.rips, vip.address) },
      ...this.persist,
      forwardingMethod: forwardingMethod as "dr" | "tun",
      ...ifGiven("interface", args.interface),
      ...ifGiven("replyGateway", args.replyGateway),
    };
    return [
      this.declare(
        this.realServerVips,
        `${realServer.name}-${vip.name}`,
        (name, options) => new RealServerVip(name, vipArgs, options),
      ),
    ];
  }

  /** Declares the gateways of a real server that may be of the VIP's family. All VIPs share them. */
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

  private declareServices(vip: VipModel, sides: RealServerResources): VirtualService[] {
    return vip.services.flatMap((service) =>
      this.model.directors.map(({ name }) => this.declareService(name, service, vip, sides)),
    );
  }

  private declareService(
    director: string,
    service: ServiceModel,
    vip: VipModel,
    sides: RealServerResources,
    before: readonly pulumi.Resource[] = [],
  ): VirtualService {
    const args = {
      director: this.directors[director] as Director,
      ...{ ...resolvedServiceArgs(this.model, service, vip), ...this.persist },
    };
    return this.declare(
      this.services,
      `${director}-${service.name}`,
      (full, options) => new VirtualService(full, args, options),
      [...service.members.flatMap(({ realServer }) => sides.get(realServer) ?? []), ...before],
    );
  }

  /** Declares a group on each director for the services of all VIPs. */
  private declareGroups(prepared: PreparedVips): VirtualServices[] {
    return this.model.directors.map(({ name }) => this.declareGroup(name, prepared));
  }

  private declareGroup(
    name: string,
    prepared: PreparedVips,
    before: readonly pulumi.Resource[] = [],
  ): VirtualServices {
    const services = prepared.flatMap(([vip]) =>
      vip.services.map((service) => resolvedServiceArgs(this.model, service, vip)),
    );
    const sides = prepared.flatMap(([, ofVip]) => [...ofVip.values()].flat());
    const args = { director: this.directors[name] as Director, services, ...this.persist };
    return this.declare(
      this.serviceGroups,
      name,
      (_full, options) =>
        new VirtualServices(`${this.clusterName}-${name}-services`, args, options),
      [...new Set([...sides, ...before])],
    );
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
