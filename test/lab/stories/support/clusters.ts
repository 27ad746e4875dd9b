import { expect } from "vitest";
import type { ClusterArgs, ConnectionArgs } from "../../../../sdk";
import { type Run, Stack } from "../../../stack/stack";
import { type Lab, startLab } from "../../lab";
import type { Manager } from "../../qemu";
import type { Release } from "../../sources";
import type { TopologyName } from "../../topology";
import { Baselines } from "./baselines";

type Named<Args> = Omit<Args, "connection"> & { connection?: string };

/** The arguments of a Cluster, with the name of a host of the lab for each connection. */
export interface ClusterDescription
  extends Omit<ClusterArgs, "vips" | "directors" | "realServers" | "services"> {
  readonly vips: string[];
  readonly directors: Named<{
    name?: string;
    active?: boolean;
    address?: string;
    connection?: ConnectionArgs;
  }>[];
  readonly services: readonly Readonly<Record<string, unknown>>[];
  readonly realServers: Named<ClusterArgs["realServers"][number]>[];
}

/** What a story has on its hosts: lines of shell for each, run before anything is compared. */
export interface Beginning {
  /** @default "dr" */
  readonly topology?: TopologyName;
  readonly hosts: readonly string[];
  readonly releases?: Readonly<Record<string, Release>>;
  /** @default the lab configures the interfaces itself */
  readonly managers?: Readonly<Record<string, Manager>>;
  readonly before?: Readonly<Record<string, string>>;
  /** @default the program that describes clusters */
  readonly program?: string;
  /** Where the stack's state is, and what Pulumi needs to know for it. @default files */
  readonly backend?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const PROGRAM = "test/lab/programs/clusters";

/** A lab, a stack of the program that describes clusters, and what the hosts were before. */
export class Clusters {
  private constructor(
    readonly lab: Lab,
    readonly stack: Stack,
    private readonly hosts: readonly string[],
    private readonly before: Baselines,
  ) {}

  static async begin({
    topology = "dr",
    hosts,
    releases = {},
    managers = {},
    before = {},
    program = PROGRAM,
    ...options
  }: Beginning): Promise<Clusters> {
    const lab = await startLab({ topology, hosts: ["client", ...hosts], releases, managers });
    const stack = await Stack.create({ program, ...options });
    for (const [name, line] of Object.entries(before)) await lab.host(name).mustRun(line);
    const clusters = new Clusters(lab, stack, hosts, await Baselines.take(lab, hosts));
    await clusters.reach(stack);
    return clusters;
  }

  /** Another stack of the same program, which knows the same hosts. */
  async sibling(name: string): Promise<Stack> {
    const stack = await this.stack.sibling(name);
    await this.reach(stack);
    return stack;
  }

  private async reach(stack: Stack): Promise<void> {
    const hosts = this.hosts.map((name) => {
      const { host, port, hostKey } = this.lab.connection(name);
      return [name, { host, port, hostKey }];
    });
    const { privateKey } = this.lab.connection("client");
    await stack.config({ hosts: Object.fromEntries(hosts) }, { privateKey });
  }

  /** Describes a cluster anew and brings it about. */
  async up(cluster: ClusterDescription, stack = this.stack): Promise<string> {
    await stack.config({ cluster });
    return succeeded(stack.up());
  }

  /** What is not as it was before the story, on any host. */
  differences(): Promise<string[]> {
    return this.before.differences();
  }

  async end(): Promise<void> {
    await this.lab.stop();
    this.stack.remove();
  }
}

/** What a run that has to succeed printed. */
export async function succeeded(run: Promise<Run>): Promise<string> {
  const { exitCode, stdout, stderr } = await run;
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

/** A real server of the lab, whose side is managed too. */
export function realServer(
  name: string,
  more: Partial<ClusterDescription["realServers"][number]> = {},
) {
  return { name, rip: `192.0.2.1${name.slice(-1)}`, connection: name, ...more };
}
