import { execFile, spawn } from "node:child_process";
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

/** Runs `pulumi-lvs` for a stack on a terminal, and answers its question. */
export function lvsOnTerminal(stack: Stack, args: readonly string[], answer: string): Promise<Run> {
  const words = [process.execPath, MAIN, ...args, "--stack", stack.name];
  return ended("script", ["-qec", words.join(" "), "/dev/null"], stack, ".", answer);
}

/** Runs `pulumi-lvs show` until its output has a text, and then ends it: on a terminal by a key, otherwise by a signal. */
export function watching(
  stack: Stack,
  where: "terminal" | "pipe",
  args: readonly string[],
  until: RegExp,
  end: "q" | "SIGTERM",
): Promise<Run> {
  const words = [process.execPath, MAIN, "show", ...args, "--stack", stack.name];
  // The size of the terminal is set, because `script` copies the size of its own terminal, and here is none.
  const line = `stty rows 40 cols 160; exec ${words.join(" ")}`;
  const [command = "", ...rest] =
    where === "terminal" ? ["script", "-qec", line, "/dev/null"] : words;
  const child = spawn(command, rest, { cwd: stack.program, env: stack.env });
  const texts = { stdout: "", stderr: "" };
  let isEnding = false;
  child.stdout.on("data", (data: Buffer) => {
    texts.stdout += data;
    if (isEnding || !until.test(texts.stdout)) return;
    isEnding = true;
    if (end === "q") child.stdin.write(end);
    else child.kill(end);
  });
  child.stderr.on("data", (data: Buffer) => {
    texts.stderr += data;
  });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ ...texts, exitCode: code ?? -1 }));
  });
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
