import { type Deployment, liveResources, lvsKind, type StateResource } from "../state/checkpoint";
import { SHOWN, withSecrets } from "../state/secrets";

/** What a thing on a host is like: `scheduler` is `wlc`, `weight` is `1`. */
export type Attributes = Readonly<Record<string, string>>;

/** What a state declares on its hosts: host, then thing in the notation of the field, then what it is like. */
export type ClusterView = ReadonlyMap<string, ReadonlyMap<string, Attributes>>;

type Values = Readonly<Record<string, unknown>>;
type Thing = readonly [name: string, attributes: Attributes];

/**
 * The clusters that a state declares. A virtual service and its real servers are things of their own, whether one
 * resource has one virtual service or many.
 */
export function clusterView(deployment: Deployment): ClusterView {
  const view = new Map<string, Map<string, Attributes>>();
  for (const resource of liveResources(deployment)) {
    if (lvsKind(resource) === undefined) continue;
    const host = hostOf(resource);
    const things = view.get(host) ?? new Map<string, Attributes>();
    view.set(host, things);
    for (const [name, attributes] of thingsOf(resource)) things.set(name, attributes);
  }
  return view;
}

/** Stands between a virtual service and a real server in the name of the latter. */
export const BEHIND = " -> ";

function hostOf({ id = "" }: StateResource): string {
  return id.split(" ")[0] as string;
}

function thingsOf(resource: StateResource): Thing[] {
  const { id = "" } = resource;
  const name = id.slice(hostOf(resource).length + 1);
  const inputs = Object(withSecrets(resource.inputs ?? {}, () => SHOWN)) as Values;
  const { services } = inputs;
  if (typeof services !== "object" || services === null) return serviceThings(name, inputs);
  return Object.entries(services).flatMap(([service, values]) => serviceThings(service, values));
}

/** A virtual service with its real servers; anything else has none. */
function serviceThings(name: string, { realServers, ...own }: Values): Thing[] {
  const below = Object.entries(Object(realServers) as Record<string, Values>);
  return [
    [name, attributesOf(own)],
    ...below.map(([key, one]): Thing => [`${name}${BEHIND}${key}`, attributesOf(one)]),
  ];
}

// Part of a thing's name, or what a host will be and not what somebody asked for.
const HIDDEN = new Set([
  ...["__provider", "connection", "owner", "adopt", "service", "protocol", "vip", "rip", "port"],
  ...[
    "address",
    "dip",
    "ipvs",
    "state",
    "replyRoute",
    "forwarding",
    "sendRedirects",
    "ndiscNotify",
  ],
]);

function attributesOf(values: Values): Attributes {
  const shown = Object.entries(values).filter(
    ([name, value]) => !HIDDEN.has(name) && !isDefault(name, value),
  );
  return Object.fromEntries(shown.map(([name, value]) => [name, textOf(value)]));
}

function isDefault(name: string, value: unknown): boolean {
  if (name.endsWith("Threshold")) return value === 0;
  if (name === "persist") return value === true;
  return Array.isArray(value) && value.length === 0;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
