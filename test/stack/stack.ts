import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { atExit } from "../lab/run";
import { ensurePulumi } from "../toolchain/pulumi";
import { type Run, type Started, startPulumi } from "./cli";

export type { Run };

export interface StackOptions {
  /** The directory of the program. The stack works on a copy. */
  readonly program: string;
  /** The directory from which the program imports packages. @default the checkout's node_modules */
  readonly nodeModules?: string;
  readonly name?: string;
  /** The URL of the backend. @default a directory beside the program */
  readonly backend?: string;
  /** More variables for Pulumi's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether Pulumi checks the types of the program, as it does for users, which takes some seconds. @default false */
  readonly checksTypes?: boolean;
}

/** A resource in the state. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly protect?: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

const ROOT = resolve(__dirname, "../..");

/** A stack of a program, driven by the real CLI. All its files are in a temporary directory. */
export class Stack {
  private forget: () => void = () => undefined;

  private constructor(
    readonly name: string,
    readonly directory: string,
    readonly program: string,
    readonly env: Record<string, string>,
  ) {
    this.removeLast();
  }

  static async create({
    program,
    nodeModules,
    name = "dev",
    checksTypes = false,
    ...more
  }: StackOptions): Promise<Stack> {
    const { env } = await ensurePulumi();
    const directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-stack-"));
    const copy = join(directory, "program");
    const isOurs = (path: string) => !/node_modules|Pulumi\..+\.yaml$/.test(path);
    cpSync(resolve(ROOT, program), copy, { recursive: true, filter: isOurs });
    symlinkSync(nodeModules ?? join(ROOT, "node_modules"), join(copy, "node_modules"));
    mkdirSync(join(directory, "backend"));
    const stack = new Stack(name, directory, copy, {
      ...(process.env as Record<string, string>),
      ...env,
      PULUMI_BACKEND_URL: more.backend ?? `file://${join(directory, "backend")}`,
      PULUMI_HOME: join(directory, "home"),
      PULUMI_CONFIG_PASSPHRASE: "a passphrase of the tests",
      PULUMI_NODEJS_TRANSPILE_ONLY: String(!checksTypes),
      NO_COLOR: "1",
      ...more.env,
    });
    await stack.must("stack", "init", name);
    return stack;
  }

  /** Creates another stack of the same program in the same backend. */
  async sibling(name: string): Promise<Stack> {
    const program = join(this.directory, `program-${name}`);
    cpSync(this.program, program, {
      recursive: true,
      filter: (path) => !/Pulumi\..+\.yaml$/.test(path),
    });
    const stack = new Stack(name, this.directory, program, this.env);
    await stack.must("stack", "init", name);
    return stack;
  }

  /** Renames the stack. */
  async renamed(name: string): Promise<Stack> {
    await this.must("stack", "rename", name);
    return new Stack(name, this.directory, this.program, this.env);
  }

  async config(
    values: Readonly<Record<string, unknown>>,
    secrets: Readonly<Record<string, string>> = {},
  ) {
    const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    const plain = Object.entries(values).flatMap(([key, value]) => [
      "--plaintext",
      `${key}=${text(value)}`,
    ]);
    const secret = Object.entries(secrets).flatMap(([key, value]) => [
      "--secret",
      `${key}=${value}`,
    ]);
    await this.must("config", "set-all", ...plain, ...secret);
  }

  preview(...more: string[]): Promise<Run> {
    return this.run("preview", "--diff", ...more);
  }

  up(...more: string[]): Promise<Run> {
    return this.run("up", "--yes", "--skip-preview", ...more);
  }

  refresh(...more: string[]): Promise<Run> {
    return this.run("refresh", "--yes", "--skip-preview", ...more);
  }

  destroy(...more: string[]): Promise<Run> {
    return this.run("destroy", "--yes", "--skip-preview", ...more);
  }

  /** The text of the checkpoint in the backend. */
  checkpoint(): string {
    const project = /^name: (.+)$/m.exec(
      readFileSync(join(this.program, "Pulumi.yaml"), "utf8"),
    )?.[1];
    const file = `backend/.pulumi/stacks/${project}/${this.name}.json`;
    return readFileSync(join(this.directory, file), "utf8");
  }

  /** The resources of this package in the state. */
  resources(): Resource[] {
    const { checkpoint } = JSON.parse(this.checkpoint());
    const all = (checkpoint.latest?.resources ?? []) as Resource[];
    return all.filter((one) => one.type.includes("lvs:"));
  }

  /** Runs the CLI. The caller checks the exit code. */
  run(...args: string[]): Promise<Run> {
    return this.start(...args).ended;
  }

  /** Starts the CLI in a separate process group, so that it can be killed with all its children. */
  start(...args: string[]): Started {
    const stackless = ["config", "stack"].includes(args[0] ?? "") && args[1] === "init";
    const selected = stackless ? [] : ["--stack", this.name];
    const started = startPulumi([...args, ...selected, "--non-interactive"], {
      cwd: this.program,
      env: this.env,
    });
    this.removeLast();
    return started;
  }

  /** Removes the directory at exit, after the CLI has ended, so that nothing is written to the directory afterwards. */
  private removeLast(): void {
    this.forget();
    this.forget = atExit(() => rmSync(this.directory, { recursive: true, force: true }));
  }

  async must(...args: string[]): Promise<Run> {
    const run = await this.run(...args);
    if (run.exitCode !== 0) {
      throw new Error(`pulumi ${args[0]}: exit code ${run.exitCode}\n${run.stdout}\n${run.stderr}`);
    }
    return run;
  }

  remove(): void {
    this.forget();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
