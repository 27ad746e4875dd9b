import { join } from "node:path";
import type { Image } from "./image";
import { type HostPlan, macAddress, type Topology } from "./topology";

/** The management interface's address; every host has its own network for it. */
export const MANAGEMENT_ADDRESS = "10.255.0.15/24";
const MEMORY_MB = 192;
/** udev, dbus and a manager run besides: with less, a host reads its programs from the disk again and again. */
const MANAGED_MEMORY_MB = 384;
export const SNAPSHOT = "ready";

export type Accelerator = "tcg" | "kvm";

/** Who configures the cluster's interfaces: systemd-networkd, NetworkManager or ifupdown, with udev running. */
export type Manager = "networkd" | "nm" | "ifupdown";

export interface HostRun {
  topology: Topology;
  host: HostPlan;
  image: Image;
  /** Undefined: the lab itself, without udev. */
  manager?: Manager | undefined;
  accelerator: Accelerator;
  /** Where the run keeps its sockets, disks and logs. */
  directory: string;
  /** The port of 127.0.0.1 that leads to the host's sshd; 0 lets the kernel choose. */
  sshPort: number;
  /** Stand at the snapshot in the host's disk, or boot. */
  restore: boolean;
}

/** Where an interface is plugged into the network (ethernet.mjs). */
export const socketOf = (directory: string, host: HostPlan, nic: number) =>
  join(directory, `${host.name}-eth${nic + 1}.sock`);

/** A whole host: one processor, one disk, management on eth0 and the cluster's networks after it. */
export function hostArguments(run: HostRun): string[] {
  const file = (suffix: string) => join(run.directory, `${run.host.name}.${suffix}`);
  return [
    ...["-name", run.host.name, "-nodefaults", "-display", "none", "-m", memory(run)],
    ...machine(run.accelerator),
    ...["-serial", `file:${file("log")}`],
    ...["-qmp", `unix:${file("qmp")},server=on,wait=off`],
    ...[
      "-kernel",
      run.image.kernel,
      "-initrd",
      run.image.initrd,
      "-append",
      kernelCommandLine(run),
    ],
    ...["-drive", `id=disk,file=${file("qcow2")},format=qcow2,if=none,cache=unsafe`],
    ...["-device", "virtio-blk-pci,drive=disk", "-device", "virtio-rng-pci"],
    ...managementNic(run.sshPort),
    ...run.host.nics.flatMap((_, nic) => clusterNic(run, nic)),
    ...(run.restore ? ["-loadvm", SNAPSHOT, "-S"] : []),
  ];
}

function memory({ manager }: HostRun): string {
  return String(manager ? MANAGED_MEMORY_MB : MEMORY_MB);
}

// q35: microvm cannot calibrate its clock while several hosts boot at once. Nehalem: it has no AVX, which programs would
// use and emulation makes slow (a tenth of the hosts' time). tb-size: what is thrown away of the translated code (MB)
// has to be translated anew when a program starts the next time.
function machine(accelerator: Accelerator): string[] {
  const q35 = ["-machine", "q35,usb=off,vmport=off"];
  if (accelerator === "kvm") return [...q35, "-accel", "kvm", "-cpu", "host"];
  return [...q35, "-accel", "tcg,thread=single,tb-size=128", "-cpu", "Nehalem"];
}

function managementNic(sshPort: number): string[] {
  const forward = `hostfwd=tcp:127.0.0.1:${sshPort}-:22`;
  return [
    ...["-netdev", `user,id=n0,ipv6=off,net=10.255.0.0/24,restrict=on,${forward}`],
    ...["-device", "virtio-net-pci,id=eth0,romfile=,netdev=n0,mac=52:54:00:00:00:01"],
  ];
}

function clusterNic({ topology, host, directory }: HostRun, nic: number): string[] {
  const device = nic + 1;
  const path = socketOf(directory, host, nic);
  const mac = macAddress(topology, host, nic);
  return [
    ...["-netdev", `stream,id=n${device},server=off,addr.type=unix,addr.path=${path}`],
    ...["-device", `virtio-net-pci,id=eth${device},romfile=,netdev=n${device},mac=${mac}`],
  ];
}

/**
 * An emulator translates a program anew wherever it lies in memory: with random addresses it starts in 23 ms, with the
 * same ones each time in 6 (a fork alone takes 2).
 */
const QUICK_UNDER_EMULATION = ["norandmaps", "mitigations=off"];

/** What the guest's `labnet` reads. */
export function kernelCommandLine({ host, manager }: Pick<HostRun, "host" | "manager">): string {
  const addresses = host.nics.flatMap((nic, index) =>
    nic.addresses.map((address) => `eth${index + 1}=${address}`),
  );
  const words = ["console=ttyS0 quiet random.trust_cpu=1 net.ifnames=0", ...QUICK_UNDER_EMULATION];
  words.push(`lab.host=${host.name}`, `lab.ip=${[`eth0=${MANAGEMENT_ADDRESS}`, ...addresses]}`);
  if (host.routes) words.push(`lab.route=${host.routes.map(({ to, via }) => `${to}@${via}`)}`);
  if (host.forwards) words.push("lab.forward=1");
  if (host.answers) words.push("lab.answers=1");
  if (manager) words.push(`lab.manager=${manager}`);
  return words.join(" ");
}
