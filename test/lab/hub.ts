import { join } from "node:path";
import { type LabProcess, startProcess } from "./process";
import { hubArguments, hubMonitor } from "./qemu";
import { Monitor } from "./qmp";
import type { HostPlan, Topology } from "./topology";

/** Starts the Ethernet. A host that restarts finds its socket again. */
export function startHub(
  topology: Topology,
  hosts: readonly HostPlan[],
  directory: string,
  detached: boolean,
): LabProcess {
  const args = hubArguments(topology, hosts, directory);
  return startProcess(["qemu-system-x86_64", ...args], join(directory, "hub.log"), detached);
}

/** Waits until the hub has made all sockets, which its greeting tells. */
export async function waitForHub(hub: LabProcess, directory: string): Promise<void> {
  (await Monitor.open(hubMonitor(directory), hub)).close();
}
