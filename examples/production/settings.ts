import * as pulumi from "@pulumi/pulumi";
import type { ClusterRealServerArgs, ConnectionArgs } from "pulumi-lvs";

const config = new pulumi.Config();
const privateKey = config.requireSecret("privateKey");
const hosts = config.requireObject<Record<string, ConnectionArgs>>("hosts");
const weights = config.getObject<Record<string, number>>("weights");

/** The SSH connection to a host in the setting `hosts`: { "director1": { "host": "192.0.2.2" }, "web1": { ... } } */
export function connectionTo(name: string): ConnectionArgs {
  return { ...(hosts[name] ?? { host: name }), privateKey };
}

/** The real servers with their connections and their weights in the setting `weights`, where each must be named. */
export function realServers(rips: Record<string, string | string[]>): ClusterRealServerArgs[] {
  const names = Object.keys(weights ?? rips);
  return names.map((name) => ({
    name,
    rip: rips[name] ?? [],
    weight: weights?.[name] ?? 1,
    connection: connectionTo(name),
  }));
}

/** The VIP in the setting `vip`. */
export function vipOr(address: string): string {
  return config.get("vip") ?? address;
}
