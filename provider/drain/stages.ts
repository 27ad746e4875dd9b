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

/** The drain of a resource's change: its settings, and how far the drain has come. */
export interface Drain {
  /** The drain timeout of a virtual service in seconds; 0 removes real servers at once. */
  seconds(service: string, protocol: Protocol): number;
  /** The VIP that is removed with the resource. The virtual services on the VIP drain first. @default - none */
  readonly vip?: string | undefined;
  /** Whether the connections of a real server have ended, or the drain timeout is over. */
  isOver(realServer: string): boolean;
  /** The parts to set in this round: during a slow start, with the weights of its current step. */
  partsNow(parts: readonly Part[], facts: Facts): readonly Part[];
  /** Whether a VIP was removed before, so that its virtual services receive no packets and need no drain. */
  isCutOff(vip: string): boolean;
}

/** A plan of claims, and the real servers whose connections must end before the releases. */
export type StagedClaims = Plan & { readonly awaited: readonly ServiceRealServer[] };

/** The state of a host on which a plan is made. */
interface HostState {
  readonly facts: Facts;
  readonly journal: Journal;
  /** The connections of the virtual services to remove, by name. @default - not counted */
  readonly connections?: ConnectionCounts | undefined;
}

/**
 * Plans a change in two stages: the claims quiesce the real servers to remove, and the releases remove them. Without
 * real servers to remove, the plans are those of provider/journal.
 */
export class Stages {
  constructor(
    private readonly owner: Owner,
    private readonly drain: Drain,
  ) {}

  /** Plans the first stage: sets the declared parts, and quiesces the real servers to remove. */
  planClaims(parts: readonly Part[], host: HostState, adopt: boolean): StagedClaims {
    const { facts, journal } = host;
    const now = this.drain.partsNow(parts, facts);
    const departures = this.departures(now, host);
    // The journal has the declared values from the start, so that an interrupted drain or slow start can go on.
    const plan = planClaims(parts, this.owner, journal, facts, adopt);
    const names = Object.keys(departures);
    if (names.length === 0 && now === parts) return { ...plan, awaited: [] };
    const quiesced = withHealthChecks(now.map((part) => this.quiescedPart(part, departures)));
    const claims = planClaims(quiesced, this.owner, journal, facts, adopt);
    const isDeclared = declaredServices(parts);
    const undeclared = names.filter((name) => !isDeclared(name));
    const steps = undeclared.flatMap((name) => quiesceSteps(departures[name] as Departure));
    const leaving = Object.values(departures).flatMap(realServersOf);
    return {
      steps: [...claims.steps, ...steps],
      journal: plan.journal,
      awaited: leaving.filter((server) => !this.drain.isOver(serviceRealServerText(server))),
    };
  }

  /** Plans the second stage: removes the quiesced real servers, and releases what is no longer declared. */
  planReleases(declared: readonly Part[], host: HostState): Plan {
    const { facts, journal } = host;
    const parts = this.drain.partsNow(declared, facts);
    const departures = this.departures(parts, host);
    if (Object.keys(departures).length === 0)
      return planReleases(parts, this.owner, journal, facts);
    const services = Object.entries(departures).map(
      ([name, departure]) => [name, quiescedService(departure)] as const,
    );
    // The releases are planned on the table after the first stage, which no look has shown yet.
    const quiesced = { ...facts, ipvs: { ...facts.ipvs, ...Object.fromEntries(services) } };
    const removals = parts
      .filter((part) => isDeparture(part, departures))
      .flatMap(({ id, value }) =>
        virtualServiceType.set(id, value, renderService(quiesced.ipvs[id] as VirtualService)),
      );
    const checks = parts
      .filter(({ type, id }) => type === "healthCheck" && Object.hasOwn(departures, id))
      .flatMap(({ id, value }) => healthCheckType.set(id, value, undefined));
    const plan = planReleases(parts, this.owner, journal, quiesced);
    const isDeclared = declaredServices(parts);
    const restores = Object.entries(departures)
      .filter(([name]) => !isDeclared(name))
      .flatMap(([name, departure]) =>
        restoreSteps(departure, quiesced.ipvs[name] as VirtualService),
      );
    return { steps: [...removals, ...checks, ...plan.steps, ...restores], journal: plan.journal };
  }

  private departures(
    parts: readonly Part[],
    { facts, journal, connections }: HostState,
  ): Departures {
    const claims = { owner: this.owner, journal };
    const { vip } = this.drain;
    const isVipLeaving =
      vip !== undefined && parts.length === 0 && isReleasedVip(vip, this.owner, { facts, journal });
    const departures = isVipLeaving
      ? departuresFrom(vip, claims, facts.ipvs)
      : departuresOf(parts, claims, facts);
    const isIdle = (name: string) => connections?.get(name) === 0;
    if (Object.keys(departures).every(isIdle) && Object.values(departures).every(isUnchanged))
      return {};
    const drained = Object.entries(departures).filter(([name, { key }]) => this.drains(name, key));
    return Object.fromEntries(drained);
  }

  private drains(name: string, { protocol, vip }: EndpointKey): boolean {
    return this.drain.seconds(name, protocol) > 0 && !this.drain.isCutOff(vip);
  }

  private quiescedPart(part: Part, departures: Departures): Part {
    const departure = part.type === "virtualService" ? departures[part.id] : undefined;
    if (!departure) return part;
    const { healthCheck } = readValue(part.value);
    return { ...part, value: virtualServiceValue(quiescedService(departure), true, healthCheck) };
  }
}

/** Returns a test for the names of the virtual services among the parts. */
function declaredServices(parts: readonly Part[]): (service: string) => boolean {
  const services = parts.filter(({ type }) => type === "virtualService");
  const names = new Set(services.map(({ id }) => id));
  return (service) => names.has(service);
}

function isDeparture({ type, id }: Part, departures: Departures): boolean {
  return type === "virtualService" && Object.hasOwn(departures, id);
}

/** Whether a virtual service is removed as a whole, or loses its VIP before any of its weights was changed for that. */
function isUnchanged({ live, afterwards }: Departure): boolean {
  if (!afterwards) return true;
  const names = Object.keys(live.realServers);
  const weightsOf = ({ realServers }: VirtualService) =>
    names.map((name) => realServers[name]?.config.weight).join(" ");
  return weightsOf(live) === weightsOf(afterwards);
}

/** Whether a VIP is on the host, and is removed with its owner. */
function isReleasedVip(vip: string, owner: Owner, { facts, journal }: HostState): boolean {
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
 * The steps that restore a virtual service after its drain: the scheduler flags, or the weights after its VIP is gone.
 * The steps have no `lines`, so that they keep their place and are not merged with the ipvsadm lines of other steps.
 */
function restoreSteps({ afterwards, leaving }: Departure, quiesced: VirtualService): Step[] {
  if (!afterwards) return [];
  const removed = leaving.filter((name) => !Object.hasOwn(afterwards.realServers, name));
  const kept = Object.entries(quiesced.realServers).filter(([name]) => !removed.includes(name));
  const remaining = { ...quiesced, realServers: Object.fromEntries(kept) };
  const steps = stepsOf(planService(afterwards, remaining, { managesRealServers: true }));
  return steps.map(({ lines: _lines, ...step }) => step);
}
