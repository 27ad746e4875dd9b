import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Started } from "../../stack/cli";
import { killTree } from "../../stack/processTree";
import { type Run, Stack } from "../../stack/stack";
import { type Baseline, difference, observeHost } from "../baseline";
import type { LabHost } from "../host";
import { type Lab, startLab } from "../lab";
import { waitUntil } from "../run";
import { succeeded } from "../stories/support/clusters";
import { of, PROGRAM, reach, said } from "../stories/support/pieces";

// Every program that a step of the product starts on a host is covered by a script that counts the steps of the sessions
// of sshd, and stops at the one whose number is in /root/cut/at until /root/cut/go is there.
const PROGRAMS = "ip modprobe rmmod sysctl dd mv rm sync systemctl";
const COVER = `set -e; mkdir /root/cut; cat > /root/cut/script; chmod 755 /root/cut/script
for name in ${PROGRAMS}; do ln -s /root/cut/script /usr/local/bin/$name; done`;
const SCRIPT = `#!/bin/sh
name=\${0##*/}
PATH=/usr/sbin:/usr/bin:/sbin:/bin
case "$name $*" in "ip "*"-j"* | "ip "*show* | "systemctl is-"* | "systemctl show"*) exec $name "$@" ;; esac
at=$(cat /root/cut/at 2>/dev/null) || exec $name "$@"
up=$PPID
until [ "$(cat /proc/$up/comm)" = sshd ]; do
  [ $up -gt 1 ] || exec $name "$@"
  read -r _ _ _ up _ </proc/$up/stat
done
echo "$name $*" >>/root/cut/steps
if [ "$(wc -l </root/cut/steps)" = "$at" ]; then
  echo $up >/root/cut/sshd
  until [ -e /root/cut/go ]; do sleep 0.1; done
fi
exec $name "$@"
`;
const GO = "touch /root/cut/go";

/** How a connection is lost while a step is held up. The step goes on afterwards. */
type Cut = (host: LabHost, up: Started) => Promise<unknown>;
const CUTS: Readonly<Record<string, Cut>> = {
  "sshd dies": (host) => host.mustRun(`kill -KILL $(cat /root/cut/sshd); ${GO}`),
  "pulumi is killed, with sudo": async (host, { child }) => {
    killTree(child.pid as number);
    await host.mustRun(GO);
  },
  "the cable is cut": async (host, { ended }) => {
    await host.mustRun(`(sleep 5; ${GO}) >/dev/null 2>&1 &`);
    await host.cutLink("eth0");
    await ended;
    await host.restoreLink("eth0");
  },
};

const stacks: Stack[] = [];

/** A stack whose only resource is a real server of a lab, and the ways in which its host is looked at and cut off. */
class CutStack {
  private before: Baseline | undefined;
  private wanted: Baseline | undefined;

  private constructor(
    private readonly stack: Stack,
    private readonly host: LabHost,
    private readonly program: readonly string[],
    private readonly cut: Cut,
  ) {}

  static async create(
    lab: Lab,
    name: string,
    cut: Cut,
    user: Record<string, unknown>,
  ): Promise<CutStack> {
    const host = lab.host(name);
    const rip = host.ips.eth1?.[0]?.split("/")[0];
    const args = {
      vip: "192.0.2.80",
      rip,
      forwardingMethod: "tun",
      connection: reach(lab, name, user),
    };
    const stack = await Stack.create({ program: PROGRAM });
    stacks.push(stack);
    await stack.config({}, { privateKey: lab.connection(name).privateKey });
    await host.mustRun(COVER, { input: SCRIPT });
    const program = of({ kind: "RealServerVip", name: "web", args });
    const created = new CutStack(stack, host, program, cut);
    created.before = await observeHost(host);
    await created.up();
    created.wanted = await observeHost(host);
    await created.destroy();
    return created;
  }

  /** Runs `pulumi up`, after which the host is as wanted. */
  async up(): Promise<void> {
    await succeeded(this.stack.up(...this.program));
    if (this.wanted) expect(await this.unlike(this.wanted)).toEqual([]);
  }

  /** Runs `pulumi destroy`, after which the host is as before. */
  async destroy(): Promise<void> {
    await succeeded(this.stack.destroy());
    expect(await this.unlike(this.before)).toEqual([]);
  }

  /** Runs a command of Pulumi that is cut off at a step. Returns whether the command has so many steps. */
  async isCutAt(step: number, ...command: string[]): Promise<boolean> {
    const { host } = this;
    await host.mustRun(`cd /root/cut && /bin/rm -f steps go sshd && echo ${step} >at`);
    const started = this.stack.start(...command, "--yes", "--skip-preview", ...this.program);
    let run: Run | undefined;
    void started.ended.then((ended) => {
      run = ended;
    });
    const isHeldUp = async () => (await host.run("test -e /root/cut/sshd")).exitCode === 0;
    await waitUntil("a step", async () => run !== undefined || (await isHeldUp()), 120_000, 200);
    const isCut = run === undefined;
    if (isCut) await this.cut(host, started);
    const ended = await started.ended;
    // What was killed leaves its lock in the backend.
    if (isCut) await succeeded(this.stack.run("cancel", "--yes"));
    expect(ended.exitCode === 0, `${command} at step ${step}: ${said(ended)}`).toBe(!isCut);
    await host.mustRun("flock -w 100 /run/lock /bin/rm /root/cut/at", { timeoutMs: 120_000 });
    return isCut;
  }

  /** The host is as before or as wanted, and nothing between. */
  async isWhole(step: number): Promise<void> {
    if ((await this.unlike(this.before)).length === 0) return;
    expect(await this.unlike(this.wanted), `step ${step}`).toEqual([]);
  }

  private async unlike(baseline: Baseline | undefined): Promise<string[]> {
    const lines = difference(baseline as Baseline, await observeHost(this.host));
    return lines.filter((line) => !line.includes("/var/lib/pulumi-lvs/journal.jsonl"));
  }
}

/** Cuts an operation at its first step, at its second, and so on, until it has no more. */
async function atEachStep(operation: (step: number) => Promise<boolean>): Promise<number> {
  let step = 1;
  while (await operation(step)) step += 1;
  return step - 1;
}

describe("a connection that is lost at each step", () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await startLab({ topology: "tun", hosts: ["web1", "web2", "web3"] });
  });
  afterAll(async () => {
    for (const stack of stacks) stack.remove();
    await lab?.stop();
  });

  it.concurrent.each([
    ["sshd dies", "web1", {}],
    ["pulumi is killed, with sudo", "web2", { user: "ops", sudo: true }],
    ["the cable is cut", "web3", {}],
  ])(
    "leaves the host as before or as wanted when %s, and the next run goes on",
    async (how, name, user) => {
      const stack = await CutStack.create(lab, name, CUTS[how] as Cut, user);
      const made = await atEachStep(async (step) => {
        const isCut = await stack.isCutAt(step, "up");
        await stack.isWhole(step);
        await stack.up();
        await stack.destroy();
        return isCut;
      });
      expect(made).toBeGreaterThan(8);
      // A cut cable is noticed after a minute.
      if (how === "the cable is cut") return;
      const removed = await atEachStep(async (step) => {
        await stack.up();
        const isCut = await stack.isCutAt(step, "destroy");
        await stack.isWhole(step);
        await stack.destroy();
        return isCut;
      });
      expect(removed).toBeGreaterThan(8);
    },
    3_600_000,
  );
});
