import type { Traffic } from "../../ipvs/statistics";

/** One thing that is live and not as the state declares it. */
export interface Drift {
  /** `weight`, `scheduler`, ...; `presence` for a whole thing that is `absent` or `present`. */
  readonly attribute: string;
  readonly declared: string;
  readonly live: string;
}

/** Whether a thing is there: `unknown` where its host could not be asked. */
export type Presence = "present" | "absent" | "unknown";

/** A stack, by the two words that name it. */
export interface StackWords {
  readonly project: string;
  readonly stack: string;
}

/** Another stack that manages a thing, or nobody that we know. */
export type Manager = StackWords | null;

/** Of now: undefined where it is not known. */
export interface LiveFigures {
  readonly active?: number;
  readonly inactive?: number;
  readonly rates?: Traffic;
  readonly totals?: Traffic;
}

/** What health checks have found. */
export interface HealthView {
  readonly state: "up" | "down";
  /** In ISO 8601; undefined where the journal of the host does not tell. */
  readonly since?: string;
  /** What keepalived says of the check that failed. */
  readonly why?: string;
}

export interface RealServerView extends LiveFigures {
  /** `192.0.2.11:80`. */
  readonly name: string;
  /** The host, where the stack manages the machine too. */
  readonly host?: string;
  readonly presence: Presence;
  /** Whether the stack declares it. */
  readonly isOurs: boolean;
  /** Who has it instead. */
  readonly managedBy: Manager;
  readonly forwardingMethod: string;
  readonly weight: number;
  /** Undefined for a real server that is not checked. */
  readonly health?: HealthView;
  readonly drift: readonly Drift[];
}

export interface ServiceView extends LiveFigures {
  /** `tcp 192.0.2.80:80`, `fwmark 5 ipv4`. */
  readonly name: string;
  readonly presence: Presence;
  readonly isOurs: boolean;
  readonly managedBy: Manager;
  readonly scheduler: string;
  readonly drift: readonly Drift[];
  readonly realServers: readonly RealServerView[];
}

export interface VipView {
  readonly address: string;
  /** Which directors have the address, and on which interface; several only when something is wrong. */
  readonly holders: readonly { readonly host: string; readonly interface: string }[];
  /** Whether every director of the stack could be asked. */
  readonly areHoldersKnown: boolean;
  readonly drift: readonly Drift[];
  readonly services: readonly ServiceView[];
}

/** A resource that has no place of its own in the tree: the VIP of a real server, a gateway. */
export interface ThingView {
  /** `dr vip 192.0.2.80 rip 192.0.2.11`. */
  readonly name: string;
  readonly presence: Presence;
  readonly drift: readonly Drift[];
}

export interface DirectorView {
  readonly host: string;
  readonly drift: readonly Drift[];
  readonly things: readonly ThingView[];
  readonly vips: readonly VipView[];
}

/** A machine of a real server that the stack manages. */
export interface MachineView {
  readonly host: string;
  readonly rips: readonly string[];
  readonly things: readonly ThingView[];
}

export interface ClusterView {
  /** The name of the Cluster; null for resources without one. */
  readonly name: string | null;
  readonly directors: readonly DirectorView[];
  readonly machines: readonly MachineView[];
}

/**
 * How a host was reached: `unreachable`: nothing could be asked; `failed`: it answered what cannot be used; `forgotten`:
 * PULUMI_LVS_FORGET names it; `connecting`: not yet.
 */
export type HostState = "reached" | "unreachable" | "failed" | "forgotten" | "connecting";

export interface HostView {
  readonly host: string;
  readonly through?: string;
  readonly state: HostState;
  readonly error?: string;
  /** When it was asked, in ISO 8601. */
  readonly at: string;
}

/** The virtual services of a director that the stack does not declare. */
export interface OthersView {
  readonly host: string;
  readonly services: readonly ServiceView[];
}

/** The live clusters of a stack: what `pulumi-lvs show --json` prints. Fields are added, and never change. */
export interface ShowView extends StackWords {
  readonly version: 1;
  /** In ISO 8601. */
  readonly time: string;
  readonly hosts: readonly HostView[];
  readonly clusters: readonly ClusterView[];
  readonly others: readonly OthersView[];
}

/** Whether anything is not as the state declares it, as far as the hosts could be asked. */
export function hasDrift({ clusters }: ShowView): boolean {
  return clusters.some(({ directors, machines }) => {
    const things = [...directors, ...machines].flatMap((host) => host.things);
    const vips = directors.flatMap((director) => director.vips);
    const services = vips.flatMap((vip) => vip.services);
    const realServers = services.flatMap((service) => service.realServers);
    const all = [directors, things, vips, services, realServers].flat();
    return all.some(({ drift }) => drift.length > 0);
  });
}

/** Whether every host could be asked. A host that is forgotten is none any more. */
export function isComplete({ hosts }: ShowView): boolean {
  return hosts.every(({ state }) => state === "reached" || state === "forgotten");
}
