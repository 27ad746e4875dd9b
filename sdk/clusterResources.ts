import type * as pulumi from "@pulumi/pulumi";
import { type ByName, ClusterChildren } from "./clusterChildren";
import { failoverArgs } from "./clusterFailover";
import type { ClusterModel, DirectorModel, ServiceModel, VipModel } from "./clusterModel";
import { ClusterRealServers, type PreparedRealServers } from "./clusterRealServers";
import { Director } from "./director";
import { Failover } from "./failover";
import type { PersistArgs } from "./hostResource";
import type { RealServerGateway } from "./realServerGateway";
import type { RealServerVip } from "./realServerVip";
import { refusal } from "./refusal";
import { ifGiven, resolvedServiceArgs } from "./resolvedServiceArgs";
import { VirtualIp } from "./virtualIp";
import { VirtualService } from "./virtualService";
import { VirtualServices } from "./virtualServices";

type PreparedVips = readonly (readonly [VipModel, PreparedRealServers])[];

/** Declares the resources of a cluster as its children. Each is listed by its name without the name of the cluster. */
export class ClusterResources {
  readonly directors: ByName<Director> = {};
  readonly virtualIps: ByName<VirtualIp> = {};
  readonly failovers: ByName<Failover> = {};
  readonly services: ByName<VirtualService> = {};
  readonly serviceGroups: ByName<VirtualServices> = {};
  readonly realServerVips: ByName<RealServerVip>;
  readonly realServerGateways: ByName<RealServerGateway>;
  private readonly children: ClusterChildren;

  constructor(
    private readonly model: ClusterModel,
    cluster: pulumi.ComponentResource,
    clusterName: string,
  ) {
    this.children = new ClusterChildren(cluster, clusterName);
    for (const director of model.directors) this.declareDirector(director);
    const realServers = new ClusterRealServers(model, this.children);
    this.realServerVips = realServers.vips;
    this.realServerGateways = realServers.gateways;
    const prepared = model.vips.map((vip) => [vip, realServers.prepare(vip)] as const);
    if (model.failover) {
      this.declareFailovers(prepared);
      return;
    }
    const groups = model.groupServices ? this.declareGroups(prepared) : undefined;
    for (const [vip, realServersOfVip] of prepared)
      this.declareVips(vip, groups ?? this.declareServices(vip, realServersOfVip));
  }

  private get persist(): PersistArgs {
    return ifGiven("persist", this.model.persist);
  }

  private declareDirector({ name, args }: DirectorModel): void {
    const { director, connection } = args;
    const more = { ...this.persist, ...ifGiven("exclusive", args.exclusive) };
    if (director !== undefined) this.directors[name] = director;
    else if (connection !== undefined)
      this.children.declare(
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
    this.children.declare(this.virtualIps, key, declareOne, services);
  }

  /**
   * Changes one director after the other. The director with the lowest priority comes first, and the director that
   * normally holds the VIPs comes last, after the others have succeeded.
   */
  private declareFailovers(prepared: PreparedVips): void {
    let before: readonly pulumi.Resource[] = [];
    for (const { name, args } of failoverArgs(this.model)) {
      const services = this.model.groupServices
        ? [this.declareGroup(name, prepared, before)]
        : prepared.flatMap(([vip, ofVip]) =>
            vip.services.map((service) => this.declareService(name, service, vip, ofVip, before)),
          );
      const all = { director: this.directors[name] as Director, ...args, ...this.persist };
      const declareOne = (full: string, options: pulumi.CustomResourceOptions) =>
        new Failover(`${full}-failover`, all, options);
      before = [this.children.declare(this.failovers, name, declareOne, [...services, ...before])];
    }
  }

  private declareServices(vip: VipModel, prepared: PreparedRealServers): VirtualService[] {
    return vip.services.flatMap((service) =>
      this.model.directors.map(({ name }) => this.declareService(name, service, vip, prepared)),
    );
  }

  private declareService(
    director: string,
    service: ServiceModel,
    vip: VipModel,
    prepared: PreparedRealServers,
    before: readonly pulumi.Resource[] = [],
  ): VirtualService {
    const args = {
      director: this.directors[director] as Director,
      ...{ ...resolvedServiceArgs(this.model, service, vip), ...this.persist },
    };
    return this.children.declare(
      this.services,
      `${director}-${service.name}`,
      (full, options) => new VirtualService(full, args, options),
      [...service.members.flatMap(({ realServer }) => prepared.get(realServer) ?? []), ...before],
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
    const onRealServers = prepared.flatMap(([, ofVip]) => [...ofVip.values()].flat());
    const args = { director: this.directors[name] as Director, services, ...this.persist };
    return this.children.declare(
      this.serviceGroups,
      name,
      (_full, options) =>
        new VirtualServices(`${this.children.clusterName}-${name}-services`, args, options),
      [...new Set([...onRealServers, ...before])],
    );
  }
}
