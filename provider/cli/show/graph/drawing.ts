import type { Tone } from "../nodes";
import { driftText } from "../nodeTexts";
import type {
  ClusterView,
  Drift,
  HostState,
  MachineView,
  OthersView,
  RealServerView,
  ServiceView,
  ShowView,
  VipView,
} from "../view";

/** A box with its lines, and the boxes to its right. The lines may contain any character from a host or a state. */
export interface Box {
  /** The lines of text. The first line is the name. */
  readonly lines: readonly string[];
  readonly tone: Tone;
  readonly children: readonly Box[];
}

/** The box of a director. */
export interface DirectorBox extends Box {
  /** The indexes of the VIPs that the director has. The edges to other VIPs are dashed. */
  readonly activeIndexes: readonly number[];
}

/** A part of the drawing: a cluster, or the virtual services of others on a director. */
export interface Band {
  readonly title: string;
  readonly directorBoxes: readonly DirectorBox[];
  /** The boxes of the VIPs; for virtual services of others, the boxes of the services. */
  readonly boxes: readonly Box[];
}

/** The contents of the drawing of a view, without positions and sizes. */
export function bandsOf(view: ShowView): Band[] {
  const states = new Map(view.hosts.map(({ host, state }) => [host, state]));
  return [
    ...view.clusters.map((cluster) => clusterBand(cluster, states)),
    ...view.others.map(othersBand),
  ];
}

type States = ReadonlyMap<string, HostState>;

function clusterBand({ name, directors, machines }: ClusterView, states: States): Band {
  const all = directors.flatMap(({ host, vips }) => vips.map((vip) => ({ host, vip })));
  const addresses = [...new Set(all.map(({ vip }) => vip.address))];
  const vips = addresses.map((address) => {
    const candidates = all.filter(({ vip }) => vip.address === address);
    // Several directors have the same table, so that only the table of the director with the VIP is drawn.
    const isHolder = ({ host, vip }: (typeof all)[number]) =>
      vip.holders.some((holder) => holder.host === host);
    const { vip } = candidates.find(isHolder) ?? (candidates[0] as (typeof all)[number]);
    return { ...vip, drift: candidates.flatMap((candidate) => candidate.vip.drift) };
  });
  const machinesByHost = new Map(machines.map((machine) => [machine.host, machine]));
  return {
    title: name === null ? "without a Cluster" : `cluster ${name}`,
    directorBoxes: directors.map(({ host, drift }) => ({
      ...{ lines: [host, "director", ...stateLines(host, states), ...driftLines(drift)] },
      ...{ tone: toneOf(drift, host, states), children: [] },
      activeIndexes: vips.flatMap((vip, index) =>
        vip.holders.some((holder) => holder.host === host) ? [index] : [],
      ),
    })),
    boxes: vips.map((vip) => vipBox(vip, machinesByHost, states)),
  };
}

function othersBand({ host, services }: OthersView): Band {
  const activeIndexes = services.map((_, index) => index);
  return {
    title: "managed by others",
    directorBoxes: [{ lines: [host, "director"], tone: "others", children: [], activeIndexes }],
    boxes: services.map((service) => serviceBox(service, new Map(), new Map())),
  };
}

type Machines = ReadonlyMap<string, MachineView>;

function vipBox(vip: VipView, machines: Machines, states: States): Box {
  const { address, holders, areHoldersKnown, drift, services } = vip;
  const places = holders.map((holder) => `on ${holder.host} (${holder.interface})`);
  const nobody = areHoldersKnown ? "held by nobody" : "holder not known";
  return {
    lines: [address, ...(places.length > 0 ? places : [nobody]), ...driftLines(drift)],
    tone: drift.length > 0 ? "drift" : "plain",
    children: services.map((service) => serviceBox(service, machines, states)),
  };
}

function serviceBox(service: ServiceView, machines: Machines, states: States): Box {
  const { name, scheduler, drift, isOurs, realServers } = service;
  return {
    lines: [name, scheduler, ...driftLines(drift)],
    tone: isOurs ? (drift.length > 0 ? "drift" : "plain") : "others",
    children: realServers.map((realServer) => realServerBox(realServer, machines, states)),
  };
}

function realServerBox(realServer: RealServerView, machines: Machines, states: States): Box {
  const { name, host, forwardingMethod, weight, health, drift, isOurs } = realServer;
  const isDown = health?.state === "down";
  const things = host === undefined ? [] : (machines.get(host)?.things ?? []);
  const all = [...drift, ...things.flatMap((thing) => thing.drift)];
  const machine = host === undefined ? [] : [host, ...stateLines(host, states)];
  const isOthers = !isOurs && drift.length === 0;
  return {
    lines: [
      name,
      `${forwardingMethod}, weight ${weight}${health ? `, ${health.state}` : ""}`,
      ...machine,
      ...driftLines(all),
    ],
    tone: isOthers ? "others" : isDown ? "bad" : toneOf(all, host, states),
    children: [],
  };
}

function isBroken(host: string | undefined, states: States): boolean {
  const state = host === undefined ? undefined : states.get(host);
  return state === "unreachable" || state === "failed";
}

function stateLines(host: string, states: States): string[] {
  if (!isBroken(host, states)) return [];
  return [states.get(host) === "failed" ? "cannot be read" : "unreachable"];
}

function toneOf(drift: readonly Drift[], host: string | undefined, states: States): Tone {
  if (isBroken(host, states)) return "bad";
  return drift.length > 0 ? "drift" : "plain";
}

function driftLines(drift: readonly Drift[]): string[] {
  return drift.map(driftText);
}
