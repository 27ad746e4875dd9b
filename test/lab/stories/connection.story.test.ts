import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionSchema } from "../../../provider/host/connect";
import { closeAll, shellFor } from "../../../provider/host/shell";
import { newKey } from "../../host/connect/support/sshServer";
import { Stack } from "../../stack/stack";
import { hostileStrings } from "../../support/hostileStrings";
import { type Baseline, difference, observeHost } from "../baseline";
import { type Lab, startLab } from "../lab";
import { namesIn, of, type Piece, PROGRAM, reach, said, virtualIp } from "./support/pieces";

const HOSTILE = 10_000;
const STRANGER = newKey().public;

/** Ways to reach a host, each with what it is told or warned; the VIP in the second column is one for each. */
interface Way {
  readonly name: string;
  readonly connection: Readonly<Record<string, unknown>>;
  readonly messages: readonly string[];
}

describe("connecting", () => {
  let lab: Lab;
  let stack: Stack;
  let home: string;
  let before: Baseline;

  /** The host by two names: one connection is made for each user and name. */
  const at = (more: object, host = "127.0.0.1") => reach(lab, "director1", { host, ...more });
  const vips = (ways: readonly Way[]): Piece[] =>
    ways.map(({ name, connection }, index) =>
      virtualIp(connection, `192.0.2.${100 + index + 81}`, name),
    );

  const broken = (): Way[] => [
    {
      name: "closed",
      connection: at({ port: 1 }),
      messages: [
        "connecting to 127.0.0.1:1: 127.0.0.1 port 1 cannot be reached: the connection was refused: no server listens on that port (1 try)",
        "check that the host is up, that sshd is running",
      ],
    },
    {
      name: "strangeKey",
      connection: at({ privateKey: { $secret: "stranger" } }),
      messages: [
        "authentication of user root was refused: tried privateKey; the host accepts publickey",
        "check user and privateKey, password or the agent (SSH_AUTH_SOCK), and authorized_keys on the host",
      ],
    },
    {
      name: "otherHost",
      connection: at({ user: "ops", hostKey: STRANGER }),
      messages: [
        "differs from the one in hostKey: the host presents ssh-ed25519 SHA256:",
        "this may be another machine, a reinstalled one, or an attack: find out which",
      ],
    },
    {
      name: "unknownHost",
      connection: at({ user: "ops", hostKey: undefined }, "localhost"),
      messages: [
        `the host key of localhost:${lab.connection("director1").port} is not known: ssh-ed25519 SHA256:`,
        "compare this fingerprint with the host's, then add the key: ssh-keyscan -p",
      ],
    },
    {
      name: "withoutRights",
      connection: at({ user: "nosudo", sudo: true }),
      messages: [
        "opening a shell as nosudo on",
        "sudo asks for a password",
        "give sudo: { password",
      ],
    },
    {
      name: "notRoot",
      connection: at({ user: "nosudo" }, "localhost"),
      messages: ["nosudo is not root there", "set sudo: true, or connect as root"],
    },
    {
      name: "wrongPassword",
      connection: at({ user: "admin", sudo: { password: { $secret: "wrong" } } }),
      messages: [
        "the password of sudo is wrong",
        "check sudo.password, or PULUMI_LVS_SUDO_PASSWORD",
      ],
    },
    {
      name: "deadProxy",
      connection: { ...at({}), host: "192.0.2.2", port: 22, proxy: at({ port: 2 }) },
      messages: ["connecting to 127.0.0.1:2: 127.0.0.1 port 2 cannot be reached"],
    },
  ];

  /** The same names, repaired. */
  const repaired = (): Way[] => [
    { name: "closed", connection: at({}), messages: [] },
    {
      name: "unknownHost",
      connection: at({ hostKey: "accept-any" }, "localhost"),
      messages: ['is not verified (hostKey: "accept-any"): the host presents ssh-ed25519 SHA256:'],
    },
    { name: "withoutRights", connection: at({ user: "ops", sudo: true }), messages: [] },
    {
      name: "wrongPassword",
      connection: at({ user: "admin", sudo: { password: { $secret: "password" } } }),
      messages: [],
    },
    {
      name: "deadProxy",
      connection: { ...at({}), host: "192.0.2.2", port: 22, proxy: reach(lab, "director2") },
      messages: [],
    },
  ];

  beforeAll(async () => {
    lab = await startLab({ topology: "dr", hosts: ["director1", "director2"] });
    stack = await Stack.create({ program: PROGRAM });
    const { privateKey } = lab.connection("director1");
    const stranger = newKey().private;
    const passwords = { password: "admin-password", wrong: "not-the-password" };
    await stack.config({}, { privateKey, stranger, ...passwords });
    home = mkdtempSync(join(tmpdir(), "pulumi-lvs-home-"));
    stack.env.HOME = home; // without known_hosts
    delete stack.env.SSH_AUTH_SOCK;
    before = await observeHost(lab.host("director1"));
  });
  afterAll(async () => {
    await lab?.stop();
    stack?.remove();
    if (home) rmSync(home, { recursive: true });
  });

  it("fails with the reason for each connection, and leaves nothing in the state or on the host", async () => {
    const ways = broken();
    const run = await stack.up("--continue-on-error", ...of(...vips(ways)));
    expect(run.exitCode).not.toBe(0);
    for (const message of ways.flatMap((way) => way.messages)) expect(said(run)).toContain(message);
    expect(namesIn(stack)).toEqual([]);
    expect(difference(before, await observeHost(lab.host("director1")))).toEqual([]);
  });

  it("succeeds after the repair: sudo with and without a password, a proxy, and any host key with a warning", async () => {
    const ways = repaired();
    const run = await stack.up(...of(...vips(ways)));
    expect(run.exitCode, said(run)).toBe(0);
    for (const message of ways.flatMap((way) => way.messages)) expect(said(run)).toContain(message);
    expect(namesIn(stack)).toEqual(ways.map((way) => way.name).sort());
    const addresses = await lab.host("director1").mustRun("ip -4 -o addr show dev eth1");
    for (const index of ways.keys()) expect(addresses).toContain(`192.0.2.${181 + index}/32`);
  });

  it("carries 10,000 hostile strings through sshd and sudo, each as one word", async () => {
    const connection = connectionSchema.parse({
      ...lab.connection("director1"),
      ...{ user: "admin", sudo: { password: "admin-password" } },
    });
    const words = hostileStrings(HOSTILE).filter((text) => !/\0|\p{Surrogate}/u.test(text));
    expect(words.length).toBeGreaterThan(HOSTILE / 2);
    const shell = await shellFor(connection, { warn: () => undefined });
    // A command line of the kernel holds 2 MB (MAX_ARG_STRLEN, ARG_MAX).
    const commands = Array.from({ length: words.length / 50 + 1 }, (_, at) => ({
      run: { argv: ["/usr/bin/printf", "%s\\000", ...words.slice(50 * at, 50 * at + 50)] },
    })).filter(({ run }) => run.argv.length > 2);
    const [results = []] = await shell.run([commands]);
    await closeAll();
    const arrived = results.flatMap((one) => one?.stdout.split("\0").slice(0, -1) ?? []);
    expect(arrived.length).toBe(words.length);
    expect(arrived.filter((text, at) => text !== words[at])).toEqual([]);
  });

  it("removes everything over the same connections", async () => {
    const run = await stack.destroy();
    expect(run.exitCode, said(run)).toBe(0);
    expect(difference(before, await observeHost(lab.host("director1")))).toEqual([]);
  });
});
