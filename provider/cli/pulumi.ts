import { execFile } from "node:child_process";
import { CliError } from "./cliError";

/** Runs `pulumi` from the PATH, and returns its output. */
export function pulumi(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env) {
  return new Promise<string>((resolve, reject) => {
    const options = { cwd, env, maxBuffer: 1 << 30 };
    execFile("pulumi", [...args, "--non-interactive"], options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if ("code" in error && error.code === "ENOENT")
        reject(new CliError("pulumi is not in the PATH: install Pulumi's command line"));
      else
        reject(
          new CliError(`pulumi ${args.slice(0, 2).join(" ")}: ${stderr.trim() || stdout.trim()}`),
        );
    });
  });
}
