import { delimiter, join } from "node:path";
import type { Connection } from "../lab/ssh";
import { Stack } from "../stack/stack";
import { type Traffic, takeTrace } from "../stack/trace";
import { progress, say } from "../toolchain/progress";

/**
 * The declaration of the virtual services: our resources, the same with `persist: false`, only a director that somebody
 * else has declared, our group, a provider that does nothing, or a command for each rule (@pulumi/command).
 */
export type WayName = "ours" | "notKept" | "neighbour" | "together" | "floor" | "commands";

/** The measurements of a run of Pulumi. */
export interface Measured extends Traffic {
  readonly ms: number;
}

/** A stack whose program declares the virtual services in one of the ways. */
export class Way {
  private size = 0;

  private constructor(
    readonly name: WayName,
    private readonly stack: Stack,
    private readonly trace: string,
  ) {}

  /** Creates the stack. Each director gets the same services. `plugin` is the directory of a plugin that the program needs. */
  static async create(
    name: WayName,
    directors: readonly Connection[],
    plugin?: string,
  ): Promise<Way> {
    const stack = await Stack.create({
      program: "test/bench/programs/services",
      checksTypes: true,
    });
    if (plugin) stack.env.PATH = [plugin, stack.env.PATH].join(delimiter);
    const trace = join(stack.directory, "trace");
    stack.env.PULUMI_LVS_TRACE = trace;
    const way = new Way(name, stack, trace);
    const connections = directors.map(({ privateKey: _, ...connection }) => connection);
    const privateKey = directors[0]?.privateKey ?? "";
    await stack.config({ way: name, connections }, { privateKey });
    return way;
  }

  /** Changes the declaration for the next runs. */
  async declare(services: number, firstWeight = 1): Promise<void> {
    this.size = services;
    await this.stack.config({ services, weight: firstWeight });
  }

  /** Runs Pulumi, which must succeed. */
  async measure(args: readonly string[]): Promise<Measured> {
    const what = `${this.size} services, ${this.name}: pulumi ${args.join(" ")}`;
    say(what);
    const begun = performance.now();
    const { ended } = this.stack.start(...args);
    const { exitCode, stdout, stderr } = await progress(what, ended);
    const ms = performance.now() - begun;
    if (exitCode !== 0) throw new Error(`${what}: exit code ${exitCode}\n${stdout}\n${stderr}`);
    return { ms, ...takeTrace(this.trace) };
  }

  /** Creates or destroys what is declared whatever the size. */
  async only(what: "up" | "destroy"): Promise<Measured> {
    await this.declare(0);
    return this.measure([what, "--yes", "--skip-preview"]);
  }

  remove(): void {
    this.stack.remove();
  }
}
