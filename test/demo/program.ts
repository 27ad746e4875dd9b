import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Lab } from "../lab/lab";
import { type Run, startPulumi } from "../stack/cli";
import { progress } from "../toolchain/progress";
import { ensurePulumi } from "../toolchain/pulumi";

const ROOT = resolve(__dirname, "../..");

/** The program of Pulumi.yaml at the root, with a stack in a temporary backend that is removed with the lab. */
export class DemoProgram {
  private constructor(readonly env: Readonly<Record<string, string>>) {}

  static async create(lab: Lab, isKept: boolean): Promise<DemoProgram> {
    // The settings are in the checkout. A kept cluster has a stack name of its own, so that the next demo keeps its file.
    const stack = isKept ? "demo-kept" : "demo";
    const { env } = await ensurePulumi();
    const directory = join(lab.directory, "pulumi");
    mkdirSync(join(directory, "backend"), { recursive: true });
    const program = new DemoProgram({
      ...env,
      PULUMI_BACKEND_URL: `file://${join(directory, "backend")}`,
      PULUMI_HOME: join(directory, "home"),
      PULUMI_CONFIG_PASSPHRASE: "a passphrase of the demo",
      PULUMI_STACK: stack,
    });
    program.forgetConfig();
    await program.quietly("stack", "init", stack);
    return program;
  }

  /** Sets the program's configuration: the connection of each host, and the weight of each real server. */
  async configure(lab: Lab, hosts: readonly string[], weights: Readonly<Record<string, number>>) {
    const reach = hosts.map((name) => {
      const { host, port, hostKey } = lab.connection(name);
      return [name, { host, port, hostKey }];
    });
    const { privateKey } = lab.connection(hosts[0] as string);
    await this.set("--plaintext", "hosts", JSON.stringify(Object.fromEntries(reach)));
    await this.set("--secret", "privateKey", privateKey);
    await this.setWeights(weights);
  }

  setWeights(weights: Readonly<Record<string, number>>): Promise<void> {
    return this.set("--plaintext", "weights", JSON.stringify(weights));
  }

  /** Runs a command of Pulumi that must succeed, and shows its output. */
  async show(...args: string[]): Promise<string> {
    console.log(`$ pulumi ${args.join(" ")}`);
    return (await this.run(args, (text) => process.stdout.write(text))).stdout;
  }

  /** Removes the stack's settings, which Pulumi writes beside Pulumi.yaml and git ignores. */
  forgetConfig(): void {
    const file = join(ROOT, `Pulumi.${this.env.PULUMI_STACK}.yaml`);
    if (existsSync(file)) rmSync(file);
  }

  private async set(kind: string, name: string, value: string): Promise<void> {
    await this.quietly("config", "set-all", kind, `${name}=${value}`);
  }

  private async quietly(...args: string[]): Promise<void> {
    await this.run(args);
  }

  private async run(args: readonly string[], onOutput?: (text: string) => void): Promise<Run> {
    const env = { ...(process.env as Record<string, string>), ...this.env };
    const options = { cwd: ROOT, env, ...(onOutput && { onOutput }) };
    const { ended } = startPulumi([...args, "--non-interactive"], options);
    // The rows of a change are shown as they come. A preview is shown at its end.
    const isSilent = !onOutput || args[0] === "preview";
    const run = await (isSilent ? progress(`pulumi ${args[0]}`, ended) : ended);
    if (run.exitCode === 0 && !/^warning:/m.test(run.stderr)) return run;
    const how = run.exitCode === 0 ? "warned" : `ended with exit code ${run.exitCode}`;
    throw new Error(`pulumi ${args.slice(0, 2).join(" ")} ${how}:\n${run.stdout}\n${run.stderr}`);
  }
}
