import { createServer, connect as dial, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

describe("connect, with refused credentials", () => {
  it("names the tried and the accepted methods, and does not retry", async () => {
    const server = await serve({ accepts: { password, publicKey: ours.public } });
    const message = await failure({
      ...endpoint(server),
      dialErrorLimit: 5,
      user: "admin",
      password: "hunter2-wrong",
      privateKey: newKey().private,
    });
    expect(message).toContain(
      "authentication of user admin was refused: tried privateKey, password; the host accepts publickey, password",
    );
    expect(server.dials).toBe(1);
  });

  it("reports that the connection has no accepted method", async () => {
    const server = await serve({ accepts: { publicKey: ours.public } });
    expect(await failure(endpoint(server))).toContain(
      "the connection has none of the methods that the host accepts; the host accepts publickey",
    );
  });

  it("reports a missing agent", async () => {
    const server = await serve({ accepts: { publicKey: ours.public } });
    const message = await failure({
      ...endpoint(server),
      agentSocketPath: join(here.directory, "none.sock"),
    });
    expect(message).toMatch(/tried agent; .*\n {2}agent: Failed to connect to agent/);
  });

  it.each(["/root/.ssh/id_hunter2", "-----BEGIN hunter2", ours.public])(
    "fails before connecting for a text that is no private key: %s",
    async (privateKey) => {
      const server = await serve();
      expect(await failure({ ...endpoint(server), privateKey })).toContain(
        "give the contents of the file",
      );
      expect(server.dials).toBe(0);
    },
  );
});

describe("connect, without an answer", () => {
  let silent: Server;
  let dials = 0;

  beforeEach(async () => {
    dials = 0;
    silent = createServer((socket) => {
      dials += 1;
      socket.resume();
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  });

  afterEach(() => new Promise<void>((resolve) => void silent.close(() => resolve())));

  function portOf(server: Server): number {
    return (server.address() as { port: number }).port;
  }

  it("reports a refused connection, and the number of tries", async () => {
    const server = await serve();
    const input = { ...endpoint(server), dialErrorLimit: 2 };
    await server.stop();
    expect(await failure(input)).toMatch(
      /127\.0\.0\.1 port \d+ cannot be reached: the connection was refused: no server listens on that port \(2 tries\)/,
    );
  });

  it("ends a try at its time limit", async () => {
    const input = { host: "127.0.0.1", port: portOf(silent), perDialTimeout: 1, dialErrorLimit: 1 };
    expect(await failure(input)).toContain("cannot be reached: no answer within 1 s (1 try)");
    expect(dials).toBe(1);
  });

  it("reports an unknown name", async () => {
    expect(await failure({ host: "no-such-host.invalid", dialErrorLimit: 1 })).toMatch(
      /no-such-host\.invalid port 22 cannot be reached: .*DNS/,
    );
  });

  it("connects to a host that comes up later", async () => {
    const server = await serve();
    const input = { ...endpoint(server), dialErrorLimit: 5 };
    const hold = createServer((socket) => {
      dials += 1;
      if (dials < 3) return socket.destroy();
      socket.pipe(dial(server.port, "127.0.0.1")).pipe(socket);
    });
    await new Promise<void>((resolve) => hold.listen(0, "127.0.0.1", resolve));
    expect(await answer(await connected({ ...input, port: portOf(hold) }))).toBe("here\n");
    expect(dials).toBe(3);
    for (const client of here.clients.splice(0)) client.close();
    await new Promise<void>((resolve) => void hold.close(() => resolve()));
  });
});
