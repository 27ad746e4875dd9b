import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import type { Run, Stack } from "../../../stack/stack";

const MAIN = resolve(__dirname, "../../../..", "dist/provider/cli/main.js");

/** Runs `pulumi-lvs` for a stack, in the directory of its program or below. */
export function lvs(stack: Stack, args: readonly string[], below = "."): Promise<Run> {
  const options = { cwd: join(stack.program, below), env: stack.env, maxBuffer: 1 << 28 };
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [MAIN, ...args, "--stack", stack.name],
      options,
      (_error, stdout, stderr) => done({ stdout, stderr, exitCode: child.exitCode ?? -1 }),
    );
    child.stdin?.end();
  });
}
