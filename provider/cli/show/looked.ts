import type { Snapshot } from "../../host/batch";
import type { DeclaredHost, DeclaredResource } from "./declared";
import type { HostState } from "./view";

/** What came of looking at a host. */
export type Look =
  | { readonly state: "reached"; readonly at: Date; readonly snapshot: Snapshot }
  | { readonly state: Exclude<HostState, "reached">; readonly at: Date; readonly error?: string };

/** A host of the state, and what came of looking at it. */
export interface LookedAt {
  readonly declared: DeclaredHost;
  readonly look: Look;
}

/** Kinds of what is on a real server; everything else is on a director. */
const ON_MACHINES = new Set(["RealServerVip", "RealServerGateway"]);

/** Whether a resource is on the machine of a real server. */
export function isOnMachine({ kind }: DeclaredResource): boolean {
  return ON_MACHINES.has(kind);
}

/** Whether any of the resources of a host makes it a director. */
export function isDirector(resources: readonly DeclaredResource[]): boolean {
  return !resources.every(isOnMachine);
}

/** What is known of a host; undefined where it could not be asked. */
export function snapshotOf({ look }: LookedAt): Snapshot | undefined {
  return look.state === "reached" ? look.snapshot : undefined;
}

/** Names the machine of a real server by its address; undefined where the stack does not manage it. */
export type MachineName = (rip: string) => string | undefined;

export function machineNames(hosts: readonly LookedAt[]): MachineName {
  const names = hosts.flatMap(({ declared: { host, resources } }) =>
    resources.filter(isOnMachine).map(({ inputs }) => [String(inputs.rip), host] as const),
  );
  const byRip = new Map(names);
  return (rip) => byRip.get(rip);
}
