import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../lab";
import { startTimeOf } from "../process";
import { waitUntil } from "../run";
import { LabCommand } from "./support/labCommand";

const SECONDS = 1000;

let command: LabCommand | undefined;
let lab: Lab | undefined;
afterEach(async () => {
  command?.remove();
  await lab?.stop();
});

const isGone = (pid: number) =>
  waitUntil(`${pid} has ended`, () => startTimeOf(pid) === undefined, 20 * SECONDS);

describe("npm run lab", () => {
  it("starts a lab, reaches its hosts and ends it, beside another lab", async () => {
    command = new LabCommand();
    lab = await startLab({ topology: "dr", hosts: ["web1"] });
    const bootId = "cat /proc/sys/kernel/random/boot_id";
    const other = await lab.host("web1").mustRun(bootId);

    const up = await command.run("up", "dr", "--hosts", "client");
    expect(up.exitCode, up.text).toBe(0);
    const status = await command.run("status");
    expect(status).toEqual({
      exitCode: 0,
      text: expect.stringMatching(/^dr client: .* answers$/m),
    });
    const ssh = await command.run("ssh", "client", "hostname; exit 3");
    expect(ssh).toEqual({ exitCode: 3, text: expect.stringMatching(/^client$/m) });

    const processes = command.processes();
    expect(processes).toHaveLength(2);
    expect(await command.run("down")).toEqual({ exitCode: 0, text: "" });
    for (const pid of processes) await isGone(pid);
    expect(await command.run("status")).toEqual({ exitCode: 1, text: "no lab is running\n" });
    expect(await lab.host("web1").mustRun(bootId)).toBe(other);
  });

  it("leaves nothing behind when it is interrupted while the lab starts", async () => {
    const qemu = execFileSync("sh", ["-c", "command -v qemu-system-x86_64"], { encoding: "utf8" });
    command = new LabCommand();
    const at = (...names: string[]) => join(command?.cache ?? "", ...names);
    // The host never says that it is ready.
    const fake = `#!/bin/sh
case "$*" in *"-name client"*) echo $$ > ${at("host.new")}; mv ${at("host.new")} ${at("host")}; exec sleep 600 ;; esac
exec ${qemu.trim()} "$@"
`;
    writeFileSync(at("bin", "qemu-system-x86_64"), fake, { mode: 0o755 });
    const up = command.start("up", "dr", "--hosts", "client");
    const ended = new Promise((resolve) => up.on("close", resolve));
    await waitUntil("the host is at work", () => existsSync(at("host")), 60 * SECONDS);
    up.kill("SIGINT");
    await ended;
    await isGone(Number(readFileSync(at("host"), "utf8")));
    expect(readdirSync(at("tmp")).filter((name) => name.startsWith("pulumi-lvs"))).toEqual([]);
  });
});
