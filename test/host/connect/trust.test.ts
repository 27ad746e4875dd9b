import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { connected, eachTestConnects, endpoint, failure, here, serve } from "./support/connecting";
import { newKey, type SshServer } from "./support/sshServer";

eachTestConnects();

describe("connect, with host keys", () => {
  const withoutKey = (server: SshServer) => ({ ...endpoint(server), hostKey: undefined as never });

  it("fails for an unknown host, with a hostKey that then works", async () => {
    const server = await serve();
    const { hostKey: _, ...input } = endpoint(server);
    const message = await failure({ ...input, dialErrorLimit: 5 });
    expect(message).toMatch(
      /the host key of 127\.0\.0\.1:\d+ is not known: ssh-ed25519 SHA256:\S{43}\n/,
    );
    expect(message).toContain(`ssh-keyscan -p ${server.port} 127.0.0.1 >> ~/.ssh/known_hosts`);
    expect(server).toMatchObject({ dials: 1, attempts: [] });
    const offered = /hostKey: "([^"]+)"/.exec(message)?.[1] ?? "";
    await connected({ ...input, hostKey: offered });
  });

  it("accepts a host of known_hosts, by the known type of key", async () => {
    const [first, second] = [newKey(), newKey("rsa")];
    const server = await serve({ hostKeys: [first.private, second.private] });
    const line = `[127.0.0.1]:${server.port} ${second.public}\n`;
    writeFileSync(join(here.directory, "known_hosts"), line);
    const { hostKey: _, ...input } = endpoint(server);
    await connected(input);
    await connected({ ...input, hostKey: second.public });
  });

  it("fails for a host whose key differs from known_hosts or hostKey", async () => {
    const server = await serve();
    const wrong = newKey().public;
    expect(await failure({ ...endpoint(server), hostKey: wrong, dialErrorLimit: 5 })).toContain(
      "differs from the one in hostKey: the host presents ssh-ed25519 SHA256:",
    );
    writeFileSync(join(here.directory, "known_hosts"), `[127.0.0.1]:${server.port} ${wrong}\n`);
    const { hostKey: _, ...input } = withoutKey(server);
    expect(await failure(input)).toMatch(
      /differs from the one in known_hosts.*\n.*\n.*ssh-keygen -R/,
    );
    expect(server).toMatchObject({ dials: 2, attempts: [] });
  });

  it("accepts any key with accept-any, and warns", async () => {
    const server = await serve();
    await connected({ ...endpoint(server), hostKey: "accept-any" });
    expect(here.warnings).toEqual([expect.stringMatching(/is not verified .*accept-any.*SHA256:/)]);
  });
});
