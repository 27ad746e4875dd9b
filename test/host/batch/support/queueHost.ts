import type { Mock } from "vitest";
import { apply } from "../../../../provider/host/batch/hostQueue";
import type { Snapshot } from "../../../../provider/host/batch/snapshot";
import type { Connection } from "../../../../provider/host/connect/connection";
import type { Shell } from "../../../../provider/host/shell/shell";
import { owner, vip } from "../../../support/claims";
import { checkedConnection } from "../../../support/inputs";
import { WorkingHost } from "../../../support/workingHost";
import { WorkingShell } from "../../../support/workingShell";
import { wants } from "./requests";

/** Replaces provider/host/shell/pool. */
export interface Pool {
  readonly shellFor: Mock<(connection: Connection) => Promise<Shell>>;
}

/** Each test has a new host, because the queues of hosts live as long as the process. */
let number = 0;

/** A host that the pool connects to, and a function that adds an address there. */
export function queueHost(pool: Pool) {
  number += 1;
  const connection = { ...checkedConnection, host: `director${number}` } as Connection;
  const shell = new WorkingShell(new WorkingHost(), connection.host);
  pool.shellFor.mockReset().mockResolvedValue(shell);
  const add = (address: string, to = connection) =>
    apply(to, ["links"], wants(owner(address), [vip(address)]));
  return { connection, shell, add };
}

/** How many addresses each batch added; batches that added none are left out. */
export function addedByBatch(roundTrips: readonly string[][]): number[] {
  const isAdding = (event: string) => event.startsWith("ip address add");
  const counts = roundTrips.map((events) => events.filter(isAdding).length);
  return counts.filter((count) => count > 0);
}

/** How often the host was locked. */
export const countLocks = (roundTrips: readonly string[][]) =>
  roundTrips.filter(([first]) => first === "lock").length;

export function addressesOf(snapshot: Snapshot | undefined): string[] {
  const links = [...(snapshot?.facts.links.values() ?? [])];
  return links.flatMap((link) => link.addresses.map(({ address }) => address));
}
