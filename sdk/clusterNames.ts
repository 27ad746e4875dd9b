import type * as pulumi from "@pulumi/pulumi";
import { canonicalHost } from "../provider/values/host";
import type { ClusterArgs, ClusterDirectorArgs, ClusterRealServerArgs } from "./clusterArgs";
import type { ConnectionArgs } from "./connection";
import { Director } from "./director";
import { isLater } from "./later";

/** A director as the list of a cluster has it, whether it is a resource or not. */
export function declaredDirector(one: Director | ClusterDirectorArgs): ClusterDirectorArgs {
  return Director.isInstance(one) ? { director: one as Director } : (one as ClusterDirectorArgs);
}

/** What names each director in the names of resources. */
export function directorNames(directors: ClusterArgs["directors"]): string[] {
  return directors.map((one, index) => {
    const { name, director, connection } = declaredDirector(one);
    return name ?? hostName(director?.connectionArgs ?? connection) ?? `director${index + 1}`;
  });
}

/** What names a real server in the names of resources. */
export function nameOf(realServer: ClusterRealServerArgs): string {
  return realServer.name ?? String([realServer.rip].flat()[0]);
}

/** The host of a connection, when the program knows it already. */
function hostName(connection: pulumi.Input<ConnectionArgs> | undefined): string | undefined {
  if (connection === undefined || isLater(connection)) return undefined;
  const { host, port } = connection;
  if (typeof host !== "string") return undefined;
  const known = canonicalHost(host);
  return typeof port === "number" && port !== 22 ? `${known}-${port}` : known;
}
