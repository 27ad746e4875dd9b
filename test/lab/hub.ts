import { join } from "node:path";
import { type LabProcess, startProcess } from "./process";
import { socketOf } from "./qemu";
import { waitUntil } from "./run";
import type { HostPlan, Topology } from "./topology";

/** Starts the Ethernet. A host that restarts finds its socket again. */
export function startHub(
  topology: Topology,
  hosts: readonly HostPlan[],
  directory: string,
  detached: boolean,
): LabProcess {
  const program = [process.execPath, join(__dirname, "ethernet.mjs")];
  const words = hubWords(topology, hosts, directory);
  return startProcess([...program, ...words], join(directory, "hub.log"), detached);
}

/** The socket of each interface, with the network that it is on. */
export function hubWords(
  topology: Topology,
  hosts: readonly HostPlan[],
  directory: string,
): string[] {
  return hosts.flatMap((host) =>
    host.nics.map(({ network }, nic) => {
      return `${topology.networks.indexOf(network)}=${socketOf(directory, host, nic)}`;
    }),
  );
}

/** Waits until all sockets are there. */
export async function waitForHub(hub: LabProcess): Promise<void> {
  const isReady = () => {
    if (!hub.isAlive()) throw new Error(`the hub has ended: ${hub.output()}`);
    return hub.output().includes("ready");
  };
  await waitUntil("the hub is ready", isReady, 60_000);
}
