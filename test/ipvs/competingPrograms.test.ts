import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Group } from "../../provider/host/shell";
import { competingProgramsFact } from "../../provider/ipvs/competingPrograms";
import { eachTestHasAShell, shell } from "../host/shell/support/localShell";

eachTestHasAShell();

describe("programs that maintain virtual services of their own", () => {
  let directory: string;
  let running: ChildProcess[];

  beforeEach(() => {
    running = [];
    directory = mkdtempSync(join(tmpdir(), "competing-programs-"));
  });
  afterEach(() => {
    for (const child of running) child.kill();
    rmSync(directory, { recursive: true });
  });

  /** Runs a program of this name, which says when it runs. */
  const run = async (name: string, ...words: string[]) => {
    const path = join(directory, name);
    writeFileSync(path, "#!/bin/sh\necho runs\nread -r line\n", { mode: 0o755 });
    const child = spawn(path, words, { stdio: ["pipe", "pipe", "ignore"] });
    running.push(child);
    await new Promise((resolve) => child.stdout.once("data", resolve));
  };
  const file = (name: string, text: string) => {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const found = async () => {
    const groups: Group[] = competingProgramsFact.commands.map((one) => [
      { run: one, mayFail: true },
    ]);
    const results = await shell.run(groups);
    return competingProgramsFact.parse(
      results.map(([result]) => result as NonNullable<typeof result>),
    );
  };

  it("are a keepalived with virtual services, also in a file beside its own, and ldirectord", async () => {
    const conf = file("one/keepalived.conf", "include more.conf\n");
    file("one/more.conf", "  virtual_server 192.0.2.80 80 {\n");
    await run("keepalived", "-n", "--use-file", conf);
    await run("ldirectord", "start");
    expect([...(await found())].sort()).toEqual(["keepalived", "ldirectord"]);
  });

  it("are neither a keepalived for VRRP only nor the one of pulumi-lvs", async () => {
    const vrrp = file("two/keepalived.conf", "vrrp_instance one {\n");
    const ours = file("pulumi-lvs/keepalived.conf", "virtual_server 192.0.2.80 80 {\n");
    await run("keepalived", `--use-file=${vrrp}`);
    await run("keepalived", "-n", "-C", "-f", ours);
    expect(await found()).toEqual([]);
  });
});
