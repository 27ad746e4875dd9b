import { createServer } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { show } from "../../../provider/cli/commands/show";
import { type DeclaredHost, declaredHosts } from "../../../provider/cli/show/declared";
import { lookAt } from "../../../provider/cli/show/look";
import { lvs, stack } from "../support/states";

function hostWith(connection: object): DeclaredHost {
  const director = lvs("Director", "director", { connection, ipvs: "loaded" });
  return declaredHosts(stack(director))[0] as DeclaredHost;
}

/** A port on which no program listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a look at a host", () => {
  it("says after one try that the host cannot be reached, whatever the resource waits for", async () => {
    const port = await closedPort();
    const connection = { host: "127.0.0.1", port, password: "PASSWORD", dialErrorLimit: -1 };
    const look = await lookAt(hostWith(connection));
    expect(look).toMatchObject({
      state: "unreachable",
      error: expect.stringMatching(/cannot be reached: the connection was refused.*\(1 try\)/),
    });
    expect(JSON.stringify(look)).not.toContain("PASSWORD");
  });

  it("says what is wrong with a connection, without its values", async () => {
    const look = await lookAt(hostWith({ host: "director1", passwrod: "PASSWORD", port: "x" }));
    expect(look).toMatchObject({
      state: "failed",
      error: expect.stringMatching(/the connection in the state is not usable: .*passwrod/),
    });
    expect(JSON.stringify(look)).not.toContain("PASSWORD");
  });

  it("does not ask a host that is forgotten", async () => {
    vi.stubEnv("PULUMI_LVS_FORGET", "web2,director1");
    expect(await lookAt(hostWith({ host: "director1" }))).toMatchObject({ state: "forgotten" });
  });
});

describe("the options of show", () => {
  it.each([
    [{ watch: "soon" }, "--watch is soon: give a number of seconds from 0.5 to 86400"],
    [{ watch: "0" }, "--watch is 0: give a number of seconds from 0.5 to 86400"],
    [{ watch: true, graph: "-" }, "--graph draws the clusters once: leave out --watch and --json"],
    [{ json: true, graph: "-" }, "--graph draws the clusters once: leave out --watch and --json"],
  ] as const)("%o are refused before anything is asked", async (options, message) => {
    await expect(show({ color: "auto", ...options })).rejects.toThrow(message);
  });
});
