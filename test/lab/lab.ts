import { join } from "node:path";
import { cacheDir, withLock } from "../toolchain/cache";
import { command } from "../toolchain/command";
import { ensurePackages } from "../toolchain/packages";
import { progress, say } from "../toolchain/progress";
import { accelerator } from "./accelerator";
import { LabHost } from "./host";
import { startHub, waitForHub } from "./hub";
import { ensureImage, ensureKeys, type Image, type Keys } from "./image";
import { prepare } from "./prepare";
import type { LabProcess } from "./process";
import type { HostRun, Manager } from "./qemu";
import { atExit, makeRunDirectory, ownRunDirectory, removeRunDirectory } from "./run";
import { type Snapshot, snapshotOf } from "./snapshot";
import type { Release } from "./sources";
import type { Connection } from "./ssh";
import { type HostPlan, TOPOLOGIES, type Topology, type TopologyName } from "./topology";

export interface LabOptions {
  topology: TopologyName;
  /** The hosts of the topology to start. @default all */
  hosts?: readonly string[];
  /** Debian's release for each host. @default 12 */
  releases?: Readonly<Record<string, Release>>;
  /** Who configures the cluster's interfaces of a host. @default the lab itself, without udev */
  managers?: Readonly<Record<string, Manager>>;
  /** Whether the lab goes on when this process ends. @default false */
  detached?: boolean;
}

interface Machine {
  host: LabHost;
  disk: string;
  image: Image;
  snapshot: Snapshot;
}

/** A running cluster of hosts. */
export class Lab {
  private readonly hosts: ReadonlyMap<string, LabHost>;
  private readonly forget: () => void;

  constructor(
    readonly topology: Topology,
    readonly directory: string,
    readonly hub: LabProcess,
    hosts: readonly LabHost[],
  ) {
    this.hosts = new Map(hosts.map((host) => [host.name, host]));
    this.forget = atExit(() => this.endNow());
  }

  get hostNames(): string[] {
    return [...this.hosts.keys()];
  }

  host(name: string): LabHost {
    const host = this.hosts.get(name);
    if (!host) throw new Error(`this lab has no host ${name}, only ${this.hostNames.join(", ")}`);
    return host;
  }

  /** The connection of our product to a host, as one of the users root, admin, ops and nosudo. */
  connection(name: string, user = "root"): Connection {
    return this.host(name).connection(user);
  }

  /** Restores every host to its state after the first boot. */
  async restore(): Promise<void> {
    const hosts = [...this.hosts.values()];
    const stopped = hosts.filter((host) => !host.isRunning());
    await each(hosts, (host) => (host.isRunning() ? host.freeze() : host.kill()));
    await each(hosts, (host) => (stopped.includes(host) ? host.powerOn(true) : host.rewind()));
    await each(hosts, (host) => host.resume());
    await each(hosts, (host) => progress(`restoring ${host.name}`, host.waitForSsh()));
  }

  /** Lets the lab go on when this process ends. */
  leave(): void {
    this.forget();
  }

  /** Ends the programs that this lab started. */
  async stop(): Promise<void> {
    this.forget();
    await each([...this.hosts.values()], (host) => host.kill());
    await this.hub.kill();
    removeRunDirectory(this.directory);
  }

  /** Kills the programs that this lab started, without waiting. */
  endNow(): void {
    for (const pid of [...[...this.hosts.values()].map((host) => host.pid), this.hub.pid]) {
      try {
        if (pid) process.kill(pid, "SIGKILL");
      } catch {} // The process has ended already.
    }
    removeRunDirectory(this.directory);
  }
}

/** Starts a topology: from the snapshots of its hosts, or by booting those that have none yet. */
export async function startLab(options: LabOptions): Promise<Lab> {
  await ensurePackages();
  const topology = TOPOLOGIES[options.topology];
  const plans = chosen(topology, options.hosts);
  const images = new Map<string, Image>();
  for (const { name } of plans) images.set(name, await ensureImage(options.releases?.[name] ?? 12));
  const keys = await ensureKeys();
  const directory = makeRunDirectory();
  const detached = options.detached ?? false;
  const machines = plans.map((plan) => {
    const image = images.get(plan.name) as Image;
    const manager = options.managers?.[plan.name];
    return machine({ topology, host: plan, image, manager, directory }, keys, detached);
  });
  const hub = startHub(topology, plans, directory, detached);
  // There is no await before the exit handler is installed, so that the programs always end with this process.
  const lab = new Lab(
    topology,
    directory,
    hub,
    machines.map(({ host }) => host),
  );
  try {
    if (detached) ownRunDirectory(directory, hub.pid);
    await waitForHub(hub);
    await bringUp(machines);
    if (detached) lab.leave();
    return lab;
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

function chosen(topology: Topology, names?: readonly string[]): readonly HostPlan[] {
  for (const name of names ?? []) {
    if (topology.hosts.every((host) => host.name !== name)) {
      throw new Error(`the topology ${topology.name} has no host ${name}`);
    }
  }
  return topology.hosts.filter((host) => names?.includes(host.name) ?? true);
}

function machine(
  settings: Omit<HostRun, "accelerator" | "sshPort" | "restore">,
  { clientKey, hostKey }: Keys,
  detached: boolean,
): Machine {
  const { image, host: plan, directory } = settings;
  const run = { ...settings, accelerator: accelerator(image), sshPort: 0, restore: false };
  const login = { host: "127.0.0.1", user: "root", privateKey: clientKey, hostKey };
  const disk = join(directory, `${plan.name}.qcow2`);
  return { host: new LabHost(run, login, detached), disk, image, snapshot: snapshotOf(run) };
}

async function bringUp(machines: readonly Machine[]): Promise<void> {
  const waiting = () => machines.filter(({ host }) => !host.isRunning());
  await each(waiting(), restoreSaved);
  if (waiting().length === 0) return;
  await withLock(cacheDir("snapshots", "lock"), async () => {
    await each(waiting(), restoreSaved); // another process may have made them meanwhile
    await each(waiting(), bootAndSave);
  });
}

/** Restores a host from the cache. A broken snapshot is deleted. */
async function restoreSaved({ host, disk, snapshot }: Machine): Promise<void> {
  if (!snapshot.exists()) return;
  try {
    await progress(`restoring ${host.name} from its snapshot`, standUp(host, disk, snapshot));
  } catch (error) {
    say(`${host.name}: its snapshot does not work, and is made again: ${(error as Error).message}`);
    await host.kill();
    snapshot.discard();
  }
}

async function standUp(host: LabHost, disk: string, snapshot: Snapshot): Promise<void> {
  await snapshot.copyTo(disk);
  await host.powerOn(true);
  await host.resume();
  await host.waitForSsh(60_000);
}

async function bootAndSave({ host, disk, image, snapshot }: Machine): Promise<void> {
  const base = ["-b", image.disk, "-F", "raw"];
  await command(["qemu-img", "create", "-q", "-f", "qcow2", ...base, disk]);
  await host.powerOn(false);
  await progress(`booting ${host.name} for the first time`, host.waitForSsh());
  await prepare(host);
  await progress(`saving ${host.name}`, host.saveSnapshot());
  await snapshot.save(disk);
}

const each = <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> =>
  Promise.all(items.map(work));
