import { parseServiceKey } from "../ipvs/model";
import { endpoint, parseEndpoint } from "../values/address";
import type { HostInputs } from "./kind";
import type { RealServerInputs } from "./realServerFields";
import { nameOf, type VirtualServiceInputs } from "./virtualServiceFields";

/** A real server in a group, where `rip:port` is its key. A threshold of 0 is omitted. */
type GroupedRealServer = Pick<
  RealServerInputs,
  "forwardingMethod" | "weight" | "tunnel" | "healthCheck"
> &
  Partial<Pick<RealServerInputs, "upperThreshold" | "lowerThreshold">>;

/** The fields that make up the name of a virtual service. */
type NameField = "protocol" | "vip" | "port";

/**
 * A virtual service in a group, where its name is its key. Defaults and the fields of the name are omitted, because
 * Pulumi copies and writes the inputs of the whole group several times in each update.
 */
export type GroupedService = Omit<
  VirtualServiceInputs,
  keyof HostInputs | NameField | "schedulerFlags" | "realServers"
> & {
  readonly schedulerFlags?: readonly string[];
  readonly realServers?: Readonly<Record<string, GroupedRealServer>>;
};

type Values = Readonly<Record<string, unknown>>;

/** Converts a virtual service to its form in a group: its name and the other fields. */
export function toGrouped(service: VirtualServiceInputs): [name: string, GroupedService] {
  const { connection, owner, adopt, persist, protocol, vip, port, ...own } = service;
  const { schedulerFlags, realServers, ...rest } = own;
  const servers = Object.entries(realServers ?? {}).map(
    ([name, realServer]) => [name, toGroupedRealServer(realServer)] as const,
  );
  const grouped: GroupedService = {
    ...rest,
    ...(schedulerFlags.length > 0 && { schedulerFlags }),
    ...(realServers && { realServers: Object.fromEntries(servers) }),
  };
  return [nameOf({ protocol, vip, port }), grouped];
}

function toGroupedRealServer(realServer: RealServerInputs): GroupedRealServer {
  const { rip, port, upperThreshold, lowerThreshold, ...rest } = realServer;
  return {
    ...rest,
    ...(upperThreshold !== 0 && { upperThreshold }),
    ...(lowerThreshold !== 0 && { lowerThreshold }),
  };
}

/** Converts a virtual service of a group to the inputs of a VirtualService resource. */
export function fromGrouped(
  name: string,
  { realServers, ...rest }: GroupedService,
  host: HostInputs,
): VirtualServiceInputs {
  const servers = Object.entries(realServers ?? {}).map(([key, realServer]) => [
    key,
    { upperThreshold: 0, lowerThreshold: 0, ...parseRealServerName(key), ...realServer },
  ]);
  const service = { schedulerFlags: [], ...parseServiceName(name), ...rest, ...host };
  const withRealServers = realServers && { realServers: Object.fromEntries(servers) };
  return { ...service, ...withRealServers } as VirtualServiceInputs;
}

/** Converts a group from check's output to a list of arguments; undefined when it does not have that form. */
export function groupDeclaration(services: Values): Values[] | undefined {
  const all = Object.entries(services).map(([name, service]) => {
    const { realServers, ...rest } = Object(service) as Values;
    const key = parseServiceName(name);
    const servers = realServers === undefined ? [] : realServerList(Object(realServers) as Values);
    if (!key || !servers) return undefined;
    return { ...key, ...rest, ...(realServers !== undefined && { realServers: servers }) };
  });
  return all.every((declared) => declared !== undefined) ? all : undefined;
}

function realServerList(realServers: Values): Values[] | undefined {
  const all = Object.entries(realServers).map(([name, realServer]) => {
    const key = parseRealServerName(name);
    return key && { ...key, ...(Object(realServer) as Values) };
  });
  return all.every((declared) => declared !== undefined) ? all : undefined;
}

function parseServiceName(name: string): Pick<VirtualServiceInputs, NameField> | undefined {
  const key = parseServiceKey(name);
  return key && { protocol: key.protocol, vip: key.vip, port: key.port };
}

function parseRealServerName(name: string): Pick<RealServerInputs, "rip" | "port"> | undefined {
  const found = parseEndpoint(name);
  if (!found || endpoint(found.address, found.port) !== name) return undefined;
  return { rip: found.address, port: found.port };
}
