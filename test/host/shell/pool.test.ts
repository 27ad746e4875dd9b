import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Connection,
  type ConnectionInput,
  connectionSchema,
} from "../../../provider/host/connect/connection";
import { statistics } from "../../../provider/host/connect/statistics";
import { closeAll, shellFor } from "../../../provider/host/shell/pool";
import { command } from "../../../provider/values/command";
import { SshServer } from "../connect/support/sshServer";

const password = "hunter2-of-the-host";
let directory: string;
let server: SshServer;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "host-"));
  setUid(0);
  const env = { PATH: `${directory}:${process.env.PATH}` };
  server = await SshServer.start({ accepts: { password }, env });
});

afterEach(async () => {
  await closeAll();
  await server.stop();
  delete process.env.PULUMI_LVS_PASSWORD;
  delete process.env.PULUMI_LVS_TRACE;
  rmSync(directory, { recursive: true });
});

/** Makes the host report this user ID, whoever runs the tests. */
function setUid(uid: number): void {
  writeFileSync(join(directory, "id"), `#!/bin/sh\necho ${uid}\n`);
  chmodSync(join(directory, "id"), 0o755);
}

function connection(input: Partial<ConnectionInput> = {}) {
  const { hostKey, port } = server;
  return connectionSchema.parse({
    host: "127.0.0.1",
    port,
    password,
    hostKey,
    dialErrorLimit: 1,
    ...input,
  });
}

/** The shell of a host that is verified. */
function shellOf(to: Connection) {
  return shellFor(to, { warn: (message) => expect.fail(message) });
}

describe("shellFor", () => {
  it("returns the same shell whatever the credentials", async () => {
    const [first, second] = await Promise.all([
      shellOf(connection()),
      shellOf(connection({ password: "x" })),
    ]);
    expect(second).toBe(first);
    expect(await shellOf(connection())).toBe(first);
    expect(server.logins).toBe(1);
  });

  it("opens another shell for another user", async () => {
    const first = await shellOf(connection());
    expect(await shellOf(connection({ user: "admin" }))).not.toBe(first);
    expect(server.logins).toBe(2);
  });

  it("opens another shell for the same address behind a jump host", async () => {
    const { host, port, hostKey } = connection();
    const proxy = { host, port, hostKey, password };
    expect(await shellOf(connection({ proxy }))).not.toBe(await shellOf(connection()));
    expect(server.logins).toBe(3);
  });

  it("fails all waiting callers together, and connects again for the next", async () => {
    const wrong = connection({ password: "hunter2-wrong" });
    const failures = await Promise.allSettled([shellOf(wrong), shellOf(wrong)]);
    expect(failures.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(server.dials).toBe(1);
    expect((await shellOf(connection())).uid).toBe(0);
  });

  it("replaces a lost shell", async () => {
    const first = await shellOf(connection());
    server.cut();
    await first.closed;
    const second = await shellOf(connection());
    expect(second).not.toBe(first);
    expect(await second.run([[{ run: command("true") }]])).toHaveLength(1);
  });

  it("prefers the environment", async () => {
    process.env.PULUMI_LVS_PASSWORD = password;
    expect((await shellOf(connection({ password: "from an old state" }))).uid).toBe(0);
  });

  it("fails for a user who is not root, and says what to do", async () => {
    setUid(1000);
    await expect(shellOf(connection({ user: "admin" }))).rejects.toMatchObject({
      kind: "connect",
      message: expect.stringMatching(
        /admin is not root there\n {2}set sudo: true, or connect as root$/,
      ),
    });
  });

  it("warns of a host that is not verified", async () => {
    const warnings: string[] = [];
    const unverified = connection({ hostKey: "accept-any" });
    await shellFor(unverified, { warn: (message) => warnings.push(message) });
    expect(warnings).toHaveLength(1);
  });
});

describe("closeAll", () => {
  it("closes all shells; the next call connects again", async () => {
    const first = await shellOf(connection());
    await closeAll();
    await first.closed;
    expect(await shellOf(connection())).not.toBe(first);
  });
});

describe("statistics", () => {
  it("count the traffic, and the trace contains none of it", async () => {
    const file = join(directory, "trace");
    process.env.PULUMI_LVS_TRACE = file;
    const before = { ...statistics };
    const shell = await shellOf(connection());
    await shell.run([[{ run: command("echo", "word-of-a-command") }, { run: command("true") }]]);
    expect(statistics).toMatchObject({
      connections: before.connections + 1,
      channels: before.channels + 1,
      roundTrips: before.roundTrips + 1,
      commands: before.commands + 2,
    });
    const text = readFileSync(file, "utf8");
    const events = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual(["connection", "exec", "roundTrip"]);
    expect(events[2]).toMatchObject({
      host: `127.0.0.1:${server.port}`,
      commands: 2,
      ms: expect.any(Number),
    });
    expect(text).not.toMatch(/word-of-a-command|hunter2/);
  });
});

describe("closeOnSignals", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("closes the connections and exits on %s", async (signal, exitCode) => {
    const program = join(__dirname, "support", "untilSignal.ts");
    const child = spawn(process.execPath, ["--import", "tsx", program], {
      env: { ...process.env, CONNECTION: JSON.stringify(connection()) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill(signal);
    expect(await ended).toBe(exitCode);
  });
});
