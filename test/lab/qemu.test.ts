import { describe, expect, it } from "vitest";
import { type HostRun, hostArguments, kernelCommandLine } from "./qemu";
import { type HostPlan, TOPOLOGIES } from "./topology";

const topology = TOPOLOGIES.nat;
const hostNamed = (name: string) => topology.hosts.find((host) => host.name === name) as HostPlan;
const image = { release: 12, key: "k", disk: "/i/root", kernel: "/i/vmlinuz", initrd: "/i/initrd" };

const run = (changes: Partial<HostRun> = {}): HostRun => ({
  ...{
    topology,
    host: hostNamed("director1"),
    image: { ...image, release: 12 },
    directory: "/run",
  },
  ...{ accelerator: "tcg", sshPort: 2201, restore: false, ...changes },
});

describe("hostArguments", () => {
  it("listens on loopback and unix sockets only", () => {
    const args = hostArguments(run());
    const listening = args.filter((arg) => /hostfwd|server=on/.test(arg));
    expect(listening).toEqual([
      "unix:/run/director1.qmp,server=on,wait=off",
      "user,id=n0,ipv6=off,net=10.255.0.0/24,restrict=on,hostfwd=tcp:127.0.0.1:2201-:22",
    ]);
  });

  it("joins each network with an interface of its own", () => {
    const devices = hostArguments(run()).filter((arg) => arg.startsWith("virtio-net-pci"));
    expect(devices.map((device) => /id=(eth\d)/.exec(device)?.[1])).toEqual([
      "eth0",
      "eth1",
      "eth2",
    ]);
  });

  it("stands at the snapshot when it restores", () => {
    expect(hostArguments(run({ restore: true })).slice(-3)).toEqual(["-loadvm", "ready", "-S"]);
    expect(hostArguments(run())).not.toContain("-loadvm");
  });
});

describe("kernelCommandLine", () => {
  it("tells a host its name, addresses and routes", () => {
    const host = TOPOLOGIES.tun.hosts.find(({ name }) => name === "web3") as HostPlan;
    const words = kernelCommandLine({ host }).split(" ");
    expect(words).toContain("lab.host=web3");
    expect(words).toContain(
      "lab.ip=eth0=10.255.0.15/24,eth1=203.0.113.13/24,eth1=2001:db8:0:3::13/64",
    );
    expect(words).toContain("lab.route=default@203.0.113.1,default@2001:db8:0:3::1");
    expect(words.join()).not.toContain("lab.manager");
    expect(kernelCommandLine({ host, manager: "nm" })).toContain(" lab.manager=nm");
  });
});
