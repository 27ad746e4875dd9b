import { type DeclaredHost, type DeclaredResource, nameOf } from "./declared";
import { directorView } from "./directors";
import { isDirector, isOnMachine, type ObservedHost, snapshotOf } from "./observedHost";
import { declaredServices, otherServices } from "./services";
import { thingView } from "./things";
import type {
  ClusterView,
  HostView,
  MachineView,
  OthersView,
  ShowView,
  StackIdentity,
} from "./view";

/** Makes the view of a stack's live clusters from the declared hosts and what was read from them. */
export function showView(
  identity: StackIdentity,
  time: Date,
  hosts: readonly ObservedHost[],
): ShowView {
  return {
    ...{ version: 1, ...identity, time: time.toISOString() },
    hosts: hosts.map(hostView),
    clusters: clustersOf(hosts).map((cluster) => clusterView(cluster, hosts)),
    others: hosts.flatMap(othersView),
  };
}

function hostView({ declared: { host, through }, look }: ObservedHost): HostView {
  const error = look.state === "reached" ? undefined : look.error;
  return {
    ...{ host, state: look.state, at: look.at.toISOString() },
    ...(through !== undefined && { through }),
    ...(error !== undefined && { error }),
  };
}

/** The URNs of the Clusters in the order of the state; undefined, for resources without a Cluster, comes last. */
function clustersOf(hosts: readonly ObservedHost[]): (string | undefined)[] {
  const all = hosts.flatMap(({ declared }) =>
    placedResources(declared).map(({ cluster }) => cluster),
  );
  const urns = [...new Set(all)].filter((cluster) => cluster !== undefined);
  return [...urns, ...(all.includes(undefined) ? [undefined] : [])];
}

/** The resources of a host, without a separate Director when a Cluster has the host as a director too. */
function placedResources({ resources }: DeclaredHost): DeclaredResource[] {
  const isInCluster = isDirector(resources.filter(({ cluster }) => cluster !== undefined));
  return resources.filter(
    ({ kind, cluster }) => !(isInCluster && kind === "Director" && cluster === undefined),
  );
}

function clusterView(cluster: string | undefined, hosts: readonly ObservedHost[]): ClusterView {
  const members = hosts.map((host) => {
    const resources = placedResources(host.declared).filter(
      (resource) => resource.cluster === cluster,
    );
    return { host, resources };
  });
  return {
    name: cluster === undefined ? null : nameOf(cluster),
    directors: members
      .filter(({ resources }) => isDirector(resources))
      .map(({ host, resources }) => directorView(host, resources, hosts)),
    machines: members.flatMap(({ host, resources }) => machineView(host, resources)),
  };
}

function machineView(host: ObservedHost, resources: readonly DeclaredResource[]): MachineView[] {
  const own = resources.filter(isOnMachine);
  if (own.length === 0) return [];
  return [
    {
      host: host.declared.host,
      rips: [...new Set(own.map(({ inputs }) => String(inputs.rip)))],
      things: own.map((resource) => thingView(resource, host)),
    },
  ];
}

/** The virtual services on a director that the stack does not declare. */
function othersView(host: ObservedHost): OthersView[] {
  const snapshot = snapshotOf(host);
  const { host: name, resources } = host.declared;
  if (!snapshot || !isDirector(resources)) return [];
  const services = otherServices(snapshot, declaredServices(resources));
  return services.length > 0 ? [{ host: name, services }] : [];
}
