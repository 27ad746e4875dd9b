import { type SpawnOptions, spawn } from "node:child_process";
import { progress } from "./progress";

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
  /** What is being done, in words: shown while it takes long, and in the error. */
  doing?: string;
}

/** Runs a program of this machine to its end, and returns its standard output. */
export async function command(argv: readonly string[], options: CommandOptions = {}) {
  const doing = options.doing ?? argv.join(" ");
  return progress(doing, finish(argv, doing, options));
}

function finish(argv: readonly string[], doing: string, options: CommandOptions): Promise<string> {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error("no program to run");
  const spawnOptions: SpawnOptions = { stdio: ["pipe", "pipe", "pipe"] };
  if (options.cwd) spawnOptions.cwd = options.cwd;
  if (options.env) spawnOptions.env = options.env;
  const child = spawn(program, args, spawnOptions);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (data: Buffer) => {
    stdout += data;
  });
  child.stderr?.on("data", (data: Buffer) => {
    stderr = (stderr + data).slice(-4000);
  });
  child.stdin?.on("error", () => {}); // a program that does not read its input is no failure
  child.stdin?.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Error(`${doing}: ${program}: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(stdout);
      else
        reject(new Error(`${doing}: ${argv.join(" ")}: ended with ${signal ?? code}\n${stderr}`));
    });
  });
}
