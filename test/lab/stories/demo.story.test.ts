import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { atExit } from "../run";

const ROOT = join(__dirname, "../../..");

/** What `npm run demo` runs, when all is built: see test/run/start.mjs. */
async function demo(): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const args = ["--import", "tsx", "test/demo/demo.ts"];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const forget = atExit(() => child.kill());
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (data: Buffer) => {
      texts[name] += data;
    });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  forget();
  return { exitCode, ...texts };
}

describe("the demo", () => {
  it("succeeds from the preview to the end", async () => {
    const { exitCode, stdout, stderr } = await demo();
    expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(
      /^== \[\d+ s\] done: everything was as it should be, and the hosts are as they were before$/,
    );
  }, 900_000);
});
