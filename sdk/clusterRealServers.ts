import type * as pulumi from "@pulumi/pulumi";
import { addressLike, gatewaysOf, isMaybeOneFamily } from "./clusterAddresses";
import type { ByName, ClusterChildren } from "./clusterChildren";
import type { ClusterModel, RealServerModel, VipModel } from "./clusterModel";
import type { ConnectionArgs } from "./connection";
import type { PersistArgs } from "./hostResource";
import { RealServerGateway } from "./realServerGateway";
import { RealServerVip } from "./realServerVip";
import { ifGiven } from "./resolvedServiceArgs";

/** The resources on each real server of a VIP, on which virtual services depend. */
export type PreparedRealServers = ReadonlyMap<RealServerModel, readonly pulumi.Resource[]>;

/** Declares the resources on the real servers of a cluster. */
export class ClusterRealServers {
  readonly vips: ByName<RealServerVip> = {};
  readonly gateways: ByName<RealServerGateway> = {};

  constructor(
    private readonly model: ClusterModel,
    private readonly children: ClusterChildren,
  ) {}

  /** Declares what each real server of a VIP needs. */
  prepare(vip: VipModel): PreparedRealServers {
    return new Map(
      vip.realServers.map((realServer) => [realServer, this.declareSide(realServer, vip)]),
    );
  }

  /** Declares what one real server needs for a VIP. Without a connection, somebody else has prepared the real server. */
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
    const key = `${realServer.name}-${vip.name}`;
    const make = (name: string, options: pulumi.CustomResourceOptions) =>
      new RealServerVip(name, vipArgs, options);
    return [this.children.declare(this.vips, key, make)];
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
      const make = (full: string, options: pulumi.CustomResourceOptions) =>
        new RealServerGateway(full, { connection, rip, dip, ...this.persist }, options);
      return this.gateways[key] ?? this.children.declare(this.gateways, key, make);
    });
  }

  private get persist(): PersistArgs {
    return ifGiven("persist", this.model.persist);
  }
}
