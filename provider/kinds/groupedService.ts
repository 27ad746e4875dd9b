import { parseServiceKey } from "../ipvs/model";
import { endpoint, parseEndpoint } from "../values/address";
import type { HostInputs } from "./kind";
import type { RealServerInputs } from "./realServerFields";
import { nameOf, type VirtualServiceInputs } from "./virtualService";

/** A real server of a virtual service in a group, by its `rip:port`; a threshold of 0 is left out. */
type GroupedRealServer = Pick<RealServerInputs, "forwardingMethod" | "weight" | "tunnel"> &
  Partial<Pick<RealServerInputs, "upperThreshold" | "lowerThreshold">>;

type Named = "protocol" | "vip" | "port";

/**
 * A virtual service of a group, by its name. What the name says, and defaults, are left out: Pulumi copies and writes
 * the inputs of the whole group several times in each update.
 */
export type GroupedService = Omit<
  VirtualServiceInputs,
  keyof HostInputs | Named | "schedulerFlags" | "realServers"
> & {
  readonly schedulerFlags?: readonly string[];
  readonly realServers?: Readonly<Record<string, GroupedRealServer>>;
};

type Values = Readonly<Record<string, unknown>>;

/** A virtual service as a group has it: its name, and the rest. */
export function toGrouped(service: VirtualServiceInputs): [name: string, GroupedService] {
  const { connection, owner, adopt, persist, protocol, vip, port, ...own } = service;
  const { schedulerFlags, realServers, ...rest } = own;
  const servers = Object.entries(realServers ?? {}).map(
    ([name, one]) => [name, groupedRealServer(one)] as const,
  );
  const grouped: GroupedService = {
    ...rest,
    ...(schedulerFlags.length > 0 && { schedulerFlags }),
    ...(realServers && { realServers: Object.fromEntries(servers) }),
  };
  return [nameOf({ protocol, vip, port }), grouped];
}

function groupedRealServer(realServer: RealServerInputs): GroupedRealServer {
  const { rip, port, upperThreshold, lowerThreshold, ...rest } = realServer;
  return {
    ...rest,
    ...(upperThreshold !== 0 && { upperThreshold }),
    ...(lowerThreshold !== 0 && { lowerThreshold }),
  };
}

/** A virtual service of a group as a resource of its own has it. */
export function fromGrouped(
  name: string,
  { realServers, ...rest }: GroupedService,
  host: HostInputs,
): VirtualServiceInputs {
  const servers = Object.entries(realServers ?? {}).map(([key, one]) => [
    key,
    { upperThreshold: 0, lowerThreshold: 0, ...namedRealServer(key), ...one },
  ]);
  const service = { schedulerFlags: [], ...namedService(name), ...rest, ...host };
  const listed = realServers && { realServers: Object.fromEntries(servers) };
  return { ...service, ...listed } as VirtualServiceInputs;
}

/** The virtual services of a group as a list of arguments; undefined when this is no group as check answers it. */
export function groupDeclaration(services: Values): Values[] | undefined {
  const all = Object.entries(services).map(([name, service]) => {
    const { realServers, ...rest } = Object(service) as Values;
    const named = namedService(name);
    const servers = realServers === undefined ? [] : realServerList(Object(realServers) as Values);
    if (!named || !servers) return undefined;
    return { ...named, ...rest, ...(realServers !== undefined && { realServers: servers }) };
  });
  return all.every((one) => one !== undefined) ? all : undefined;
}

function realServerList(realServers: Values): Values[] | undefined {
  const all = Object.entries(realServers).map(([key, one]) => {
    const named = namedRealServer(key);
    return named && { ...named, ...(Object(one) as Values) };
  });
  return all.every((one) => one !== undefined) ? all : undefined;
}

function namedService(name: string): Pick<VirtualServiceInputs, Named> | undefined {
  const key = parseServiceKey(name);
  return key && { protocol: key.protocol, vip: key.vip, port: key.port };
}

function namedRealServer(name: string): Pick<RealServerInputs, "rip" | "port"> | undefined {
  const found = parseEndpoint(name);
  if (!found || endpoint(found.address, found.port) !== name) return undefined;
  return { rip: found.address, port: found.port };
}
