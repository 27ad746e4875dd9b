import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitUntil } from "./run";

const SECONDS = 1000;

describe("atExit", () => {
  let directory: string;
  const file = (name: string) => join(directory, name);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "at-exit-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A process that would go on for ever, below one that stands for whoever runs it. */
  async function runBelow() {
    const program = join(__dirname, "support/forever.ts");
    const node = [process.execPath, "--import", "tsx", program, file("ready"), file("undone")];
    const line = `${node.join(" ")} & echo $!; wait`;
    const runner = spawn("sh", ["-c", line], { stdio: ["ignore", "pipe", 2] });
    const pid = Number(
      await new Promise((resolve) => runner.stdout?.once("data", (data) => resolve(String(data)))),
    );
    await waitUntil("it is at work", () => existsSync(file("ready")), 20 * SECONDS);
    return { runner, pid };
  }
  const isUndone = () => waitUntil("it is undone", () => existsSync(file("undone")), 20 * SECONDS);
  const isGone = (pid: number) =>
    waitUntil("it has ended", () => !existsSync(`/proc/${pid}`), 20 * SECONDS);

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "undoes at %s",
    { timeout: 60_000 },
    async (signal) => {
      const { runner, pid } = await runBelow();
      process.kill(pid, signal);
      await isUndone();
      await isGone(pid);
      runner.kill();
    },
  );

  it("undoes when whoever runs the process was killed", { timeout: 60_000 }, async () => {
    const { runner, pid } = await runBelow();
    runner.kill("SIGKILL");
    await isUndone();
    await isGone(pid);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
});
