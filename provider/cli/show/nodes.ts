import type { Traffic } from "../../ipvs/statistics";
import { clock } from "./clock";
import { downText, driftText, holderText, managerText, STATES } from "./nodeTexts";
import type {
  ClusterView,
  DirectorView,
  Drift,
  HostView,
  MachineView,
  OthersView,
  RealServerView,
  ServiceView,
  ShowView,
  ThingView,
  VipView,
} from "./view";

/** The meaning of a line: a heading, as declared, owned by others, drifted, or an error. */
export type Tone = "title" | "plain" | "others" | "drift" | "bad";

/** The figures of a line, in the columns of the tree. */
export interface NodeFigures {
  readonly weight?: number;
  readonly active?: number;
  readonly inactive?: number;
  readonly rates?: Traffic;
}

/** A line of the tree, with the lines below. The texts may contain any character from a host or a state. */
export interface Node {
  readonly label: string;
  readonly tone: Tone;
  /** The key of the line for the history of its rates; undefined for lines without rates. */
  readonly key?: string;
  readonly figures?: NodeFigures;
  readonly children: readonly Node[];
}

/**
 * The tree of a view: a root for each cluster, and a root for the virtual services of others on the directors.
 * @param staleSeconds - the age from which the last answer of a host is marked as old. @default never
 */
export function treeOf(view: ShowView, staleSeconds = Number.POSITIVE_INFINITY): Node[] {
  const oldest = new Date(view.time).getTime() - staleSeconds * 1000;
  const isStale = ({ at }: HostView) => new Date(at).getTime() < oldest;
  const hosts: Hosts = new Map(
    view.hosts.map((host) => [host.host, { ...host, isStale: isStale(host) }]),
  );
  const others = view.others.map(othersNode);
  if (view.hosts.length === 0)
    return [node("the stack has no resources of this package", "others")];
  return [
    ...view.clusters.map((cluster) => clusterNode(cluster, hosts)),
    ...(others.length > 0 ? [node("managed by others", "others", others)] : []),
  ];
}

type HostWithAge = HostView & { readonly isStale: boolean };
type Hosts = ReadonlyMap<string, HostWithAge>;

function node(label: string, tone: Tone, children: readonly Node[] = []): Node {
  return { label, tone, children };
}

function clusterNode({ name, directors, machines }: ClusterView, hosts: Hosts): Node {
  const children = [
    ...directors.map((director) => directorNode(director, hosts)),
    ...machines.map((machine) => machineNode(machine, hosts)),
  ];
  return node(name === null ? "without a Cluster" : `cluster ${name}`, "title", children);
}

function directorNode({ host, drift, things, vips }: DirectorView, hosts: Hosts): Node {
  const children = [
    ...driftNodes(drift),
    ...things.filter((thing) => thing.drift.length > 0).map(thingNode),
    ...vips.map((vip) => vipNode(vip, host)),
  ];
  return hostNode(`director ${host}`, hosts.get(host), drift, children);
}

function machineNode({ host, rips, things }: MachineView, hosts: Hosts): Node {
  const drifted = things.filter(({ drift }) => drift.length > 0);
  return hostNode(
    `real server ${host}  ${rips.join(", ")}`,
    hosts.get(host),
    drifted.flatMap(({ drift }) => drift),
    drifted.map(thingNode),
  );
}

function hostNode(
  label: string,
  host: HostWithAge | undefined,
  drift: readonly Drift[],
  children: readonly Node[],
): Node {
  const { state = "reached", error, at = "", isStale = false } = host ?? {};
  if (isStale) return node(`${label}  no answer since ${clock(at)}`, "bad", children);
  if (state === "reached") return node(label, drift.length > 0 ? "drift" : "plain", children);
  const tone = state === "unreachable" || state === "failed" ? "bad" : "others";
  const lines = error === undefined ? [] : error.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => line !== "").map((line) => node(`! ${line}`, "bad"));
  return node(`${label}  ${STATES[state]}`, tone, [...errors, ...children]);
}

function thingNode({ name, drift }: ThingView): Node {
  return node(name, "drift", driftNodes(drift));
}

function vipNode(vip: VipView, director: string): Node {
  const { address, drift, services } = vip;
  const children = [
    ...driftNodes(drift),
    ...services.map((service) => serviceNode(service, director)),
  ];
  return node(`vip ${address}  ${holderText(vip, director)}`, toneOf(drift), children);
}

function serviceNode(service: ServiceView, director: string): Node {
  const { name, scheduler, drift, realServers, isOurs, presence } = service;
  const key = `${director} ${name}`;
  return {
    label: `${name}  ${scheduler}${isOurs ? "" : managerText(service.managedBy)}`,
    tone: isOurs ? toneOf(drift, presence) : "others",
    ...{ key, figures: figuresOf(service) },
    children: [
      ...driftNodes(drift),
      ...realServers.map((realServer) => realServerNode(realServer, key, isOurs)),
    ],
  };
}

function realServerNode(realServer: RealServerView, service: string, isOursAbove: boolean): Node {
  const { name, host, forwardingMethod, weight, health, drift, isOurs, presence } = realServer;
  const isOthers = !isOurs && drift.length === 0;
  const manager = isOthers && isOursAbove ? managerText(realServer.managedBy) : "";
  const isDown = health?.state === "down";
  const state = health ? `  ${health.state}` : "";
  return {
    label: `${name}  ${forwardingMethod}${host === undefined ? "" : `  ${host}`}${state}${manager}`,
    tone: isOthers ? "others" : isDown ? "bad" : toneOf(drift, presence),
    key: `${service} ${name}`,
    figures: { weight, ...figuresOf(realServer) },
    children: [
      ...(health && isDown ? [node(`! ${downText(health)}`, "bad")] : []),
      ...driftNodes(drift),
    ],
  };
}

function othersNode({ host, services }: OthersView): Node {
  return node(
    `director ${host}`,
    "others",
    services.map((service) => serviceNode(service, host)),
  );
}

function figuresOf({ active, inactive, rates }: NodeFigures): NodeFigures {
  return {
    ...(active !== undefined && { active }),
    ...(inactive !== undefined && { inactive }),
    ...(rates !== undefined && { rates }),
  };
}

function toneOf(drift: readonly Drift[], presence: "present" | "absent" | "unknown" = "present") {
  if (presence === "unknown") return "others";
  return drift.length > 0 ? "drift" : "plain";
}

function driftNodes(drift: readonly Drift[]): Node[] {
  return drift.map((difference) => node(`! ${driftText(difference)}`, "drift"));
}
