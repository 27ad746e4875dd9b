import type * as pulumi from "@pulumi/pulumi";
import type {
  ClusterArgs,
  ClusterDirectorArgs,
  ClusterRealServerArgs,
  ClusterServiceArgs,
  ClusterServiceRealServerArgs,
  NamedAddress,
} from "./clusterArgs";
import {
  directorArgs,
  directorNames,
  namedDips,
  namedVip,
  realServerName,
  serviceNameOn,
} from "./clusterNames";
import { isLater } from "./later";
import { refusal } from "./refusal";
import type { ForwardingMethod, Protocol } from "./virtualService";

/** The arguments of a cluster with a name for each thing, and with references by name resolved. */
export interface ClusterModel {
  readonly forwardingMethod: pulumi.Input<ForwardingMethod>;
  /** The `persist` of all resources; undefined for the default of the resources. */
  readonly persist: pulumi.Input<boolean> | undefined;
  readonly directors: readonly DirectorModel[];
  readonly vips: readonly VipModel[];
  readonly realServers: readonly RealServerModel[];
  readonly dips: readonly NamedAddress[];
  readonly drain: ClusterArgs["drain"];
  readonly slowStart: ClusterArgs["slowStart"];
  readonly healthCheck: ClusterArgs["healthCheck"];
  readonly waitForHealthy: ClusterArgs["waitForHealthy"];
  readonly groupServices: boolean;
  readonly failover: ClusterArgs["failover"];
  readonly anycast: boolean;
}

export interface DirectorModel {
  readonly name: string;
  readonly args: ClusterDirectorArgs;
}

export interface VipModel extends NamedAddress {
  readonly services: readonly ServiceModel[];
  /** The real servers of the services; for a VIP without services, all real servers with a connection. */
  readonly realServers: readonly RealServerModel[];
}

/** A virtual service on a VIP. */
export interface ServiceModel {
  readonly name: string;
  readonly protocol: pulumi.Input<Protocol>;
  readonly args: ClusterServiceArgs;
  readonly members: readonly MemberModel[];
}

/** A real server in a virtual service. */
export interface MemberModel {
  readonly realServer: RealServerModel;
  readonly settings: Partial<ClusterServiceRealServerArgs>;
}

export interface RealServerModel {
  readonly name: string;
  readonly rips: readonly pulumi.Input<string>[];
  readonly forwardingMethod: pulumi.Input<ForwardingMethod>;
  readonly args: ClusterRealServerArgs;
}

/** Reads the arguments of a cluster. Throws a refusal when a name is missing or unknown. */
export function clusterModel(args: ClusterArgs): ClusterModel {
  const names = directorNames(args.directors);
  const directors = args.directors.map((director, index) => {
    return { name: names[index] as string, args: directorArgs(director) };
  });
  const named = args.vips.map((vip, index) => namedVip(vip, `vips.${index}`));
  refuseStrayVips(args.services, named);
  const realServers = args.realServers.map((realServer, index) =>
    realServerModel(realServer, args, index),
  );
  const vips = named.map((vip) => vipModel(vip, args.services, realServers));
  const {
    dip,
    forwardingMethod,
    groupServices = false,
    drain,
    slowStart,
    healthCheck,
    waitForHealthy,
    persist,
    failover,
    anycast = false,
  } = args;
  return {
    ...{ forwardingMethod, directors, vips, realServers },
    ...{ dips: namedDips(dip), groupServices, drain, slowStart, healthCheck, waitForHealthy },
    ...{ persist, failover, anycast },
  };
}

function refuseStrayVips(services: readonly ClusterServiceArgs[], vips: readonly NamedAddress[]) {
  const names = vips.map((vip) => vip.name);
  const stray = services
    .flatMap((service) => service.vips ?? [])
    .find((name) => !names.includes(name));
  if (stray === undefined) return;
  throw refusal(
    `services: ${stray} is not one of the cluster's vips: add it there, or leave it out`,
  );
}

function realServerModel(
  args: ClusterRealServerArgs,
  cluster: ClusterArgs,
  index: number,
): RealServerModel {
  const path = `realServers.${index}`;
  const name = realServerName(args, path);
  const { rip, connection, forwardingMethod = cluster.forwardingMethod } = args;
  if (connection !== undefined && isLater(forwardingMethod)) {
    const where = args.forwardingMethod === undefined ? "" : `${path}.`;
    throw refusal(
      `${where}forwardingMethod is an output, but it decides what is set up on the real server ${name}: ` +
        'give "nat", "dr" or "tun", or leave the connection of the real server out',
    );
  }
  return { name, rips: Array.isArray(rip) ? rip : [rip], forwardingMethod, args };
}

function vipModel(
  vip: NamedAddress,
  all: readonly ClusterServiceArgs[],
  realServers: readonly RealServerModel[],
): VipModel {
  const services = all.flatMap((args, index): ServiceModel[] => {
    if (args.vips !== undefined && !args.vips.includes(vip.name)) return [];
    const { protocol = "tcp" } = args;
    const name = serviceNameOn(vip.name, args, `services.${index}`);
    return [{ name, protocol, args, members: membersOf(args, realServers) }];
  });
  const used = services.flatMap(({ members }) => members.map(({ realServer }) => realServer));
  const isPrepared = (realServer: RealServerModel) =>
    services.length === 0 ? realServer.args.connection !== undefined : used.includes(realServer);
  return { ...vip, services, realServers: realServers.filter(isPrepared) };
}

function membersOf(
  { realServers: chosen }: ClusterServiceArgs,
  all: readonly RealServerModel[],
): MemberModel[] {
  if (chosen === undefined) return all.map((realServer) => ({ realServer, settings: {} }));
  return chosen.map((member) => {
    const settings = typeof member === "string" ? { name: member } : member;
    const realServer = all.find(({ name }) => name === settings.name);
    if (realServer !== undefined) return { realServer, settings };
    throw refusal(
      `services: ${settings.name} is not one of the cluster's realServers: add it there, or leave it out`,
    );
  });
}
