import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { openShell } from "../../../provider/host/shell/openShell";
import { client, eachTestHasAShell, sh, shell } from "./support/localShell";

eachTestHasAShell();

describe("run, on a shell that is lost", () => {
  it("fails the running and the waiting run, and names the running command", async () => {
    const directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-shell-"));
    const marker = join(directory, "marker");
    const running = shell.run([[sh("true"), sh(`: > ${marker}; sleep 30`)], [sh("true")]]);
    const waiting = shell.run([[sh("true")]]);
    const checks = [
      expect(running).rejects.toMatchObject({
        kind: "connect",
        message: expect.stringMatching(
          /^running sh -c ': > .*; sleep 30' on director1: the connection was lost: .*\n {2}it is not known how much was changed/,
        ),
      }),
      expect(waiting).rejects.toMatchObject({
        kind: "connect",
        message: expect.stringContaining("no command was running"),
      }),
    ];
    await vi.waitFor(() => expect(existsSync(marker)).toBe(true), 5000);
    client.kill();
    await Promise.all(checks);
    await shell.closed;
    rmSync(directory, { recursive: true });
  });

  it("fails at its time limit and closes the shell", async () => {
    const begun = Date.now();
    const running = shell.run([[sh("sleep 30")]], { timeLimitSeconds: 0.2 });
    await expect(running).rejects.toMatchObject({
      kind: "connect",
      message: expect.stringContaining(
        "running sh -c 'sleep 30' on director1: no answer within 0.2 s",
      ),
    });
    expect(Date.now() - begun).toBeLessThan(2000);
    await shell.closed;
    await expect(shell.run([])).rejects.toMatchObject({ kind: "connect" });
  });

  it("fails after it was closed", async () => {
    shell.close();
    await expect(shell.run([[sh("true")]])).rejects.toThrow("it was closed");
  });

  it("masks secrets in the error", async () => {
    const secret = await openShell({ ...client, secrets: ["hunter2"] }, { sudo: false });
    const running = secret.run([[sh("sleep 30 # hunter2")]], { timeLimitSeconds: 0.1 });
    await expect(running).rejects.toThrow("sleep 30 # [secret]");
  });
});
