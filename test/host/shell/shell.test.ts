import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { prelude, renderScript } from "../../../provider/host/shell/framing";
import type { Group } from "../../../provider/host/shell/groupText";
import { command } from "../../../provider/values/command";
import { client, eachTestHasAShell, sh, shell } from "./support/localShell";

eachTestHasAShell();

describe("a script whose connection is lost", () => {
  it.each(["dash", "bash --posix", "busybox sh"])(
    "runs to its end all the same in %s, so that no change stays half done",
    async (name) => {
      const directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-"));
      try {
        const steps = ["touch one; echo one; echo one >&2", "touch two", "touch three; echo three"];
        const groups = [
          ["touch begun; until test -e lost; do sleep 0.05; done", ...steps],
          ["touch other"],
        ].map((texts) => texts.map((text) => sh(`cd ${directory} && { ${text}; }`)));
        const channel = await client.exec(`exec ${name}`);
        channel.write(`${prelude}\n${renderScript("nonce", groups)}`);
        const sees = (...names: string[]) =>
          vi.waitFor(() => expect(readdirSync(directory)).toEqual(names), { timeout: 20_000 });
        await sees("begun");
        channel.lose();
        writeFileSync(join(directory, "lost"), "");
        await sees("begun", "lost", "one", "other", "three", "two");
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
  );
});

describe("run", () => {
  it("returns the streams and the exit code of each command, in the shape of the groups", async () => {
    const results = await shell.run([
      [sh("echo one; echo uno >&2"), sh("printf two; exit 3")],
      [],
      [sh("echo three")],
    ]);
    expect(results).toEqual([
      [
        { stdout: "one\n", stderr: "uno\n", exitCode: 0 },
        { stdout: "two", stderr: "", exitCode: 3 },
      ],
      [],
      [{ stdout: "three\n", stderr: "", exitCode: 0 }],
    ]);
  });

  it("runs a command that several groups share until it succeeds", async () => {
    const all = (...texts: string[]) => texts.map((text) => ({ ...sh(text), oncePerRun: true }));
    const twice = "echo x; test -e second || { : > second; exit 1; }";
    const directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-"));
    const there = `cd ${directory} && ${twice}`;
    const codes = async () =>
      (await shell.run([all(there, "echo a"), all(there, "echo b"), all(there, "echo c")])).map(
        (group) => group.map((result) => [result?.exitCode, result?.stdout]),
      );
    try {
      expect(await codes()).toEqual([
        [
          [1, "x\n"],
          [undefined, undefined],
        ],
        [
          [0, "x\n"],
          [0, "b\n"],
        ],
        [
          [0, ""],
          [0, "c\n"],
        ],
      ]);
      // The next run starts anew.
      expect((await codes())[0]?.[0]).toEqual([0, "x\n"]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("ends a group at its first failure, and runs the other groups", async () => {
    const results = await shell.run([
      [sh("echo a"), sh("exit 1"), sh("echo never")],
      [sh("echo b"), sh("exit 2", true), sh("echo c")],
    ]);
    expect(results.map((group) => group.map((result) => result?.exitCode))).toEqual([
      [0, 1, undefined],
      [0, 2, 0],
    ]);
  });

  it("runs a command only if no group has failed, apart from commands that may fail", async () => {
    const last = { ...sh("echo last"), onlyIfNoneFailed: true };
    const outcomes = async (...groups: Group[]) =>
      (await shell.run([...groups, [last]]))
        .at(-1)
        ?.map((result) => [result?.exitCode, result?.stdout]);
    expect(await outcomes([sh("exit 2", true)], [sh("true")])).toEqual([[0, "last\n"]]);
    expect(await outcomes([sh("exit 2"), sh("true")], [sh("true")])).toEqual([[1, ""]]);
  });

  it("runs a command only if the group that it follows has not failed", async () => {
    const following = (group: number, text: string) => ({ ...sh(text), onlyIfSucceeded: group });
    const results = await shell.run([
      [sh("false")],
      [sh("exit 2", true)],
      [following(0, "echo a"), sh("echo never")],
      [following(1, "echo b"), { ...following(1, "echo c"), onlyIfNoneFailed: true }],
    ]);
    const seen = results.slice(2).map((group) => group.map((one) => [one?.exitCode, one?.stdout]));
    expect(seen).toEqual([
      [
        [1, ""],
        [undefined, undefined],
      ],
      [
        [0, "b\n"],
        [1, ""],
      ],
    ]);
    // The next run starts anew.
    expect(await shell.run([[sh("true")], [following(0, "echo a")]])).toMatchObject([
      [{ exitCode: 0 }],
      [{ exitCode: 0 }],
    ]);
  });

  it("treats text on standard error as a failure, if the exit code tells nothing", async () => {
    const failing = (text: string) => ({ ...sh(text), failsOnStderr: true });
    const last = { ...sh("echo last"), onlyIfNoneFailed: true };
    const [printed, silent, failed, end] = await shell.run([
      [failing("echo out; echo bad >&2"), sh("echo never")],
      [failing("echo out"), sh("echo goes on")],
      [failing("exit 3")],
      [last],
    ]);
    expect(printed).toEqual([{ stdout: "", stderr: "bad", exitCode: 1 }, undefined]);
    expect(silent?.map((result) => [result?.exitCode, result?.stderr])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    expect(silent?.[1]?.stdout).toBe("goes on\n");
    expect(failed?.[0]?.exitCode).toBe(3);
    expect(end?.[0]?.exitCode).toBe(1);
  });

  it("does not repeat a command that succeeded, although another command failed", async () => {
    const shared = { ...sh("echo once"), oncePerRun: true };
    const careful = { ...shared, onlyIfNoneFailed: true };
    const [first, , third] = await shell.run([[shared], [sh("false")], [careful]]);
    expect([first?.[0]?.stdout, third?.[0]?.stdout]).toEqual(["once\n", ""]);
  });

  it("accepts a run without groups", async () => {
    expect(await shell.run([])).toEqual([]);
  });

  it("sends many groups in one write", async () => {
    const before = client.written.length;
    await shell.run(Array.from({ length: 200 }, (_, i) => [sh(`echo ${i}`)]));
    expect(client.written.length - before).toBe(1);
  });

  it("runs commands of concurrent calls one after another", async () => {
    const order: string[] = [];
    await Promise.all([
      shell.run([[sh("sleep 0.1")]]).then(() => order.push("first")),
      shell.run([[sh("true")]]).then(() => order.push("second")),
    ]);
    expect(order).toEqual(["first", "second"]);
  });

  it("runs nothing of a script that was cut off", async () => {
    const directory = mkdtempSync(join(tmpdir(), "host-"));
    try {
      const whole = renderScript("nonce", [[{ run: command("touch", join(directory, "made")) }]]);
      for (let length = 1; length < whole.length - 1; length += 7) {
        const channel = await client.exec("exec sh -s");
        channel.write(`${prelude}\n${whole.slice(0, length)}`);
        channel.end();
        await channel.closed;
      }
      expect(existsSync(join(directory, "made"))).toBe(false);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
