import { join } from "node:path";
import { type LabProcess, startProcess } from "./process";
import { hubArguments, hubMonitor } from "./qemu";
import { Monitor } from "./qmp";
import type { HostPlan, Topology } from "./topology";

/** Starts the Ethernet. A host that is switched off and on again finds its socket as before. */
export async function startHub(
  topology: Topology,
  hosts: readonly HostPlan[],
  directory: string,
  detached: boolean,
): Promise<LabProcess> {
  const args = hubArguments(topology, hosts, directory);
  const hub = startProcess(["qemu-system-x86_64", ...args], join(directory, "hub.log"), detached);
  (await Monitor.open(hubMonitor(directory), hub)).close(); // it greets when all sockets are there
  return hub;
}
