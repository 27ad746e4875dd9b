import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { atExit } from "../lab/run";
import { ensurePulumi } from "../toolchain/pulumi";
import { type Run, type Started, startPulumi } from "./cli";

export type { Run };

export interface StackOptions {
  /** The directory of the program, which is copied. */
  readonly program: string;
  /** What the program's imports come from. @default the checkout's node_modules */
  readonly nodeModules?: string;
  readonly name?: string;
  /** The URL of its backend. @default files in its directory */
  readonly backend?: string;
  /** What Pulumi needs to know besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether Pulumi checks the program's types as well, as it does for users: seconds, once. @default false */
  readonly checksTypes?: boolean;
}

/** A resource as it is in the state. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly protect?: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

const ROOT = resolve(__dirname, "../..");

/** A stack of a program on a backend of files, driven by the real CLI. Everything of it is in one temporary directory. */
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

  /** Another stack of the same program, on the same backend. */
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

  /** The same stack by another name. */
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

  /** The checkpoint as it lies in the backend. */
  checkpoint(): string {
    return readFileSync(this.checkpointFile, "utf8");
  }

  /** Puts another checkpoint into the backend, such as one that a killed run has left. */
  replaceCheckpoint(text: string): void {
    writeFileSync(this.checkpointFile, text);
  }

  private get checkpointFile(): string {
    const project = /^name: (.+)$/m.exec(
      readFileSync(join(this.program, "Pulumi.yaml"), "utf8"),
    )?.[1];
    return join(this.directory, `backend/.pulumi/stacks/${project}/${this.name}.json`);
  }

  /** The resources of a stack, of our own types. */
  resources(): Resource[] {
    const { checkpoint } = JSON.parse(this.checkpoint());
    const all = (checkpoint.latest?.resources ?? []) as Resource[];
    return all.filter((one) => one.type.includes("lvs:"));
  }

  /** Runs the CLI; the caller looks at the exit code. */
  run(...args: string[]): Promise<Run> {
    return this.start(...args).ended;
  }

  /** Starts the CLI in a process group of its own, so that it can be killed with all its children. */
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

  /** What ends us ends the CLI first, so that nothing is written any more when the directory goes. */
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
