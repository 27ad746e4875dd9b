import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockError } from "../../../provider/host/shell/lock";
import { openShell } from "../../../provider/host/shell/openShell";
import type { Shell } from "../../../provider/host/shell/shell";
import { command } from "../../../provider/values/command";
import { type LocalClient, localClient } from "./support/localChannel";

const lockFirst = { waitSeconds: 0.2 };
const group = [[{ run: command("true") }]];
let directory: string;
let clients: LocalClient[];
let one: Shell;
let two: Shell;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "host-"));
  clients = [localClient(), localClient()];
  [one, two] = (await Promise.all(
    clients.map((client) => openShell(client, { sudo: false, lockDirectory: directory })),
  )) as [Shell, Shell];
});

afterEach(() => {
  for (const client of clients) client.kill();
  rmSync(directory, { recursive: true });
});

describe("the lock of a host", () => {
  it("keeps others out until it is let go, and leaves nothing behind", async () => {
    await one.run(group, { lockFirst });
    await expect(two.run(group, { lockFirst })).rejects.toMatchObject({
      kind: "conflict",
      message: expect.stringContaining("another process is changing director1: waited 0.2 s"),
    });
    await one.run(group, { unlockLast: true });
    await two.run(group, { lockFirst, unlockLast: true });
    await one.run(group, { lockFirst, unlockLast: true });
    expect(readdirSync(directory)).toEqual([]);
  });

  it("runs nothing without the lock", async () => {
    await one.run([], { lockFirst });
    const touch = [[{ run: command("touch", join(directory, "made")) }]];
    await expect(two.run(touch, { lockFirst })).rejects.toMatchObject({ kind: "conflict" });
    expect(readdirSync(directory)).toEqual([]);
  });

  it("waits for another to finish", async () => {
    await one.run([], { lockFirst });
    const waiting = two.run(group, { lockFirst: { waitSeconds: 10 } });
    await one.run([], { unlockLast: true });
    await expect(waiting).resolves.toHaveLength(1);
  });

  it("is kept over several runs, and taken only once", async () => {
    await one.run(group, { lockFirst });
    await one.run(group, { lockFirst });
    await expect(two.run([], { lockFirst })).rejects.toMatchObject({ kind: "conflict" });
  });

  it("is let go although a group failed", async () => {
    await one.run([[{ run: command("false") }]], { lockFirst, unlockLast: true });
    await expect(two.run([], { lockFirst })).resolves.toEqual([]);
  });

  it("is let go only when all went well, if one wants to go on otherwise", async () => {
    const unlockLast = "ifAllWell";
    const bad = { run: command("false"), because: "begin" };
    const isKept = async () => {
      expect(one.isLocked).toBe(true);
      await expect(two.run([], { lockFirst })).rejects.toMatchObject({ kind: "conflict" });
    };
    await one.run([[bad]], { lockFirst, unlockLast });
    await isKept();
    await expect(one.run(group, { before: bad, unlockLast })).rejects.toThrow("cannot begin");
    await isKept();
    await one.run(group, { unlockLast });
    expect(one.isLocked).toBe(false);
    await expect(two.run([], { lockFirst })).resolves.toEqual([]);
  });

  it("is let go when the shell dies", async () => {
    await one.run([], { lockFirst });
    clients[0]?.kill();
    await one.closed;
    expect(one.isLocked).toBe(false);
    await expect(two.run([], { lockFirst: { waitSeconds: 5 } })).resolves.toEqual([]);
  });

  it("is not kept by a process that stays behind", async () => {
    const stays = [[{ run: command("sh", "-c", "sleep 5 >/dev/null 2>&1 &") }]];
    await one.run(stays, { lockFirst, unlockLast: true });
    await expect(two.run([], { lockFirst })).resolves.toEqual([]);
  });
});

describe("lockError", () => {
  it("tells a lock that is held from a flock that is not there, and from one that fails", () => {
    expect(lockError("director1", 120, 1, "")).toMatchObject({ kind: "conflict" });
    expect(lockError("director1", 120, 127, "sh: flock: not found")).toMatchObject({
      kind: "input",
      message: expect.stringContaining("util-linux"),
    });
    expect(lockError("director1", 120, 1, "flock: bad usage").message).toContain("bad usage");
  });
});
