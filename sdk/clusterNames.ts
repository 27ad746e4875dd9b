import type * as pulumi from "@pulumi/pulumi";
import { familyOf } from "../provider/values/address";
import { canonicalHost } from "../provider/values/host";
import type {
  ClusterArgs,
  ClusterDirectorArgs,
  ClusterRealServerArgs,
  ClusterServiceArgs,
  NamedAddress,
} from "./clusterArgs";
import type { ConnectionArgs } from "./connection";
import { Director } from "./director";
import { isLater } from "./later";
import { refusal } from "./refusal";

/** The options of a director, also when the program gives only a Director. */
export function directorArgs(director: Director | ClusterDirectorArgs): ClusterDirectorArgs {
  return Director.isInstance(director)
    ? { director: director as Director }
    : (director as ClusterDirectorArgs);
}

/** The names of the directors, as parts of the names of resources. */
export function directorNames(directors: ClusterArgs["directors"]): string[] {
  return directors.map((one, index) => {
    const { name, director, connection } = directorArgs(one);
    return name ?? hostName(director?.connectionArgs ?? connection) ?? `director${index + 1}`;
  });
}

/** The host of a connection; undefined when the host is an output. */
function hostName(connection: pulumi.Input<ConnectionArgs> | undefined): string | undefined {
  if (connection === undefined || isLater(connection)) return undefined;
  const { host, port } = connection;
  if (typeof host !== "string") return undefined;
  const known = canonicalHost(host);
  return typeof port === "number" && port !== 22 ? `${known}-${port}` : known;
}

/** A VIP with its name, which is the address by default. */
export function namedVip(vip: pulumi.Input<string> | NamedAddress, path: string): NamedAddress {
  if (isNamed(vip)) return vip;
  if (isLater(vip)) {
    throw refusal(
      `${path} is an output, which cannot name resources: give it a name, as in { name: "public", address: ip.address }`,
    );
  }
  return { name: vip, address: vip };
}

/** The DIPs with their names. The default name is the family; a single DIP that is an output needs no name. */
export function namedDips(dip: ClusterArgs["dip"]): NamedAddress[] {
  const dips = dip === undefined ? [] : Array.isArray(dip) ? dip : [dip];
  return dips.map((one, index) => {
    if (isNamed(one)) return one;
    if (!isLater(one)) return { name: familyOf(one), address: one };
    if (dips.length === 1) return { name: "", address: one };
    throw refusal(
      `dip.${index} is an output, which cannot name resources: give it a name, as in { name: "inside", address: ip.address }`,
    );
  });
}

/** The name of a real server. Without a connection, no resource has the name, so that an output is allowed as RIP. */
export function realServerName(realServer: ClusterRealServerArgs, path: string): string {
  const { name, rip, connection } = realServer;
  const rips = Array.isArray(rip) ? rip : [rip];
  const known = name ?? rips.find((one): one is string => typeof one === "string");
  if (known !== undefined) return known;
  if (connection === undefined || rips.length === 0) return path;
  throw refusal(
    `${path}.rip is an output, which cannot name resources: give the real server a name, as in name: "web1"`,
  );
}

/** The name of a virtual service on a VIP, without the name of the director. */
export function serviceNameOn(vip: string, service: ClusterServiceArgs, path: string): string {
  const { name, protocol = "tcp", port } = service;
  if (name !== undefined) return `${vip}-${name}`;
  if (!isLater(protocol) && !isLater(port)) return `${protocol}-${vip}-${port}`;
  throw refusal(
    `${path}.${isLater(port) ? "port" : "protocol"} is an output, which cannot name resources: ` +
      'give the service a name, as in name: "http"',
  );
}

function isNamed(address: pulumi.Input<string> | NamedAddress): address is NamedAddress {
  return typeof address === "object" && "address" in address && !isLater<unknown>(address);
}
