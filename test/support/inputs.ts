import { check, type Properties } from "../../provider/check";
import type { HostInputs, Kind } from "../../provider/kinds/kind";

/** What Pulumi's engine sends for a value that is known only after the update (pulumi.runtime.unknownValue). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const connection = { host: "director1", privateKey: "a key that nobody may see" };

/** The connection as it is after check. */
export const checkedConnection = {
  ...connection,
  ...{ port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15, sudo: false },
};

/** The URN of a resource of the stack dev. */
export const urn = (kind: string, name: string, stack = "dev") =>
  `urn:pulumi:${stack}::lvs::pulumi-nodejs:dynamic/lvs:${kind}::${name}`;

/** The arguments of each kind with nothing that has a default. */
export const least = {
  Director: { connection, owner: urn("Director", "director1") },
  VirtualIp: { connection, owner: urn("VirtualIp", "vip"), address: "192.0.2.80" },
  VirtualService: {
    ...{ connection, owner: urn("VirtualService", "http") },
    ...{ vip: "192.0.2.80", port: 80 },
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

/** The inputs of a resource as check makes them. */
export function inputsOf<Inputs extends HostInputs>(
  kind: Kind<Inputs>,
  name: KindName,
  more: object = {},
): Inputs {
  const { inputs, failures } = check(kind, { ...least[name], ...more });
  if (failures.length > 0) throw new Error(failures.map((one) => one.reason).join("\n"));
  return inputs as unknown as Inputs;
}
