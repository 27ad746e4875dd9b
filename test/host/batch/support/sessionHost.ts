import type { Mock } from "vitest";
import type { Observed } from "../../../../provider/host/batch/observed";
import { apply } from "../../../../provider/host/batch/session";
import type { Connection } from "../../../../provider/host/connect/connection";
import type { Shell } from "../../../../provider/host/shell/shell";
import { owner, vip } from "../../../support/claims";
import { checkedConnection } from "../../../support/inputs";
import { WorkingHost } from "../../../support/workingHost";
import { WorkingShell } from "../../../support/workingShell";
import { wants } from "./waiting";

/** Stands for provider/host/pool. */
export interface Pool {
  readonly shellFor: Mock<(connection: Connection) => Promise<Shell>>;
}

/** Every test has a host of its own, since sessions live as long as the process. */
let number = 0;

/** A working host that the pool connects to, and a change of it. */
export function sessionHost(pool: Pool) {
  number += 1;
  const connection = { ...checkedConnection, host: `director${number}` } as Connection;
  const shell = new WorkingShell(new WorkingHost(), connection.host);
  pool.shellFor.mockReset().mockResolvedValue(shell);
  const add = (address: string, onto = connection) =>
    apply(onto, ["links"], wants(owner(address), [vip(address)]));
  return { connection, shell, add };
}

/** How many addresses each batch added. */
export function added(trips: readonly string[][]): number[] {
  const counts = trips.map((trip) => trip.filter((one) => one.startsWith("ip address add")).length);
  return counts.filter((count) => count > 0);
}

/** How often the host was locked. */
export const locked = (trips: readonly string[][]) =>
  trips.filter(([first]) => first === "lock").length;

export function addressesOf(seen: Observed | undefined): string[] {
  const links = [...(seen?.facts.links.values() ?? [])];
  return links.flatMap((link) => link.addresses.map((one) => one.address));
}
