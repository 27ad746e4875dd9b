import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import type { Run, Stack } from "../../../stack/stack";

const MAIN = resolve(__dirname, "../../../..", "dist/provider/cli/main.js");

/** Runs `pulumi-lvs` for a stack, in the directory of its program or below. */
export function lvs(
  stack: Pick<Stack, "program" | "env" | "name">,
  args: readonly string[],
  below = ".",
): Promise<Run> {
  return ended(process.execPath, [MAIN, ...args, "--stack", stack.name], stack, below);
}

/** Runs `pulumi-lvs` for a stack on a terminal, where somebody answers its question. */
export function lvsOnTerminal(stack: Stack, args: readonly string[], answer: string): Promise<Run> {
  const words = [process.execPath, MAIN, ...args, "--stack", stack.name];
  return ended("script", ["-qec", words.join(" "), "/dev/null"], stack, ".", answer);
}

function ended(
  command: string,
  args: readonly string[],
  stack: Pick<Stack, "program" | "env" | "name">,
  below: string,
  answer?: string,
): Promise<Run> {
  const options = { cwd: join(stack.program, below), env: stack.env, maxBuffer: 1 << 28 };
  return new Promise((done) => {
    const child = execFile(command, args, options, (_error, stdout, stderr) =>
      done({ stdout, stderr, exitCode: child.exitCode ?? -1 }),
    );
    if (answer === undefined) child.stdin?.end();
    child.stdout?.on("data", (text: string) => {
      if (text.includes("(yes/no)")) child.stdin?.write(answer ?? "");
    });
  });
}
