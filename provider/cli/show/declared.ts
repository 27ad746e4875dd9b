import { fromGrouped, type GroupedService } from "../../kinds/groupedService";
import type { HostInputs } from "../../kinds/kind";
import { type Deployment, liveResources, lvsKind, type StateResource } from "../state/checkpoint";
import { MASKED, withSecrets } from "../state/secrets";

export type Values = Readonly<Record<string, unknown>>;

/** A resource on a host in the state of the stack. */
export interface DeclaredResource {
  readonly urn: string;
  readonly id: string;
  readonly kind: string;
  /** The ID without the host: `tcp 192.0.2.80:80`. */
  readonly name: string;
  /** The URN of the Cluster that contains the resource; undefined for a resource outside of Clusters. */
  readonly cluster: string | undefined;
  /** The inputs with secrets in plain text, only for comparisons. Output uses `shown`. */
  readonly inputs: Values;
  /** The inputs with `[secret]` for each secret. */
  readonly shown: Values;
}

/** A host with the resources that the state declares there. */
export interface DeclaredHost {
  /** The host in the IDs of resources: `director1`, `director1:2222`. */
  readonly id: string;
  /** The unique name for output: the ID, with the jump host when two hosts have the same ID. */
  readonly host: string;
  /** The jump host; undefined for a direct connection. */
  readonly through: string | undefined;
  /** The connection of the host's first resource, with secrets in plain text. */
  readonly connection: unknown;
  readonly resources: readonly DeclaredResource[];
}

/** The hosts in a state with plain-text secrets, in the order of the state. */
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
    const entry = hosts.get(key) ?? { id: host, host, through, connection, resources: [] };
    entry.resources.push(...ungroup(declared));
    hosts.set(key, entry);
  }
  return [...hosts.values()].map((host, _, all) => ({ ...host, host: uniqueName(host, all) }));
}

/** The name of a host, with its jump host when machines behind different jump hosts have the same name. */
function uniqueName({ host, through }: DeclaredHost, all: readonly DeclaredHost[]): string {
  const isUnique = all.filter((other) => other.host === host).length === 1;
  return isUnique || through === undefined ? host : `${host} through ${through}`;
}

/** The name of a resource, from its URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Splits a group into VirtualService resources; returns any other resource unchanged. */
function ungroup(resource: DeclaredResource): DeclaredResource[] {
  if (resource.kind !== "VirtualServices") return [resource];
  const { services, ...host } = resource.inputs;
  const { services: shownServices, ...shownHost } = resource.shown;
  return Object.entries(Object(services) as Record<string, Values>).map(([name, values]) => ({
    ...{ ...resource, kind: "VirtualService", name },
    inputs: service(name, values, host),
    // When the whole group is a secret, each value in the group is a secret too.
    shown: service(name, Object(shownServices)[name] ?? maskAll(values), shownHost),
  }));
}

function service(name: string, values: Values, host: Values): Values {
  const inputs = fromGrouped(
    name,
    values as unknown as GroupedService,
    host as unknown as HostInputs,
  );
  return inputs as unknown as Values;
}

/** Copies values with each of them replaced by `[secret]`. */
export function maskAll(values: Values): Values {
  return Object.fromEntries(Object.keys(values).map((key) => [key, MASKED]));
}

/** Reads a resource of this package; undefined for other resources, and for a resource that is not created yet. */
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
    shown: withSecrets(inputs, () => MASKED) as Values,
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
