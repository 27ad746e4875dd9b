import { z } from "zod";
import type { DrainSetting, SlowStart } from "../drain/settings";
import { type EndpointKey, serviceKeyText } from "../ipvs/model";
import { canonicalFlag, type Protocol } from "../ipvs/vocabulary";
import type { WaitForHealthy } from "../keepalived/quorum";
import { canonicalAddress, endpoint, familyOf, fullNetmask } from "../values/address";
import { drain, slowStart, waitForHealthy } from "./drainField";
import { adopt, hostFields, persist, wanted } from "./fields";
import type { HealthChecked } from "./healthChecked";
import { healthCheck } from "./healthCheckField";
import type { HostInputs } from "./kind";
import { declaredReplies, type NatReplies, repliesFields } from "./reach";
import { type RealServerInputs, realServerInList, realServerInputs } from "./realServerFields";

/** The inputs of a virtual service on a director. */
export interface VirtualServiceInputs extends HostInputs, NatReplies, HealthChecked {
  readonly protocol: Protocol;
  readonly vip: string;
  readonly port: number;
  readonly drain?: DrainSetting | undefined;
  readonly slowStart?: SlowStart | undefined;
  readonly waitForHealthy?: WaitForHealthy | undefined;
  readonly scheduler: string;
  readonly schedulerFlags: readonly string[];
  readonly persistenceSeconds?: number | undefined;
  readonly persistenceNetmask?: string | undefined;
  /** The real servers by `rip:port`, so that a diff names them; undefined when the resource does not own them. */
  readonly realServers?: Readonly<Record<string, RealServerInputs>> | undefined;
  /** Live attributes that are no arguments; only the result of read has them. */
  readonly onePacket?: boolean | undefined;
  readonly persistenceEngine?: string | undefined;
}

/** The fields of a virtual service, as a resource of its own or in a group. */
export const serviceFields = z.strictObject({
  ...hostFields,
  protocol: z.string(wanted("protocol", '"tcp", "udp" or "sctp"')).default("tcp"),
  vip: z.string(wanted("vip", "the virtual IP address")).transform(canonicalAddress),
  port: z.number(wanted("port", "a port from 0 (every port) to 65535")),
  scheduler: z.string(wanted("scheduler", 'a text, such as "wlc"')).default("wlc"),
  schedulerFlags: z
    .array(z.string(wanted("a flag", "a text")), wanted("schedulerFlags", "a list of texts"))
    .default([]),
  persistenceSeconds: z.number(wanted("persistenceSeconds", "a number")).optional(),
  persistenceNetmask: z.string(wanted("persistenceNetmask", "a text")).optional(),
  realServers: z.array(realServerInList, wanted("realServers", "a list")).optional(),
  adopt,
  drain,
  slowStart,
  healthCheck,
  waitForHealthy,
  persist,
  ...repliesFields,
});

type Declared = z.output<typeof serviceFields>;

/** Makes the inputs of a virtual service from valid arguments. */
export function completeService(declared: Declared): VirtualServiceInputs {
  const { realServers, persistenceNetmask, ...rest } = declared;
  const isFullMask = persistenceNetmask === fullNetmask[familyOf(declared.vip)];
  const list = realServers?.map((realServer) => realServerInputs(realServer, declared.port));
  return {
    ...rest,
    protocol: declared.protocol as Protocol,
    schedulerFlags: canonicalFlags(declared.scheduler, declared.schedulerFlags),
    ...(persistenceNetmask !== undefined && !isFullMask && { persistenceNetmask }),
    ...(list && { realServers: byEndpoint(list) }),
    ...declaredReplies(list ?? []),
  };
}

function canonicalFlags(scheduler: string, flags: readonly string[]): string[] {
  return [...new Set(flags.map((flag) => canonicalFlag(scheduler, flag) ?? flag))].sort();
}

/** Indexes real servers by `rip:port`. */
export function byEndpoint(
  realServers: readonly RealServerInputs[],
): Record<string, RealServerInputs> {
  return Object.fromEntries(
    realServers.map((realServer) => [endpoint(realServer.rip, realServer.port), realServer]),
  );
}

/** The name of a virtual service in ipvsadm's notation: `tcp 192.0.2.80:80`. */
export function nameOf(key: Omit<EndpointKey, "kind">): string {
  return serviceKeyText(keyOf(key));
}

/** The identity of a virtual service. */
export function keyOf({ protocol, vip, port }: Omit<EndpointKey, "kind">): EndpointKey {
  return { kind: "endpoint", protocol, vip, port };
}
