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
  sayUid(0);
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

/** Whoever runs the tests, the host says that it is this user. */
function sayUid(uid: number): void {
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
  it("gives everybody the same shell, whatever their credentials are", async () => {
    const [one, two] = await Promise.all([
      shellOf(connection()),
      shellOf(connection({ password: "x" })),
    ]);
    expect(two).toBe(one);
    expect(await shellOf(connection())).toBe(one);
    expect(server.logins).toBe(1);
  });

  it("opens another one for another user", async () => {
    const one = await shellOf(connection());
    expect(await shellOf(connection({ user: "admin" }))).not.toBe(one);
    expect(server.logins).toBe(2);
  });

  it("opens another one for the same address behind a jump host", async () => {
    const { host, port, hostKey } = connection();
    const proxy = { host, port, hostKey, password };
    expect(await shellOf(connection({ proxy }))).not.toBe(await shellOf(connection()));
    expect(server.logins).toBe(3);
  });

  it("shares a failure with those who wait, and tries again for the next", async () => {
    const wrong = connection({ password: "hunter2-wrong" });
    const failures = await Promise.allSettled([shellOf(wrong), shellOf(wrong)]);
    expect(failures.map((each) => each.status)).toEqual(["rejected", "rejected"]);
    expect(server.dials).toBe(1);
    expect((await shellOf(connection())).uid).toBe(0);
  });

  it("replaces a shell that died", async () => {
    const one = await shellOf(connection());
    server.cut();
    await one.closed;
    const two = await shellOf(connection());
    expect(two).not.toBe(one);
    expect(await two.run([[{ run: command("true") }]])).toHaveLength(1);
  });

  it("lets the environment win", async () => {
    process.env.PULUMI_LVS_PASSWORD = password;
    expect((await shellOf(connection({ password: "from an old state" }))).uid).toBe(0);
  });

  it("fails for a user who is not root, and says what to do", async () => {
    sayUid(1000);
    await expect(shellOf(connection({ user: "admin" }))).rejects.toMatchObject({
      kind: "connect",
      message: expect.stringMatching(
        /admin is not root there\n {2}set sudo: true, or connect as root$/,
      ),
    });
  });

  it("tells its caller of a host that is not verified", async () => {
    const warnings: string[] = [];
    const unverified = connection({ hostKey: "accept-any" });
    await shellFor(unverified, { warn: (message) => warnings.push(message) });
    expect(warnings).toHaveLength(1);
  });
});

describe("closeAll", () => {
  it("closes what is open, and lets the next one connect anew", async () => {
    const one = await shellOf(connection());
    await closeAll();
    await one.closed;
    expect(await shellOf(connection())).not.toBe(one);
  });
});

describe("statistics", () => {
  it("count what goes over the network, and the trace says nothing of what was said", async () => {
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
