import { z } from "zod";
import type { DrainSetting, SlowStart } from "../drain/settings";
import {
  byKeyText,
  type EndpointKey,
  type ServiceConfig,
  serviceKeyText,
  type VirtualService,
} from "../ipvs/model";
import { problemText } from "../ipvs/problems";
import { type ServiceInput, serviceProblems } from "../ipvs/validate";
import { virtualServiceValue } from "../ipvs/virtualServicePart";
import { canonicalFlag, type Protocol, schedulers } from "../ipvs/vocabulary";
import { withHealthChecks } from "../keepalived/derive";
import type { WaitForHealthy } from "../keepalived/quorum";
import { requireTools } from "../network/tools";
import type { Facts } from "../registry/facts";
import { canonicalAddress, endpoint, familyOf, fullNetmask } from "../values/address";
import type { Part } from "../values/part";
import { drain, slowStart, waitForHealthy } from "./drainField";
import { adopt, hostFields, hostIdentity, idOf, persist, wanted } from "./fields";
import { type HealthChecked, liveHealthCheck, sorryRow, withoutChecks } from "./healthChecked";
import { healthCheck } from "./healthCheckField";
import { healthCheckProblems } from "./healthCheckRules";
import type { HostInputs, Kind } from "./kind";
import {
  liveReplies,
  type NatReplies,
  reachFacts,
  reachParts,
  repliesArguments,
  repliesFields,
  wantedReplies,
} from "./reach";
import {
  declarationOf,
  desiredRealServer,
  liveRealServer,
  type RealServerInputs,
  realServerInList,
  realServerInputs,
} from "./realServerFields";
import { liveTemplates, templateFacts, templateParts } from "./templates";
import { filterWarnings, replyWarnings } from "./warnings";

/** One IPVS virtual service of a director. */
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
  /** By `rip:port`, so that a diff names the real server; undefined: not managed here. */
  readonly realServers?: Readonly<Record<string, RealServerInputs>> | undefined;
  /** Only in what read found: attributes that are not offered here. */
  readonly onePacket?: boolean | undefined;
  readonly persistenceEngine?: string | undefined;
}

/** The fields of a virtual service, of a resource of its own or of one among others. */
export const fields = z.strictObject({
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

type Declared = z.output<typeof fields>;

function complete(declared: Declared): VirtualServiceInputs {
  const { realServers, persistenceNetmask, ...rest } = declared;
  const isFullMask = persistenceNetmask === fullNetmask[familyOf(declared.vip)];
  const list = realServers?.map((one) => realServerInputs(one, declared.port));
  return {
    ...rest,
    protocol: declared.protocol as Protocol,
    schedulerFlags: canonicalFlags(declared.scheduler, declared.schedulerFlags),
    ...(persistenceNetmask !== undefined && !isFullMask && { persistenceNetmask }),
    ...(list && { realServers: byName(list) }),
    ...wantedReplies(list ?? []),
  };
}

function canonicalFlags(scheduler: string, flags: readonly string[]): string[] {
  return [...new Set(flags.map((flag) => canonicalFlag(scheduler, flag) ?? flag))].sort();
}

function byName(realServers: readonly RealServerInputs[]): Record<string, RealServerInputs> {
  return Object.fromEntries(realServers.map((one) => [endpoint(one.rip, one.port), one]));
}

/** One virtual service with its real servers, or, when it does not name any, leaving them to others. */
export const virtualService: Kind<VirtualServiceInputs> = {
  fields,
  declaration: declarationOf,
  argumentNames: { connection: "director", ...repliesArguments },
  rules: (given) => [
    ...serviceProblems(given as ServiceInput).map(problemText),
    ...healthCheckProblems(given as Parameters<typeof healthCheckProblems>[0]),
  ],
  complete,
  identity: [...hostIdentity, "protocol", "vip", "port"],
  id: (inputs) => idOf(inputs, nameOf(inputs)),
  facts: (inputs) => [
    ...(["ipvs", "modules", "tools", "filters"] as const),
    ...reachFacts(Object.values(inputs.realServers ?? {})),
    ...templateFacts(inputs),
    ...(inputs.healthCheck ? (["healthChecks"] as const) : []),
  ],
  services: (inputs) => [keyOf(inputs)],
  modules: ({ scheduler }) => modulesOf(scheduler),
  parts(inputs, facts) {
    requireTools(facts.tools, "ipvsadm", "modprobe", "sysctl", "ip", "awk");
    const { healthCheck } = inputs;
    if (healthCheck) requireTools(facts.tools, "keepalived");
    const service = desiredService(inputs);
    const checked = healthCheck && JSON.stringify(healthCheck);
    return withHealthChecks([
      ...schedulerParts(inputs.scheduler),
      ...templateParts(inputs),
      ...reachParts(inputs.vip, Object.values(inputs.realServers ?? {}), facts),
      {
        type: "virtualService",
        id: nameOf(inputs),
        value: virtualServiceValue(service, inputs.realServers !== undefined, checked),
        shared: false,
      },
    ]);
  },
  live(inputs, facts) {
    const service = facts.ipvs[nameOf(inputs)];
    if (!service) return undefined;
    const { realServers: declared, ...rest } = withoutConfig(inputs);
    const found = Object.values(service.realServers).map(liveRealServer);
    const live = withoutChecks(found, inputs, declared ?? {});
    return {
      ...rest,
      ...liveConfig(service.config),
      ...(declared && { realServers: byName(live) }),
      ...liveHealthCheck(nameOf(inputs), inputs, desiredService(inputs), facts),
      ...liveTemplates(inputs, facts),
      ...liveReplies(inputs.vip, Object.values(declared ?? {}), facts),
    };
  },
  warnings,
  quorums(inputs) {
    const { healthCheck: check, waitForHealthy } = inputs;
    if (!check) return [];
    const service = desiredService(inputs);
    return [{ name: nameOf(inputs), check, service, ...waitForHealthy }];
  },
  pace: ({ drain, slowStart }) => ({ drainOf: () => drain, slowStartOf: () => slowStart }),
};

function warnings(inputs: VirtualServiceInputs, { filters }: Facts): string[] {
  const family = familyOf(inputs.vip);
  return [
    ...filterWarnings(filters, family, "input", nameOf(inputs)),
    ...replyWarnings(Object.values(inputs.realServers ?? {}), filters),
  ];
}

/** The name of a virtual service in the field's notation. */
export function nameOf(key: Omit<EndpointKey, "kind">): string {
  return serviceKeyText(keyOf(key));
}

/** What names a virtual service. */
export function keyOf({ protocol, vip, port }: Omit<EndpointKey, "kind">): EndpointKey {
  return { kind: "endpoint", protocol, vip, port };
}

function modulesOf(scheduler: string): string[] {
  return ["ip_vs", schedulers[scheduler]?.module].filter((name) => name !== undefined);
}

function schedulerParts(scheduler: string): Part[] {
  return modulesOf(scheduler).map((id) => ({ type: "module", id, value: "loaded", shared: true }));
}

function desiredService(inputs: VirtualServiceInputs): VirtualService {
  const {
    scheduler,
    schedulerFlags,
    persistenceSeconds: seconds,
    persistenceNetmask: netmask,
  } = inputs;
  const persistence = seconds === undefined ? undefined : { seconds, ...(netmask && { netmask }) };
  return {
    key: keyOf(inputs),
    config: { scheduler, schedulerFlags, ...(persistence && { persistence }), onePacket: false },
    realServers: byKeyText(
      [...Object.values(inputs.realServers ?? {}), ...sorryRow(inputs)].map(desiredRealServer),
    ),
  };
}

function withoutConfig(inputs: VirtualServiceInputs) {
  const { persistenceSeconds, persistenceNetmask, onePacket, persistenceEngine, ...rest } = inputs;
  return rest;
}

function liveConfig(config: ServiceConfig) {
  const { scheduler, schedulerFlags, persistence, onePacket, persistenceEngine } = config;
  return {
    scheduler,
    schedulerFlags,
    ...(persistence && { persistenceSeconds: persistence.seconds }),
    ...(persistence?.netmask !== undefined && { persistenceNetmask: persistence.netmask }),
    ...(onePacket && { onePacket }),
    ...(persistenceEngine !== undefined && { persistenceEngine }),
  };
}
