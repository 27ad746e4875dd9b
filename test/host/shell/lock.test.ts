import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockError } from "../../../provider/host/shell/lock";
import { openShell } from "../../../provider/host/shell/openShell";
import type { Shell } from "../../../provider/host/shell/shell";
import { command } from "../../../provider/values/command";
import { type LocalClient, localClient } from "./support/localChannel";

const acquireLock = { waitSeconds: 0.2 };
const group = [[{ run: command("true") }]];
let directory: string;
let clients: LocalClient[];
let first: Shell;
let second: Shell;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "host-"));
  clients = [localClient(), localClient()];
  [first, second] = (await Promise.all(
    clients.map((client) => openShell(client, { sudo: false, lockDirectory: directory })),
  )) as [Shell, Shell];
});

afterEach(() => {
  for (const client of clients) client.kill();
  rmSync(directory, { recursive: true });
});

describe("the lock of a host", () => {
  it("excludes other shells until it is released, and leaves no file behind", async () => {
    await first.run(group, { acquireLock });
    await expect(second.run(group, { acquireLock })).rejects.toMatchObject({
      kind: "conflict",
      message: expect.stringContaining(
        "another process is changing director1 and did not finish within 0.2 s",
      ),
    });
    await first.run(group, { releaseLock: true });
    await second.run(group, { acquireLock, releaseLock: true });
    await first.run(group, { acquireLock, releaseLock: true });
    expect(readdirSync(directory)).toEqual([]);
  });

  it("runs nothing without the lock", async () => {
    await first.run([], { acquireLock });
    const touch = [[{ run: command("touch", join(directory, "made")) }]];
    await expect(second.run(touch, { acquireLock })).rejects.toMatchObject({
      kind: "conflict",
    });
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is acquired once another shell releases it", async () => {
    await first.run([], { acquireLock });
    const waiting = second.run(group, { acquireLock: { waitSeconds: 10 } });
    await first.run([], { releaseLock: true });
    await expect(waiting).resolves.toHaveLength(1);
  });

  it("is kept over several runs", async () => {
    await first.run(group, { acquireLock });
    await first.run(group, { acquireLock });
    await expect(second.run([], { acquireLock })).rejects.toMatchObject({
      kind: "conflict",
    });
  });

  it("is released although a group failed", async () => {
    await first.run([[{ run: command("false") }]], { acquireLock, releaseLock: true });
    await expect(second.run([], { acquireLock })).resolves.toEqual([]);
  });

  it("is kept after a failure, if it is to be released only after success", async () => {
    const releaseLock = "ifNoneFailed";
    const bad = { run: command("false"), description: "start" };
    const isKept = async () => {
      expect(first.isLocked).toBe(true);
      await expect(second.run([], { acquireLock })).rejects.toMatchObject({
        kind: "conflict",
      });
    };
    await first.run([[bad]], { acquireLock, releaseLock });
    await isKept();
    await expect(first.run(group, { prerequisite: bad, releaseLock })).rejects.toThrow(
      "cannot start",
    );
    await isKept();
    await first.run(group, { releaseLock });
    expect(first.isLocked).toBe(false);
    await expect(second.run([], { acquireLock })).resolves.toEqual([]);
  });

  it("is released when the shell dies", async () => {
    await first.run([], { acquireLock });
    clients[0]?.kill();
    await first.closed;
    expect(first.isLocked).toBe(false);
    await expect(second.run([], { acquireLock: { waitSeconds: 5 } })).resolves.toEqual([]);
  });

  it("is not held by a background process of a command", async () => {
    const stays = [[{ run: command("sh", "-c", "sleep 5 >/dev/null 2>&1 &") }]];
    await first.run(stays, { acquireLock, releaseLock: true });
    await expect(second.run([], { acquireLock })).resolves.toEqual([]);
  });
});

describe("lockError", () => {
  it("distinguishes a held lock, a missing flock and a failing flock", () => {
    expect(lockError("director1", 120, 1, "")).toMatchObject({ kind: "conflict" });
    expect(lockError("director1", 120, 127, "sh: flock: not found")).toMatchObject({
      kind: "input",
      message: expect.stringContaining("util-linux"),
    });
    expect(lockError("director1", 120, 1, "flock: bad usage").message).toContain("bad usage");
  });
});
