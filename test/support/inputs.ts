import { check, type Properties } from "../../provider/check";
import type { HostInputs, Kind } from "../../provider/kinds/kind";

/** The placeholder of Pulumi's engine for a value that is unknown until the update (pulumi.runtime.unknownValue). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const connection = { host: "director1", privateKey: "a key that nobody may see" };

/** The connection after check. */
export const checkedConnection = {
  ...connection,
  ...{ port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15, sudo: false },
};

/** The URN of a resource of the stack dev. */
export const urn = (kind: string, name: string, stack = "dev") =>
  `urn:pulumi:${stack}::lvs::pulumi-nodejs:dynamic/lvs:${kind}::${name}`;

/** The required arguments of each kind. */
export const least = {
  Director: { connection, owner: urn("Director", "director1") },
  VirtualIp: { connection, owner: urn("VirtualIp", "vip"), address: "192.0.2.80" },
  Failover: {
    ...{ connection, owner: urn("Failover", "director1") },
    ...{ vips: ["192.0.2.80"], address: "192.0.2.2", peers: ["192.0.2.3"] },
  },
  VirtualService: {
    ...{ connection, owner: urn("VirtualService", "http") },
    ...{ vip: "192.0.2.80", port: 80 },
  },
  VirtualServices: {
    ...{ connection, owner: urn("VirtualServices", "shops") },
    services: [{ vip: "192.0.2.80", port: 80 }],
  },
  RealServer: {
    ...{ connection, owner: urn("RealServer", "web1") },
    service: { protocol: "tcp", vip: "192.0.2.80", port: 80 },
    ...{ rip: "192.0.2.11", forwardingMethod: "dr" },
  },
  RealServerVip: {
    ...{ connection, owner: urn("RealServerVip", "web1") },
    ...{ vip: "192.0.2.80", rip: "192.0.2.11", forwardingMethod: "dr" },
  },
  RealServerGateway: {
    ...{ connection, owner: urn("RealServerGateway", "web1") },
    ...{ rip: "10.0.0.11", dip: "10.0.0.1" },
  },
} as const satisfies Record<string, Properties>;

export type KindName = keyof typeof least;

const fullConnection = {
  ...connection,
  ...{ port: 2222, user: "admin", password: "a password", privateKeyPassword: "another" },
  ...{ agentSocketPath: "/run/agent", dialErrorLimit: 3, perDialTimeout: 5, hostKey: "accept-any" },
  proxy: { host: "jump", port: 2200, user: "admin", hostKey: "accept-any" },
  sudo: { password: "a third" },
};

const gentle = {
  drain: { timeoutSeconds: 60, expireQuiescentTemplates: true },
  slowStart: { seconds: 60 },
};

/** All arguments of each kind, with addresses in another than the canonical form. */
export const most = {
  Director: { ...least.Director, connection: fullConnection, exclusive: true },
  VirtualIp: {
    ...{ ...least.VirtualIp, connection: fullConnection },
    ...{ address: "2001:DB8::80", interface: "eth1", adopt: true, drain: gentle.drain },
  },
  Failover: {
    ...{ ...least.Failover, connection: fullConnection },
    ...{ vips: ["2001:DB8::80", "192.0.2.80"], interface: "eth1", virtualRouterId: 7 },
    ...{ priority: 200, preempt: false, preemptDelaySeconds: 30, advertIntervalSeconds: 2 },
    syncConnections: false,
  },
  VirtualService: {
    ...{ ...least.VirtualService, connection: fullConnection },
    ...{ protocol: "tcp", vip: "2001:DB8::80", port: 0, scheduler: "sh" },
    ...{ schedulerFlags: ["sh-port"], persistenceSeconds: 60, persistenceNetmask: "64" },
    realServers: [
      {
        ...{ rip: "2001:DB8::11", port: 8080, forwardingMethod: "nat" },
        ...{ weight: 2, upperThreshold: 10, lowerThreshold: 5 },
      },
      { rip: "2001:DB8::11", forwardingMethod: "nat" },
    ],
    ...{ adopt: true, ...gentle },
  },
  VirtualServices: {
    ...{ ...least.VirtualServices, connection: fullConnection, adopt: true },
    services: [
      {
        ...{ protocol: "tcp", vip: "2001:DB8::80", port: 0, scheduler: "sh" },
        ...{ schedulerFlags: ["sh-port"], persistenceSeconds: 60, persistenceNetmask: "64" },
        realServers: [{ rip: "2001:DB8::11", port: 8080, forwardingMethod: "nat", weight: 2 }],
      },
      { protocol: "udp", vip: "192.0.2.80", port: 53, realServers: [] },
    ],
  },
  RealServer: {
    ...{ ...least.RealServer, connection: fullConnection },
    service: { protocol: "tcp", vip: "2001:DB8::80", port: 80 },
    ...{ rip: "2001:DB8::11", port: 8080, forwardingMethod: "nat" },
    ...{ weight: 2, upperThreshold: 10, lowerThreshold: 5, adopt: true, ...gentle },
  },
  RealServerVip: {
    ...{ ...least.RealServerVip, connection: fullConnection },
    ...{ vip: "2001:DB8::80", rip: "2001:DB8::11", forwardingMethod: "tun" },
    ...{ interface: "eth1", replyGateway: "2001:DB8::1" },
  },
  RealServerGateway: {
    ...{ ...least.RealServerGateway, connection: fullConnection },
    ...{ rip: "2001:DB8::11", dip: "2001:DB8::1" },
  },
} as const satisfies Record<KindName, Properties>;

/** Copies of the arguments with one value unknown in each copy, at any depth, with the path of that value. */
export function eachUnknown(given: object, above = ""): [path: string, given: object][] {
  return Object.entries(given).flatMap(([key, value]) => {
    const path = `${above}${key}`;
    const replaced = (by: unknown) =>
      Object.assign(Array.isArray(given) ? [...given] : { ...given }, { [key]: by });
    const inner = typeof value === "object" && value !== null ? eachUnknown(value, `${path}.`) : [];
    return [
      [path, replaced(unknown)],
      ...inner.map(([one, by]): [string, object] => [one, replaced(by)]),
    ];
  });
}

/** The inputs that check makes from arguments. */
export function inputsOf<Inputs extends HostInputs>(
  kind: Kind<Inputs>,
  name: KindName,
  more: object = {},
): Inputs {
  const { inputs, failures } = check(kind, { ...least[name], ...more });
  if (failures.length > 0) throw new Error(failures.map((one) => one.reason).join("\n"));
  return inputs as unknown as Inputs;
}
