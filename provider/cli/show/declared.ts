import { fromGrouped, type GroupedService } from "../../kinds/groupedService";
import type { HostInputs } from "../../kinds/kind";
import { type Deployment, liveResources, lvsKind, type StateResource } from "../state/checkpoint";
import { SHOWN, withSecrets } from "../state/secrets";

export type Values = Readonly<Record<string, unknown>>;

/** A resource on a host, as the state declares it. */
export interface DeclaredResource {
  readonly urn: string;
  readonly id: string;
  readonly kind: string;
  /** What it is on its host, in the notation of the field: `tcp 192.0.2.80:80`. */
  readonly name: string;
  /** The URN of the Cluster that it is part of; undefined for a resource of its own. */
  readonly cluster: string | undefined;
  /** With its secrets in plain text: nothing of it is shown but what `shown` has too. */
  readonly inputs: Values;
  /** The inputs with `[secret]` for each secret. */
  readonly shown: Values;
}

/** A host, with what the state declares there. */
export interface DeclaredHost {
  /** As IDs of resources have it: `director1`, `director1:2222`. */
  readonly id: string;
  /** The same, with the jump host where another machine has the same name. */
  readonly host: string;
  /** The jump host; undefined where there is none. */
  readonly through: string | undefined;
  /** How the first resource of the host reaches it. Holds secrets. */
  readonly connection: unknown;
  readonly resources: readonly DeclaredResource[];
}

/** The hosts of a state whose secrets are in plain text, in the order of the state. */
export function declaredHosts(deployment: Deployment): DeclaredHost[] {
  const resources = liveResources(deployment);
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const hosts = new Map<string, DeclaredHost & { resources: DeclaredResource[] }>();
  for (const resource of resources) {
    const declared = declaredResource(resource, byUrn);
    if (!declared) continue;
    const { connection } = declared.inputs;
    const [host, through] = [hostOf(resource), jumpHostOf(connection)];
    const key = `${host} ${through}`;
    const known = hosts.get(key) ?? { id: host, host, through, connection, resources: [] };
    known.resources.push(...ungrouped(declared));
    hosts.set(key, known);
  }
  return [...hosts.values()].map((host, _, all) => ({ ...host, host: uniqueName(host, all) }));
}

/** Two machines behind two jump hosts can have one name. */
function uniqueName({ host, through }: DeclaredHost, all: readonly DeclaredHost[]): string {
  const isUnique = all.filter((other) => other.host === host).length === 1;
  return isUnique || through === undefined ? host : `${host} through ${through}`;
}

/** The name of a resource by its URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Each virtual service of a group as a resource of its own; any other resource as it is. */
function ungrouped(resource: DeclaredResource): DeclaredResource[] {
  if (resource.kind !== "VirtualServices") return [resource];
  const { services, ...host } = resource.inputs;
  const { services: shownServices, ...shownHost } = resource.shown;
  return Object.entries(Object(services) as Record<string, Values>).map(([name, values]) => ({
    ...{ ...resource, kind: "VirtualService", name },
    inputs: service(name, values, host),
    // Where all services are one secret, so is each value of them.
    shown: service(name, Object(shownServices)[name] ?? hidden(values), shownHost),
  }));
}

function service(name: string, values: Values, host: Values): Values {
  const whole = fromGrouped(
    name,
    values as unknown as GroupedService,
    host as unknown as HostInputs,
  );
  return whole as unknown as Values;
}

/** The same values, each of them a secret. */
export function hidden(values: Values): Values {
  return Object.fromEntries(Object.keys(values).map((key) => [key, SHOWN]));
}

/** A resource of this package on a host; undefined for others, and for one that Pulumi has not made yet. */
function declaredResource(
  resource: StateResource,
  byUrn: ReadonlyMap<string, StateResource>,
): DeclaredResource | undefined {
  const kind = lvsKind(resource);
  const { urn, id, inputs = {} } = resource;
  if (kind === undefined || id === undefined || inputs.connection === undefined) return undefined;
  return {
    ...{ urn, id, kind, name: id.slice(hostOf(resource).length + 1) },
    cluster: clusterOf(resource, byUrn),
    inputs: withSecrets(inputs, (plain) => plain) as Values,
    shown: withSecrets(inputs, () => SHOWN) as Values,
  };
}

function hostOf({ id = "" }: StateResource): string {
  return id.split(" ")[0] as string;
}

function jumpHostOf(connection: unknown): string | undefined {
  const { proxy } = Object(connection) as { proxy?: { host?: unknown; port?: unknown } };
  if (typeof proxy !== "object" || proxy === null) return undefined;
  const { host, port = 22 } = proxy;
  return port === 22 ? String(host) : `${host}:${port}`;
}

function clusterOf(
  { parent }: StateResource,
  byUrn: ReadonlyMap<string, StateResource>,
): string | undefined {
  const above = parent === undefined ? undefined : byUrn.get(parent);
  if (!above) return undefined;
  return above.type === "lvs:index:Cluster" ? above.urn : clusterOf(above, byUrn);
}
