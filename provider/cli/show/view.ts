import type { Traffic } from "../../ipvs/statistics";

/** A difference between the live and the declared state. */
export interface Drift {
  /** The attribute: `weight`, `scheduler`, ...; `presence` for a thing that is `absent` or `present`. */
  readonly attribute: string;
  readonly declared: string;
  readonly live: string;
}

/** Whether a thing exists on its host; `unknown` when the host could not be read. */
export type Presence = "present" | "absent" | "unknown";

/** The name of a stack and of its project. */
export interface StackIdentity {
  readonly project: string;
  readonly stack: string;
}

/** The other stack that manages a thing, or null when no stack does. */
export type Manager = StackIdentity | null;

/** The current figures; undefined when they are unknown. */
export interface LiveFigures {
  readonly active?: number;
  readonly inactive?: number;
  readonly rates?: Traffic;
  readonly totals?: Traffic;
}

/** What health checks have found. */
export interface HealthView {
  /** "draining": a change that is under way takes the real server away, or has it quiesced. */
  readonly state: "up" | "down" | "draining";
  /** In ISO 8601; undefined where the systemd journal of the host does not tell. */
  readonly since?: string;
  /** What keepalived says of the check that failed. */
  readonly why?: string;
}

export interface RealServerView extends LiveFigures {
  /** The key text of the real server: `192.0.2.11:80`. */
  readonly name: string;
  /** The host of the real server. @default - the stack does not manage the machine */
  readonly host?: string;
  readonly presence: Presence;
  /** Whether the stack declares the real server. */
  readonly isOurs: boolean;
  /** The stack that manages an undeclared real server. */
  readonly managedBy: Manager;
  readonly forwardingMethod: string;
  readonly weight: number;
  /** Undefined for a real server that is not checked. */
  readonly health?: HealthView;
  readonly drift: readonly Drift[];
}

export interface ServiceView extends LiveFigures {
  /** The key text of the virtual service: `tcp 192.0.2.80:80`, `fwmark 5 ipv4`. */
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
  /** The directors and interfaces that have the address. More than one is an error. */
  readonly holders: readonly { readonly host: string; readonly interface: string }[];
  /** Whether every director of the stack could be read. */
  readonly areHoldersKnown: boolean;
  readonly drift: readonly Drift[];
  readonly services: readonly ServiceView[];
}

/** A resource without figures: the VIP of a real server, a gateway. */
export interface ThingView {
  /** The ID without the host: `dr vip 192.0.2.80 rip 192.0.2.11`. */
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

/** The machine of a real server, managed by the stack. */
export interface MachineView {
  readonly host: string;
  readonly rips: readonly string[];
  readonly things: readonly ThingView[];
}

export interface ClusterView {
  /** The name of the Cluster; null for resources outside of Clusters. */
  readonly name: string | null;
  readonly directors: readonly DirectorView[];
  readonly machines: readonly MachineView[];
}

/**
 * The result of reading a host. `unreachable`: no connection; `failed`: a command failed or its output was not
 * understood; `forgotten`: PULUMI_LVS_FORGET names the host; `connecting`: no answer yet.
 */
export type HostState = "reached" | "unreachable" | "failed" | "forgotten" | "connecting";

export interface HostView {
  readonly host: string;
  readonly through?: string;
  readonly state: HostState;
  readonly error?: string;
  /** The time of the reading, in ISO 8601. */
  readonly at: string;
}

/** The virtual services of a director that the stack does not declare. */
export interface OthersView {
  readonly host: string;
  readonly services: readonly ServiceView[];
}

/** The live clusters of a stack: the output of `pulumi-lvs show --json`. New fields may come; existing ones never change. */
export interface ShowView extends StackIdentity {
  readonly version: 1;
  /** The time of the output, in ISO 8601. */
  readonly time: string;
  readonly hosts: readonly HostView[];
  readonly clusters: readonly ClusterView[];
  readonly others: readonly OthersView[];
}

/** Whether a host that could be read has drift. */
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

/** Whether every host could be read, apart from forgotten hosts. */
export function isComplete({ hosts }: ShowView): boolean {
  return hosts.every(({ state }) => state === "reached" || state === "forgotten");
}
