import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDir } from "../toolchain/cache";
import { say } from "../toolchain/progress";
import { ensureKeys } from "./image";
import { type Lab, startLab } from "./lab";
import { startTimeOf } from "./process";
import type { Manager } from "./qemu";
import { removeRunDirectory } from "./run";
import type { Release } from "./sources";
import { hasBanner } from "./sshBanner";
import { TOPOLOGIES, type TopologyName } from "./topology";

export interface Accepted {
  topology: TopologyName;
  hosts?: string[];
  release: Release;
  /** @default the lab itself */
  manager?: Manager;
}

/** The record of a lab in the background, for the other commands. */
interface Running {
  topology: TopologyName;
  directory: string;
  hosts: { name: string; sshPort: number }[];
  /** The programs with their start times, because the kernel reuses process ids. */
  processes: { pid: number; startTime: string }[];
}

const STATE = cacheDir("running.json");

export async function up({ topology, hosts, release, manager }: Accepted): Promise<number> {
  if (isRunning()) throw new Error("a lab is running already: npm run lab -- down");
  const names = hosts ?? TOPOLOGIES[topology].hosts.map(({ name }) => name);
  const releases = Object.fromEntries(names.map((name) => [name, release]));
  const managers = manager && Object.fromEntries(names.map((name) => [name, manager]));
  const options = { topology, hosts: names, releases, detached: true };
  const lab = await startLab({ ...options, ...(managers && { managers }) });
  remember(lab);
  return status();
}

/** Records a lab in the background for the other commands. */
export function remember(lab: Lab): void {
  const ids = [lab.hub.pid, ...lab.hostNames.map((name) => lab.host(name).pid as number)];
  const running: Running = {
    ...{ topology: lab.topology.name, directory: lab.directory },
    hosts: lab.hostNames.map((name) => ({ name, sshPort: lab.host(name).sshPort })),
    processes: ids.map((pid) => ({ pid, startTime: startTimeOf(pid) ?? "" })),
  };
  mkdirSync(dirname(STATE), { recursive: true });
  writeFileSync(STATE, JSON.stringify(running, null, 2));
}

export async function status(): Promise<number> {
  if (!isRunning()) {
    say("no lab is running");
    return 1;
  }
  const { topology, hosts } = read();
  for (const { name, sshPort } of hosts) {
    const answer = (await hasBanner(sshPort)) ? "answers" : "does not answer";
    say(`${topology} ${name}: 127.0.0.1:${sshPort} ${answer}`);
  }
  return 0;
}

/** Runs ssh to a host as root, with the keys of the lab. */
export async function shell(name: string, words: readonly string[]): Promise<number> {
  if (!isRunning()) throw new Error("no lab is running: npm run lab -- up");
  const running = read();
  const host = running.hosts.find((candidate) => candidate.name === name);
  if (!host) throw new Error(`the lab has no host ${name}`);
  const keys = await ensureKeys();
  const knownHosts = join(running.directory, "known_hosts");
  writeFileSync(knownHosts, `[127.0.0.1]:${host.sshPort} ${keys.hostKey}\n`);
  const options = ["-F", "none", "-i", join(keys.directory, "client"), "-p", String(host.sshPort)];
  const { status } = spawnSync(
    "ssh",
    [...options, "-o", `UserKnownHostsFile=${knownHosts}`, "root@127.0.0.1", ...words],
    { stdio: "inherit" },
  );
  return status ?? 1;
}

export async function down(): Promise<number> {
  if (!existsSync(STATE)) return status();
  const { processes, directory } = read();
  for (const { pid, startTime } of processes) {
    if (startTimeOf(pid) === startTime) process.kill(pid, "SIGKILL");
  }
  removeRunDirectory(directory);
  rmSync(STATE);
  return 0;
}

/** Whether a lab is running in the background. */
export function isRunning(): boolean {
  if (!existsSync(STATE)) return false;
  return read().processes.some(({ pid, startTime }) => startTimeOf(pid) === startTime);
}

const read = () => JSON.parse(readFileSync(STATE, "utf8")) as Running;
