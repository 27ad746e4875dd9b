import {
  type ConnectionCounts,
  type ServiceRealServer,
  serviceRealServerText,
} from "../ipvs/connections";
import type { EndpointKey, VirtualService } from "../ipvs/model";
import { planService, stepsOf } from "../ipvs/plan";
import { renderService } from "../ipvs/render";
import { readValue, virtualServiceType, virtualServiceValue } from "../ipvs/virtualServicePart";
import type { Protocol } from "../ipvs/vocabulary";
import { isClaimedBy, type Journal, type Owner, othersOf } from "../journal/journal";
import { type Plan, planClaims } from "../journal/plan";
import { planReleases } from "../journal/releases";
import { withHealthChecks } from "../keepalived/derive";
import { healthCheckType } from "../keepalived/healthChecksPart";
import { hostPrefix } from "../network/interfaces";
import type { Facts } from "../registry/facts";
import { readPart } from "../registry/partTypes";
import type { Part } from "../values/part";
import type { Step } from "../values/step";
import { type Departure, type Departures, departuresFrom, departuresOf } from "./departures";
import { quiescedService } from "./quiesce";

/** How a resource takes real servers away, and how far it has come. */
export interface Drain {
  /** For how many seconds the connections of a virtual service may go on; 0 drains nothing. */
  seconds(service: string, protocol: Protocol): number;
  /** The VIP that goes with the resource, and whose virtual services lose their connections with it. */
  readonly vip?: string | undefined;
  /** Whether the connections of a real server have ended, or their time is over. */
  isOver(realServer: string): boolean;
  /** The parts as they are to be now: while real servers get their weights in steps, with the weights of this step. */
  now(parts: readonly Part[], facts: Facts): readonly Part[];
  /** Whether a VIP is gone from the host, so that no packet comes for its virtual services any more. */
  isCutOff(vip: string): boolean;
}

/** The claims of a plan, and the real servers whose connections have to end before its releases. */
export type StagedClaims = Plan & { readonly awaited: readonly ServiceRealServer[] };

/** What a plan is made on. */
interface Seen {
  readonly facts: Facts;
  readonly journal: Journal;
  /** The connections of virtual services that go, by their names. @default - they were not counted */
  readonly connections?: ConnectionCounts | undefined;
}

/**
 * Plans that take real servers away in two stages: the claims quiesce them, the releases remove them. A plan that takes
 * none away is the same as without stages.
 */
export class Stages {
  constructor(
    private readonly owner: Owner,
    private readonly drain: Drain,
  ) {}

  /** Brings parts to their values, and quiesces the real servers that go. */
  planClaims(parts: readonly Part[], seen: Seen, adopt: boolean): StagedClaims {
    const { facts, journal } = seen;
    const now = this.drain.now(parts, facts);
    const departures = this.departures(now, seen);
    // The journal has the values that the resource declares, whatever the way there.
    const plan = planClaims(parts, this.owner, journal, facts, adopt);
    const names = Object.keys(departures);
    if (names.length === 0 && now === parts) return { ...plan, awaited: [] };
    const stay = withHealthChecks(now.map((part) => this.inBetween(part, departures)));
    const claims = planClaims(stay, this.owner, journal, facts, adopt);
    const isWanted = wantedAmong(parts);
    const others = names.filter((name) => !isWanted(name));
    const steps = others.flatMap((name) => quiesceSteps(departures[name] as Departure));
    const awaited = Object.values(departures).flatMap(realServersOf);
    return {
      steps: [...claims.steps, ...steps],
      journal: plan.journal,
      awaited: awaited.filter((one) => !this.drain.isOver(serviceRealServerText(one))),
    };
  }

  /** Removes the real servers that were quiesced, and everything else that is no longer wanted. */
  planReleases(wanted: readonly Part[], seen: Seen): Plan {
    const { facts, journal } = seen;
    const parts = this.drain.now(wanted, facts);
    const departures = this.departures(parts, seen);
    if (Object.keys(departures).length === 0)
      return planReleases(parts, this.owner, journal, facts);
    const services = Object.entries(departures).map(
      ([name, one]) => [name, quiescedService(one)] as const,
    );
    const between = { ...facts, ipvs: { ...facts.ipvs, ...Object.fromEntries(services) } };
    const removals = parts
      .filter((part) => isDeparture(part, departures))
      .flatMap(({ id, value }) =>
        virtualServiceType.set(id, value, renderService(between.ipvs[id] as VirtualService)),
      );
    const checks = parts
      .filter(({ type, id }) => type === "healthCheck" && Object.hasOwn(departures, id))
      .flatMap(({ id, value }) => healthCheckType.set(id, value, undefined));
    const plan = planReleases(parts, this.owner, journal, between);
    const isWanted = wantedAmong(parts);
    const restoring = Object.entries(departures)
      .filter(([name]) => !isWanted(name))
      .flatMap(([name, one]) => restoreSteps(one, between.ipvs[name] as VirtualService));
    return { steps: [...removals, ...checks, ...plan.steps, ...restoring], journal: plan.journal };
  }

  private departures(parts: readonly Part[], { facts, journal, connections }: Seen): Departures {
    const claims = { owner: this.owner, journal };
    const { vip } = this.drain;
    const isVipLeaving =
      vip !== undefined && parts.length === 0 && isReleasedVip(vip, this.owner, { facts, journal });
    const found = isVipLeaving
      ? departuresFrom(vip, claims, facts.ipvs)
      : departuresOf(parts, claims, facts);
    const isIdle = (name: string) => connections?.get(name) === 0;
    if (Object.keys(found).every(isIdle) && Object.values(found).every(isWhole)) return {};
    const drained = Object.entries(found).filter((one) => this.isDrained(...one));
    return Object.fromEntries(drained);
  }

  private isDrained(name: string, { key: { protocol, vip } }: Departure): boolean {
    return this.drain.seconds(name, protocol) > 0 && !this.drain.isCutOff(vip);
  }

  private inBetween(part: Part, departures: Departures): Part {
    const departure = part.type === "virtualService" ? departures[part.id] : undefined;
    if (!departure) return part;
    const { healthCheck } = readValue(part.value);
    return { ...part, value: virtualServiceValue(quiescedService(departure), true, healthCheck) };
  }
}

/** Whether a virtual service is among these parts. */
function wantedAmong(parts: readonly Part[]): (service: string) => boolean {
  const services = parts.filter(({ type }) => type === "virtualService");
  const names = new Set(services.map(({ id }) => id));
  return (service) => names.has(service);
}

function isDeparture({ type, id }: Part, departures: Departures): boolean {
  return type === "virtualService" && Object.hasOwn(departures, id);
}

/** Whether a virtual service goes as a whole, or loses its VIP, and nothing was changed of it for that yet. */
function isWhole({ live, afterwards }: Departure): boolean {
  if (!afterwards) return true;
  const names = Object.keys(live.realServers);
  const weightsOf = ({ realServers }: VirtualService) =>
    names.map((name) => realServers[name]?.config.weight).join(" ");
  return weightsOf(live) === weightsOf(afterwards);
}

/** Whether a VIP is on the host and goes from it when its owner goes. */
function isReleasedVip(vip: string, owner: Owner, { facts, journal }: Seen): boolean {
  const part = { type: "address", id: hostPrefix(vip) } as const;
  const entry = journal[`address ${part.id}`];
  const isReleased =
    entry !== undefined && isClaimedBy(entry, owner) && othersOf(entry, owner).length === 0;
  return isReleased && entry.before === null && readPart(part, facts) !== undefined;
}

function realServersOf({ key, live, leaving }: Departure): ServiceRealServer[] {
  return leaving.flatMap((name) => {
    const realServer = live.realServers[name]?.key;
    return realServer ? [{ service: key as EndpointKey, realServer }] : [];
  });
}

function quiesceSteps(departure: Departure): Step[] {
  const lines = planService(quiescedService(departure), departure.live, {
    managesRealServers: true,
  });
  return stepsOf(lines);
}

/**
 * What a virtual service gets back that stays: the flags of its scheduler, or its weights after its VIP is gone. These
 * steps run in their order, and not with the lines of others.
 */
function restoreSteps({ afterwards, leaving }: Departure, between: VirtualService): Step[] {
  if (!afterwards) return [];
  const gone = leaving.filter((name) => !Object.hasOwn(afterwards.realServers, name));
  const rest = Object.entries(between.realServers).filter(([name]) => !gone.includes(name));
  const left = { ...between, realServers: Object.fromEntries(rest) };
  const steps = stepsOf(planService(afterwards, left, { managesRealServers: true }));
  return steps.map(({ lines: _lines, ...step }) => step);
}
