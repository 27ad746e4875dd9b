import { join } from "node:path";
import { expect } from "vitest";
import { sudoersRules } from "../../../../provider/values/rootShell";
import { Stack } from "../../../stack/stack";
import { type TrafficByHost, takeTraceByHost } from "../../../stack/trace";
import type { LabHost } from "../../host";
import { type Lab, startLab } from "../../lab";
import type { Release } from "../../sources";
import type { TopologyName } from "../../topology";
import { Baselines } from "./baselines";

/** The description of an example for a story. */
export interface Example {
  readonly program: string;
  readonly topology: TopologyName;
  readonly hosts: readonly string[];
  /** @default Debian 12 everywhere */
  readonly releases?: Readonly<Record<string, Release>>;
  /** The modules to load before the baseline, because ip_vs and others add sysctls that stay. */
  readonly modules: Readonly<Record<string, readonly string[]>>;
  /** Shell lines that run on hosts before the baseline. @default - none */
  readonly before?: Readonly<Record<string, string>>;
  /** The user on every managed host, with the rights that `pulumi-lvs sudoers` prints. @default root */
  readonly sudoer?: string;
}

export const FOREIGN = "tcp 192.0.2.99:9999";
const FOREIGN_LINES =
  "-A -t 192.0.2.99:9999 -s rr\n-a -t 192.0.2.99:9999 -r 192.0.2.98:9999 -g -w 7\n";

/** A lab with the hosts of an example, a stack of its program, and the baselines of the hosts. */
export class ClusterStory {
  private constructor(
    readonly lab: Lab,
    readonly stack: Stack,
    private readonly before: Baselines,
    /** The hosts that the stack manages. */
    readonly hosts: readonly string[],
  ) {}

  static async begin(example: Example, weights: Readonly<Record<string, number>>) {
    const managed = ["director1", ...Object.keys(weights)];
    const lab = await startLab(example);
    const stack = await Stack.create({ program: example.program });
    const reach = managed.map((name) => {
      const { host, port, hostKey } = lab.connection(name);
      const user = example.sudoer === undefined ? {} : { user: example.sudoer, sudo: true };
      return [name, { host, port, hostKey, ...user }];
    });
    const { privateKey } = lab.connection("director1");
    await stack.config({ hosts: Object.fromEntries(reach), weights }, { privateKey });
    for (const [name, modules] of Object.entries(example.modules)) {
      await lab.host(name).mustRun(modules.map((module) => `modprobe ${module}`).join(" && "));
    }
    for (const [name, line] of Object.entries(example.before ?? {}))
      await lab.host(name).mustRun(line);
    if (example.sudoer !== undefined)
      for (const name of managed) await allow(lab.host(name), example.sudoer);
    await lab.host("director1").mustRun("ipvsadm -R", { input: FOREIGN_LINES });
    stack.env.PULUMI_LVS_TRACE = traceOf(stack);
    return new ClusterStory(lab, stack, await Baselines.take(lab, managed), managed);
  }

  /** The network traffic since the last call. */
  traffic(): TrafficByHost {
    return takeTraceByHost(traceOf(this.stack));
  }

  /** The differences from the baselines on all hosts. */
  differences(): Promise<string[]> {
    return this.before.differences();
  }

  /** The virtual services of the director, including those of others. */
  async table(): Promise<string> {
    return this.lab.host("director1").mustRun("ipvsadm -Sn");
  }

  async end(): Promise<void> {
    await this.lab.stop();
    this.stack.remove();
  }
}

/** Installs the output of `pulumi-lvs sudoers`, as its documentation says. */
async function allow(host: LabHost, user: string): Promise<void> {
  const file = "/etc/sudoers.d/pulumi-lvs";
  const line = `umask 227; cat > ${file} && visudo -cf ${file}`;
  await host.mustRun(line, { input: sudoersRules(user, false) });
  const refused = await host.run(`su ${user} -c 'sudo -n -- /bin/sh -c "id -u"'`);
  expect(refused.exitCode).not.toBe(0);
}

function traceOf(stack: Stack): string {
  return join(stack.directory, "trace");
}

/** The lines of a preview's diff that change something, without the engine's own. */
export function changedLines(diff: string): string[] {
  return diff
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^[~+-] [^ ]+ *: /.test(line) && !/[{)]$/.test(line))
    .map((line) => line.replace(/ +/g, " "));
}
