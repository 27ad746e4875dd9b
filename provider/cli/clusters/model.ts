import { type Deployment, liveResources, lvsKind, type StateResource } from "../state/checkpoint";
import { MASKED, withSecrets } from "../state/secrets";

/** The attributes of a thing on a host: `scheduler` is `wlc`, `weight` is `1`. */
export type Attributes = Readonly<Record<string, string>>;

/** The things that a state declares, by host and by name in ipvsadm's notation: VIPs, virtual services, real servers. */
export type ClusterView = ReadonlyMap<string, ReadonlyMap<string, Attributes>>;

type Values = Readonly<Record<string, unknown>>;
type Thing = readonly [name: string, attributes: Attributes];

/** The things that a state declares. Virtual services and real servers are separate things, in a group too. */
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

/** The text between the virtual service and the real server in the name of a real server. */
export const REAL_SERVER_SEPARATOR = " -> ";

function hostOf({ id = "" }: StateResource): string {
  return id.split(" ")[0] as string;
}

function thingsOf(resource: StateResource): Thing[] {
  const { id = "" } = resource;
  const name = id.slice(hostOf(resource).length + 1);
  const inputs = Object(withSecrets(resource.inputs ?? {}, () => MASKED)) as Values;
  const { services } = inputs;
  if (typeof services !== "object" || services === null) return serviceThings(name, inputs);
  return Object.entries(services).flatMap(([service, values]) => serviceThings(service, values));
}

/** A resource as a thing, followed by its real servers. */
function serviceThings(name: string, { realServers, ...own }: Values): Thing[] {
  const entries = Object.entries(Object(realServers) as Record<string, Values>);
  return [
    [name, attributesOf(own)],
    ...entries.map(
      ([key, values]): Thing => [`${name}${REAL_SERVER_SEPARATOR}${key}`, attributesOf(values)],
    ),
  ];
}

// Inputs that are in the name of the thing, or that check fills in with the state of the host.
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
