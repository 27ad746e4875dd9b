import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import type { Client } from "../../../../provider/host/connect/channel";
import {
  type ConnectionInput,
  connectionSchema,
} from "../../../../provider/host/connect/connection";
import { connect } from "../../../../provider/host/connect/ssh";
import { openShell } from "../../../../provider/host/shell/openShell";
import { command } from "../../../../provider/values/command";
import { newKey, type ServerOptions, SshServer } from "./sshServer";

/** The password of every server, which no error may contain. */
export const password = "hunter2-of-the-host";

/** The client's key. */
export const ours = newKey();

/** The state of the running test. */
export const here = {
  directory: "",
  servers: [] as SshServer[],
  clients: [] as Client[],
  warnings: [] as string[],
};

/** Creates and cleans up the state of each test of a file. */
export function eachTestConnects(): void {
  beforeEach(() => {
    here.directory = mkdtempSync(join(tmpdir(), "host-"));
    here.servers = [];
    here.clients = [];
    here.warnings = [];
  });
  afterEach(async () => {
    for (const client of here.clients) client.close();
    await Promise.all(here.servers.map((server) => server.stop()));
    rmSync(here.directory, { recursive: true });
  });
}

/** Starts a server. */
export async function serve(options: ServerOptions = {}): Promise<SshServer> {
  const server = await SshServer.start({ accepts: { password }, ...options });
  here.servers.push(server);
  return server;
}

/** The connection arguments for a server, with one try. */
export function endpoint(server: SshServer) {
  return {
    host: "127.0.0.1",
    port: server.port,
    password,
    hostKey: server.hostKey,
    dialErrorLimit: 1,
  };
}

/** Connects with the test's known_hosts. */
export async function connected(input: ConnectionInput): Promise<Client> {
  const client = await connect(connectionSchema.parse(input), {
    warn: (message) => here.warnings.push(message),
    knownHostsFiles: [join(here.directory, "known_hosts")],
  });
  here.clients.push(client);
  return client;
}

/** The message of a failure to connect. Fails if an error contains a secret. */
export async function failure(input: ConnectionInput): Promise<string> {
  const error = await connected(input).then(
    () => expect.fail("it connected"),
    (thrown: Error) => thrown,
  );
  expect(error).toMatchObject({ kind: "connect" });
  const all = `${error.message}\n${error.stack}\n${JSON.stringify(error)}\n${error.cause}`;
  expect(all).not.toContain("hunter2");
  for (const line of (input.privateKey ?? "").split("\n").slice(1, -2))
    expect(all).not.toContain(line);
  return error.message;
}

/** The output of a command over a connection. */
export async function answer(client: Client): Promise<string | undefined> {
  const shell = await openShell(client, { sudo: false });
  const [[result] = []] = await shell.run([[{ run: command("echo", "here") }]]);
  return result?.stdout;
}
