import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openShell } from "../../../provider/host/shell/openShell";
import { command } from "../../../provider/values/command";
import { type LocalClient, localClient } from "./support/localChannel";

/** What `sudo` does with the options that it is called with: -S -p PROMPT -- or -n --. */
const readOptions =
  "prompt=; while :; do case $1 in -p) prompt=$2; shift 2;; --) shift; break;; *) shift;; esac; done";
const asks = `printf %s "$prompt" >&2; IFS= read -r given; [ "$given" = 'h"unter '\\''2' ]`;
const password = `h"unter '2`;

let directory: string;
let client: LocalClient;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "host-"));
  client = localClient({ env: { PATH: `${directory}:${process.env.PATH}` } });
});

afterEach(() => {
  client.kill();
  rmSync(directory, { recursive: true });
});

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? "").split(":").some((place) => existsSync(join(place, program)));
}

function withSudo(body: string): void {
  writeFileSync(join(directory, "sudo"), `#!/bin/sh\n${readOptions}\n${body}\n`);
  chmodSync(join(directory, "sudo"), 0o755);
}

async function openAndEcho(sudo: boolean | { password: string }) {
  const shell = await openShell(client, { sudo, timeLimitSeconds: 5 });
  const [[result] = []] = await shell.run([[{ run: command("echo", "here") }]]);
  return { shell, stdout: result?.stdout };
}

describe("openShell", () => {
  for (const loginShell of ["sh", "bash", "dash", "zsh", "fish", "csh"]) {
    it.skipIf(!isInstalled(loginShell))(`works with the login shell ${loginShell}`, async () => {
      client = localClient({ loginShell, env: { HOME: directory } });
      const { shell, stdout } = await openAndEcho(false);
      expect(stdout).toBe("here\n");
      expect(shell.uid).toBe(process.getuid?.());
    });
  }

  it("ignores the output of a login shell", async () => {
    client.exec = (
      (exec) => (line: string) =>
        exec(`echo Welcome; echo news >&2; ${line}`)
    )(client.exec);
    expect((await openAndEcho(false)).stdout).toBe("here\n");
  });

  it("fails for a user without a shell, with the message of the host", async () => {
    client.exec = (
      (exec) => () =>
        exec("echo This account is not available. >&2; exit 1")
    )(client.exec);
    await expect(openShell(client, { sudo: false })).rejects.toMatchObject({
      kind: "connect",
      message: expect.stringMatching(
        /opening a shell as admin on director1: the shell ended with exit code 1\n {2}This account/,
      ),
    });
  });

  it("fails at its time limit", async () => {
    client.exec = (
      (exec) => () =>
        exec("sleep 30")
    )(client.exec);
    await expect(openShell(client, { sudo: false, timeLimitSeconds: 0.1 })).rejects.toThrow(
      "no shell within 0.1 s",
    );
  });
});

describe("openShell with sudo", () => {
  it("sends the password when sudo asks", async () => {
    withSudo(`${asks} && exec "$@"`);
    expect((await openAndEcho({ password })).stdout).toBe("here\n");
    expect(client.written.filter((text) => text === `${password}\n`)).toHaveLength(1);
  });

  it("never sends the password when sudo does not ask", async () => {
    withSudo('echo "We trust you have received the usual lecture. Password:" >&2; exec "$@"');
    expect((await openAndEcho({ password })).stdout).toBe("here\n");
    expect(client.written.join("")).not.toContain("unter");
  });

  it("reports a wrong password without showing it, and sends it only once", async () => {
    withSudo(`${asks} && exit 9; echo "Sorry, try again." >&2; ${asks}; exit 1`);
    const opening = openShell(client, { sudo: { password: "hunter2-wrong" } });
    await expect(opening).rejects.toMatchObject({
      kind: "connect",
      message: expect.stringContaining("the password of sudo is wrong"),
    });
    await opening.catch((error) =>
      expect(`${error.message}${error.stack}`).not.toContain("hunter2"),
    );
    expect(client.written).toEqual(["hunter2-wrong\n"]);
  });

  it.each([
    ["sudo: a password is required", "give sudo: { password: ... }"],
    [
      "admin is not in the sudoers file.",
      "admin is not in the sudoers file\n  add admin to sudoers",
    ],
    ["Sorry, user admin may not run sudo on director1.", "add admin to sudoers"],
    [
      "Sorry, user admin is not allowed to execute '/bin/sh -c' as root on director1.",
      "pulumi-lvs sudoers admin",
    ],
    ["sudo: sorry, you must have a tty to run sudo", "Defaults:admin !requiretty"],
    ["sudo: a terminal is required to read the password; either use ssh's -t option", "requiretty"],
  ])("says what to do about: %s", async (says, remedy) => {
    withSudo(`cat >&2 <<'X'\n${says}\nX\nexit 1`);
    await expect(openShell(client, { sudo: true })).rejects.toMatchObject({
      kind: "connect",
      message: expect.stringContaining(remedy),
    });
  });

  it("reports a missing sudo", async () => {
    client = localClient({ loginShell: "/bin/sh", env: { PATH: directory } });
    const { exec } = client;
    client.exec = (line) => exec(line.replace("exec env", "exec /usr/bin/env"));
    await expect(openShell(client, { sudo: true })).rejects.toThrow("install sudo");
  });
});
