import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newKey } from "../../host/connect/support/sshServer";
import { Stack } from "../../stack/stack";
import { type Lab, startLab } from "../lab";
import { director, of, PROGRAM, reach, said, virtualIp, virtualService } from "./support/pieces";

/** The user admin has this password; the lab's image sets it. */
const SUDO_PASSWORD = "admin-password";
const MARKERS = {
  password: "MARKER-of-the-password",
  privateKeyPassword: "MARKER-of-the-passphrase",
  wrong: "MARKER-of-a-wrong-sudo-password",
};

describe("secrets", () => {
  let lab: Lab;
  let stack: Stack;
  let markers: string[];

  const secret = (name: string) => ({ $secret: name });
  /** Every secret that a connection can have; the key is enough, so the others are never asked for. */
  const connection = (more: object = {}) =>
    reach(lab, "director1", {
      ...{ user: "admin", password: secret("password"), sudo: { password: secret("sudo") } },
      privateKey: secret("encryptedKey"),
      privateKeyPassword: secret("privateKeyPassword"),
      proxy: reach(lab, "director2", { password: secret("password") }),
      ...{ host: "192.0.2.2", port: 22 },
      ...more,
    });
  const program = (more: object = {}) =>
    of(
      director(connection(more)),
      virtualService(connection(more)),
      virtualIp(connection(more), "192.0.2.80"),
    );
  const found = (text: string) => markers.filter((marker) => text.includes(marker));
  const inFiles = (directory: string): string[] =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => found(readFileSync(file, "latin1")).length > 0);

  beforeAll(async () => {
    lab = await startLab({ topology: "dr", hosts: ["director1", "director2"] });
    stack = await Stack.create({ program: PROGRAM });
    const { privateKey } = lab.connection("director1");
    const { private: encryptedKey, public: publicKey } = newKey(
      "ed25519",
      MARKERS.privateKeyPassword,
    );
    await lab
      .host("director1")
      .mustRun("cat >> ~admin/.ssh/authorized_keys", { input: `${publicKey}\n` });
    await stack.config({}, { ...MARKERS, sudo: SUDO_PASSWORD, privateKey, encryptedKey });
    stack.env.PULUMI_LVS_TRACE = join(stack.directory, "trace");
    // The first line is the same in every key: the names of its format and ciphers.
    const lines = (key: string) =>
      key
        .split("\n")
        .filter((line) => /^[\w+/]{60,}$/.test(line))
        .slice(1);
    markers = [
      ...Object.values(MARKERS),
      SUDO_PASSWORD,
      ...lines(privateKey),
      ...lines(encryptedKey),
    ];
    expect(markers.length).toBeGreaterThan(6);
  });
  afterAll(async () => {
    await lab?.stop();
    stack?.remove();
  });

  it("are in no output, in no error and in no log", async () => {
    const runs = [
      await stack.preview(...program()),
      await stack.up(...program({ sudo: { password: secret("wrong") } })),
      await stack.up(...program({ privateKeyPassword: secret("wrong") })),
      await stack.up(...program({ sudo: [secret("password")], prot: secret("password") })),
    ];
    expect(runs.map(({ exitCode }) => exitCode === 0)).toEqual([true, false, false, false]);
    for (const run of runs) expect(found(said(run))).toEqual([]);
    const up = await stack.up("--logtostderr", "--logflow", "-v=9", ...program());
    expect(up.exitCode, said(up)).toBe(0);
    expect(said(up)).toContain("192.0.2.2");
    expect(found(said(up))).toEqual([]);
    const refresh = await stack.refresh("--diff", ...program());
    expect(refresh.exitCode, said(refresh)).toBe(0);
    expect(found(said(refresh))).toEqual([]);
  });

  it("are in no state, in no history and in no trace", async () => {
    expect(stack.checkpoint()).toContain("ciphertext");
    expect(readFileSync(join(stack.directory, "trace"), "utf8")).toContain("roundTrip");
    expect(inFiles(stack.directory)).toEqual([]);
    const exported = await stack.must("stack", "export");
    expect(found(said(exported))).toEqual([]);
  });

  it("are on no host, in no file and in no process", async () => {
    const patterns = `${markers.filter((marker) => marker !== SUDO_PASSWORD).join("\n")}\n`;
    // The one file that is found shows that the search finds.
    const look = `cat > /dev/shm/p; echo ${MARKERS.wrong} > /run/control
grep -rlFf /dev/shm/p /etc /var /run /tmp /root /home; rm /run/control`;
    for (const name of ["director1", "director2"])
      expect(await lab.host(name).mustRun(look, { input: patterns })).toBe("/run/control\n");
    const running = stack.start("refresh", "--yes", "--skip-preview", ...program());
    let isRunning = true;
    const ended = running.ended.finally(() => {
      isRunning = false;
    });
    const processes = "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; true";
    while (isRunning) expect(found(await lab.host("director1").mustRun(processes))).toEqual([]);
    expect((await ended).exitCode).toBe(0);
  });
});
