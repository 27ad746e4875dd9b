import type * as pulumi from "@pulumi/pulumi";
import type {
  ClusterArgs,
  ClusterRealServerArgs,
  ClusterServiceArgs,
  NamedAddress,
} from "../../../sdk";
import { output } from "./program";

/** Copies the arguments of a cluster with an output for each value, and with the names that outputs need. */
export function withOutputs(args: ClusterArgs): ClusterArgs {
  const vipNames = args.vips.map(String);
  const { dip } = args;
  const dips = Array.isArray(dip) ? dip : [];
  return {
    ...args,
    vips: args.vips.map((vip, index) => named(vipNames[index] as string, vip)),
    directors: args.directors.map((director, index) => ({ name: `one${index}`, ...director })),
    services: args.services.map(serviceWithOutputs),
    realServers: args.realServers.map(realServerWithOutputs),
    ...(dips.length > 0
      ? { dip: dips.map((one, index) => named(`dip${index}`, one)) }
      : dip !== undefined && { dip: asOutput(dip as string) }),
  };
}

function serviceWithOutputs(service: ClusterServiceArgs, index: number): ClusterServiceArgs {
  const { port, protocol = "tcp", realServerPort, ...rest } = service;
  return {
    name: `service${index}`,
    ...rest,
    ...{ port: asOutput(port), protocol: asOutput(protocol) },
    ...(realServerPort !== undefined && { realServerPort: asOutput(realServerPort) }),
  };
}

function realServerWithOutputs(realServer: ClusterRealServerArgs, index: number) {
  const { rip, weight, replyGateway, ...rest } = realServer;
  return {
    name: `web${index}`,
    ...rest,
    rip: Array.isArray(rip) ? rip.map(asOutput) : asOutput(rip),
    ...(weight !== undefined && { weight: asOutput(weight) }),
    ...(replyGateway !== undefined && { replyGateway: asOutput(replyGateway) }),
  };
}

function asOutput<T>(value: pulumi.Input<T>): pulumi.Input<T> {
  return output(value) as pulumi.Input<T>;
}

function named(name: string, address: pulumi.Input<string> | NamedAddress): NamedAddress {
  return { name, address: asOutput(address as pulumi.Input<string>) };
}
