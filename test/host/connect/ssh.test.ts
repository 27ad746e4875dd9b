import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openShell } from "../../../provider/host/shell/openShell";
import { command } from "../../../provider/values/command";
import { startAgent } from "./support/agent";
import {
  answer,
  connected,
  eachTestConnects,
  endpoint,
  failure,
  here,
  ours,
  password,
  serve,
} from "./support/connecting";
import { newKey } from "./support/sshServer";

eachTestConnects();

describe("connect", () => {
  it("authenticates with a password", async () => {
    const server = await serve();
    expect(await answer(await connected(endpoint(server)))).toBe("here\n");
  });

  it("authenticates with a private key, before the password", async () => {
    const server = await serve({ accepts: { publicKey: ours.public, password } });
    expect(await answer(await connected({ ...endpoint(server), privateKey: ours.private }))).toBe(
      "here\n",
    );
    expect(new Set(server.attempts)).toEqual(new Set(["publickey"]));
  });

  it.each(["ed25519", "rsa"] as const)("decrypts an encrypted %s key", async (type) => {
    const key = newKey(type, "hunter2 phrase");
    const server = await serve({ accepts: { publicKey: key.public } });
    const input = { ...endpoint(server), privateKey: key.private };
    await connected({ ...input, privateKeyPassword: "hunter2 phrase" });
    expect(await failure(input)).toMatch(/: privateKey is encrypted\n {2}give privateKeyPassword$/);
    expect(await failure({ ...input, privateKeyPassword: "hunter2 wrong" })).toContain(
      "privateKeyPassword does not open privateKey",
    );
    expect(server.logins).toBe(1);
  });

  it("answers keyboard-interactive with the password", async () => {
    const server = await serve({ accepts: { asks: password } });
    expect(await answer(await connected(endpoint(server)))).toBe("here\n");
  });

  it("authenticates with the keys of an agent", async () => {
    const agent = await startAgent(join(here.directory, "agent.sock"), [
      newKey().private,
      ours.private,
    ]);
    try {
      const server = await serve({ accepts: { publicKey: ours.public } });
      const { password: _, ...input } = endpoint(server);
      expect(await answer(await connected({ ...input, agentSocketPath: agent.path }))).toBe(
        "here\n",
      );
    } finally {
      await agent.stop();
    }
  });

  it("tries only methods that the host accepts", async () => {
    const server = await serve();
    await connected({ ...endpoint(server), privateKey: ours.private });
    expect(server.attempts).toEqual(["password"]);
  });
});

describe("connect, through a proxy", () => {
  it("reaches the host, and checks both host keys", async () => {
    const [jump, director] = [await serve(), await serve()];
    const proxy = endpoint(jump);
    expect(await answer(await connected({ ...endpoint(director), proxy }))).toBe("here\n");
    expect([jump.logins, director.logins]).toEqual([1, 1]);
    const wrong = newKey().public;
    const atProxy = await failure({ ...endpoint(director), proxy: { ...proxy, hostKey: wrong } });
    expect(atProxy).toContain(`the host key of 127.0.0.1:${jump.port} differs from the one`);
    const atHost = await failure({ ...endpoint(director), hostKey: wrong, proxy });
    expect(atHost).toContain(`the host key of 127.0.0.1:${director.port} differs from the one`);
  });

  it("reports a proxy that cannot reach the host, or does not forward", async () => {
    const jump = await serve();
    const proxy = endpoint(jump);
    const gone = await serve();
    const input = { ...endpoint(gone), proxy };
    await gone.stop();
    expect(await failure(input)).toMatch(/cannot be reached: the proxy says: .*\(1 try\)/);
    const closed = endpoint(await serve({ isClosedToForwarding: true }));
    expect(await failure({ ...input, proxy: closed, dialErrorLimit: 3 })).toContain(
      "the proxy says",
    );
  });
});

describe("a connection that is lost", () => {
  it("fails the current run, and every later call", async () => {
    const server = await serve();
    const client = await connected(endpoint(server));
    const shell = await openShell(client, { sudo: false });
    const running = shell.run([[{ run: command("sleep", "30") }]]);
    setTimeout(() => server.cut(), 100);
    await expect(running).rejects.toMatchObject({
      kind: "connect",
      message: expect.stringMatching(
        /^running sleep 30 on 127\.0\.0\.1:\d+: the connection was lost: .+\n {2}it is not known how much was changed/,
      ),
    });
    await client.closed;
    await expect(shell.run([])).rejects.toMatchObject({ kind: "connect" });
    await expect(client.exec("true")).rejects.toMatchObject({ kind: "connect" });
  });
});

describe("a connection", () => {
  it("carries megabytes in both directions", async () => {
    const shell = await openShell(await connected(endpoint(await serve())), { sudo: false });
    const large = "0123456789abcde\n".repeat(200_000);
    const [[result] = []] = await shell.run([[{ run: { argv: ["cat"], stdin: large } }]]);
    expect(result?.stdout === large).toBe(true);
  });
});
