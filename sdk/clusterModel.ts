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

/** A cluster as its arguments describe it: everything has its name, and references are resolved. */
export interface ClusterModel {
  readonly vips: readonly NamedAddress[];
  readonly dips: readonly NamedAddress[];
  readonly directors: readonly DirectorModel[];
  readonly services: readonly ServiceModel[];
  readonly realServers: readonly RealServerModel[];
  readonly forwardingMethod: pulumi.Input<ForwardingMethod>;
}

export interface DirectorModel {
  readonly name: string;
  readonly args: ClusterDirectorArgs;
}

export interface RealServerModel {
  readonly name: string;
  readonly rips: readonly pulumi.Input<string>[];
  readonly forwardingMethod: pulumi.Input<ForwardingMethod>;
  readonly args: ClusterRealServerArgs;
}

export interface ServiceModel {
  readonly args: ClusterServiceArgs;
  readonly protocol: pulumi.Input<Protocol>;
  /** Its VIPs, with the name that it has on each. */
  readonly places: readonly { readonly vip: NamedAddress; readonly name: string }[];
  readonly members: readonly MemberModel[];
}

/** A real server in a virtual service. */
export interface MemberModel {
  readonly realServer: RealServerModel;
  readonly settings: Partial<ClusterServiceRealServerArgs>;
}

/** Reads the arguments of a cluster. Throws a refusal where a name is missing or leads nowhere. */
export function clusterModel(args: ClusterArgs): ClusterModel {
  const names = directorNames(args.directors);
  const directors = args.directors.map((one, index) => ({
    ...{ name: names[index] as string, args: directorArgs(one) },
  }));
  const vips = args.vips.map((vip, index) => namedVip(vip, `vips.${index}`));
  const realServers = args.realServers.map((one, index) => realServerModel(one, args, index));
  const services = args.services.map((one, index) => {
    const path = `services.${index}`;
    const { protocol = "tcp" } = one;
    const places = vipsOf(one, vips).map((vip) => ({
      ...{ vip, name: serviceNameOn(vip.name, one, path) },
    }));
    return { args: one, protocol, places, members: membersOf(one, realServers) };
  });
  const { dip, forwardingMethod } = args;
  return { vips, dips: namedDips(dip), directors, services, realServers, forwardingMethod };
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
    const where =
      args.forwardingMethod === undefined ? "forwardingMethod" : `${path}.forwardingMethod`;
    throw refusal(
      `${where} is an output, but it decides what is set up on the real server ${name}: ` +
        'give "nat", "dr" or "tun", or leave the connection of the real server out',
    );
  }
  return { name, rips: Array.isArray(rip) ? rip : [rip], forwardingMethod, args };
}

function vipsOf({ vips: chosen }: ClusterServiceArgs, all: readonly NamedAddress[]) {
  const names = all.map((vip) => vip.name);
  const stray = chosen?.find((name) => !names.includes(name));
  if (stray !== undefined) {
    throw refusal(
      `services: ${stray} is not one of the cluster's vips: add it there, or leave it out`,
    );
  }
  return all.filter(({ name }) => chosen?.includes(name) ?? true);
}

function membersOf(
  { realServers: chosen }: ClusterServiceArgs,
  all: readonly RealServerModel[],
): MemberModel[] {
  if (chosen === undefined) return all.map((realServer) => ({ realServer, settings: {} }));
  return chosen.map((one) => {
    const settings = typeof one === "string" ? { name: one } : one;
    const realServer = all.find(({ name }) => name === settings.name);
    if (realServer !== undefined) return { realServer, settings };
    throw refusal(
      `services: ${settings.name} is not one of the cluster's realServers: add it there, or leave it out`,
    );
  });
}
