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
});
