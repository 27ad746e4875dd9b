import { byKeyText, type ServiceConfig, type VirtualService } from "../ipvs/model";
import { problemText } from "../ipvs/problems";
import { type ServiceInput, serviceProblems } from "../ipvs/validate";
import { virtualServiceValue } from "../ipvs/virtualServicePart";
import { schedulers } from "../ipvs/vocabulary";
import { withHealthChecks } from "../keepalived/derive";
import { checkFileName } from "../keepalived/paths";
import { renderHealthCheck } from "../keepalived/render";
import { requireTools } from "../network/tools";
import type { Facts } from "../registry/facts";
import { familyOf } from "../values/address";
import type { Part } from "../values/part";
import {
  checkPathFacts,
  checkPathKeys,
  checkPathParts,
  checkPathWarnings,
  hasCheckPaths,
  withSources,
} from "./checkPaths";
import { hostIdentity, idOf } from "./fields";
import { type HealthChecked, sorryRow, wholeCheck, withoutChecks } from "./healthChecked";
import { healthCheckProblems } from "./healthCheckRules";
import type { Kind } from "./kind";
import { liveReplies, reachFacts, reachParts, repliesArguments } from "./reach";
import { declarationOf, desiredRealServer, liveRealServer } from "./realServerFields";
import { liveTemplates, templateFacts, templateParts } from "./templates";
import {
  byEndpoint,
  completeService,
  keyOf,
  nameOf,
  serviceFields,
  type VirtualServiceInputs,
} from "./virtualServiceFields";
import { filterWarnings, replyWarnings } from "./warnings";

/** A virtual service. Without `realServers`, `RealServer` resources or other programs own its real servers. */
export const virtualService: Kind<VirtualServiceInputs> = {
  fields: serviceFields,
  declaration: declarationOf,
  argumentNames: { connection: "director", ...repliesArguments },
  rules: (given) => [
    ...serviceProblems(given as ServiceInput).map(problemText),
    ...healthCheckProblems(given as Parameters<typeof healthCheckProblems>[0]),
  ],
  complete: completeService,
  identity: [...hostIdentity, "protocol", "vip", "port"],
  id: (inputs) => idOf(inputs, nameOf(inputs)),
  facts: (inputs) => [
    ...(["ipvs", "modules", "tools", "filters"] as const),
    ...reachFacts(Object.values(inputs.realServers ?? {})),
    ...templateFacts(inputs),
    ...(inputs.healthCheck ? (["healthChecks"] as const) : []),
    ...checkPathFacts(inputs),
  ],
  services: (inputs) => [keyOf(inputs), ...checkPathKeys(inputs)],
  modules: ({ scheduler }) => modulesOf(scheduler),
  parts(inputs, facts) {
    requireTools(facts.tools, "ipvsadm", "modprobe", "sysctl", "ip", "awk");
    const check = withSources(wholeCheck(inputs), inputs, facts);
    if (check) requireTools(facts.tools, "keepalived");
    const service = desiredService(inputs);
    const healthCheckText = check && JSON.stringify(check);
    return withHealthChecks([
      ...schedulerParts(inputs.scheduler),
      ...templateParts(inputs),
      ...reachParts(inputs.vip, Object.values(inputs.realServers ?? {}), facts),
      ...checkPathParts(inputs, facts),
      {
        type: "virtualService",
        id: nameOf(inputs),
        value: virtualServiceValue(service, inputs.realServers !== undefined, healthCheckText),
        shared: false,
      },
    ]);
  },
  live(inputs, facts) {
    const service = facts.ipvs[nameOf(inputs)];
    if (!service) return undefined;
    const { realServers: declared, ...rest } = withoutConfig(inputs);
    const rows = Object.values(service.realServers).map(liveRealServer);
    const live = withoutChecks(rows, inputs, service);
    return {
      ...rest,
      ...liveConfig(service.config),
      ...(declared && { realServers: byEndpoint(live) }),
      ...liveHealthCheck(inputs, facts),
      ...liveTemplates(inputs, facts),
      ...liveReplies(inputs.vip, Object.values(declared ?? {}), facts),
    };
  },
  warnings,
  quorums(inputs) {
    const { waitForHealthy } = inputs;
    const check = wholeCheck(inputs);
    if (!check) return [];
    const service = desiredService(inputs);
    return [{ name: nameOf(inputs), check, service, ...waitForHealthy }];
  },
  pace: ({ drain, slowStart }) => ({ drainOf: () => drain, slowStartOf: () => slowStart }),
};

/** The health check where the host has all of it as it is declared. */
function liveHealthCheck(inputs: VirtualServiceInputs, facts: Facts): HealthChecked {
  const check = withSources(wholeCheck(inputs), inputs, facts);
  if (!check) return {};
  const text = facts.healthChecks.get(checkFileName(nameOf(inputs)));
  const isLive =
    text === renderHealthCheck(desiredService(inputs), check) && hasCheckPaths(inputs, facts);
  return { healthCheck: isLive ? inputs.healthCheck : undefined };
}

function warnings(inputs: VirtualServiceInputs, facts: Facts): string[] {
  const { filters } = facts;
  const family = familyOf(inputs.vip);
  return [
    ...checkPathWarnings(inputs, facts),
    ...filterWarnings(filters, family, "input", nameOf(inputs)),
    ...replyWarnings(Object.values(inputs.realServers ?? {}), filters),
  ];
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
