import type { Snapshot } from "../../host/batch";
import type { DeclaredHost, DeclaredResource } from "./declared";
import type { HostState } from "./view";

/** The result of reading a host once. */
export type Look =
  | { readonly state: "reached"; readonly at: Date; readonly snapshot: Snapshot }
  | { readonly state: Exclude<HostState, "reached">; readonly at: Date; readonly error?: string };

/** A host in the state, with the result of reading it. */
export interface ObservedHost {
  readonly declared: DeclaredHost;
  readonly look: Look;
}

/** The kinds of resources on real servers. All other kinds are on directors. */
const ON_MACHINES = new Set(["RealServerVip", "RealServerGateway"]);

/** Whether a resource is on the machine of a real server. */
export function isOnMachine({ kind }: DeclaredResource): boolean {
  return ON_MACHINES.has(kind);
}

/** Whether a host with these resources is a director. */
export function isDirector(resources: readonly DeclaredResource[]): boolean {
  return !resources.every(isOnMachine);
}

/** The snapshot of a host; undefined when the host could not be read. */
export function snapshotOf({ look }: ObservedHost): Snapshot | undefined {
  return look.state === "reached" ? look.snapshot : undefined;
}

/** Finds the host name of a real server by its address; undefined when the stack does not manage the machine. */
export type MachineNameLookup = (rip: string) => string | undefined;

export function machineNames(hosts: readonly ObservedHost[]): MachineNameLookup {
  const names = hosts.flatMap(({ declared: { host, resources } }) =>
    resources.filter(isOnMachine).map(({ inputs }) => [String(inputs.rip), host] as const),
  );
  const byRip = new Map(names);
  return (rip) => byRip.get(rip);
}
