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

describe("connect, when it is refused", () => {
  it("says which methods were tried and what the host accepts, and does not try again", async () => {
    const server = await serve({ accepts: { password, publicKey: ours.public } });
    const message = await failure({
      ...endpoint(server),
      dialErrorLimit: 5,
      user: "admin",
      password: "hunter2-wrong",
      privateKey: newKey().private,
    });
    expect(message).toContain(
      "authentication of user admin was refused: tried privateKey, password; it accepts publickey, password",
    );
    expect(server.dials).toBe(1);
  });

  it("says so when there is nothing that the host accepts", async () => {
    const server = await serve({ accepts: { publicKey: ours.public } });
    expect(await failure(endpoint(server))).toContain(
      "nothing that it accepts is given; it accepts publickey",
    );
  });

  it("says so when the agent is not there", async () => {
    const server = await serve({ accepts: { publicKey: ours.public } });
    const message = await failure({
      ...endpoint(server),
      agentSocketPath: join(here.directory, "none.sock"),
    });
    expect(message).toMatch(/tried agent; .*\n {2}agent: Failed to connect to agent/);
  });

  it.each(["/root/.ssh/id_hunter2", "-----BEGIN hunter2", ours.public])(
    "fails before it connects for a key that is none: %s",
    async (privateKey) => {
      const server = await serve();
      expect(await failure({ ...endpoint(server), privateKey })).toContain(
        "give the contents of the file",
      );
      expect(server.dials).toBe(0);
    },
  );
});

describe("connect, when nobody answers", () => {
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

  it("says that nothing listens, and how often it tried", async () => {
    const server = await serve();
    const input = { ...endpoint(server), dialErrorLimit: 2 };
    await server.stop();
    expect(await failure(input)).toMatch(
      /127\.0\.0\.1 port \d+ cannot be reached: the connection was refused: nothing listens there \(2 tries\)/,
    );
  });

  it("gives up one try at its time limit", async () => {
    const input = { host: "127.0.0.1", port: portOf(silent), perDialTimeout: 1, dialErrorLimit: 1 };
    expect(await failure(input)).toContain("cannot be reached: no answer in 1 s (1 try)");
    expect(dials).toBe(1);
  });

  it("says that there is no such name", async () => {
    expect(await failure({ host: "no-such-host.invalid", dialErrorLimit: 1 })).toMatch(
      /no-such-host\.invalid port 22 cannot be reached: .*DNS/,
    );
  });

  it("connects to a host that comes up a little later", async () => {
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
