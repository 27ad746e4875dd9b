import { describe, expect, it } from "vitest";
import { command } from "../../../provider/values/command";
import { eachTestHasAShell, sh, shell } from "./support/localShell";

eachTestHasAShell();

async function outcome(text: string, stdin?: string) {
  const { argv } = sh(text).run;
  const [[result] = []] = await shell.run([
    [{ run: stdin === undefined ? { argv } : { argv, stdin } }],
  ]);
  return result;
}

describe("a command of a run", () => {
  it("does not confuse output with its marks", async () => {
    const marks =
      "0123456789abcdef0123456789abcdef 0.0 0\nend 0\n 0.0 0\nmark end 0\n$nonce 0.0 0\n";
    const result = await outcome(
      "cat; cat >&2 <<'X'\n0123456789abcdef0123456789abcdef end 0\nX",
      marks,
    );
    expect(result).toEqual({
      stdout: marks,
      stderr: "0123456789abcdef0123456789abcdef end 0\n",
      exitCode: 0,
    });
  });

  it("does not show the nonce to commands", async () => {
    expect((await outcome('env; set; echo "<$nonce>"'))?.stdout).toMatch(/<>\n$/);
    expect((await outcome("env"))?.stdout).not.toMatch(/[0-9a-f]{32}/);
  });

  it("keeps output that is empty, binary, or without a final newline", async () => {
    expect(await outcome("true")).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    expect((await outcome("printf 'a\\n\\nb'"))?.stdout).toBe("a\n\nb");
    expect((await outcome("printf '\\000\\377\\001'"))?.stdout).toBe("\0\ufffd\u0001");
    expect((await outcome("printf 'd\\303\\251j\\303\\240'"))?.stdout).toBe("déjà");
  });

  it("carries megabytes in both directions", async () => {
    const large = "0123456789abcde\n".repeat(250_000);
    const result = await outcome("cat; echo done >&2", large);
    expect(result?.stdout === large).toBe(true);
    const both = await outcome("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2");
    expect([both?.stdout.length, both?.stderr.length]).toEqual([3_000_000, 3_000_000]);
  });

  it("lets a command ignore a large standard input", async () => {
    expect(await outcome("exit 7", "x".repeat(2_000_000))).toMatchObject({ exitCode: 7 });
    expect((await outcome("echo after"))?.stdout).toBe("after\n");
  });

  it("gives no command the script to read", async () => {
    const results = await shell.run([[sh("cat"), { run: command("cat") }, sh("echo after")]]);
    expect(results[0]?.map((result) => result?.stdout)).toEqual(["", "", "after\n"]);
  });

  it("is not affected by exit, cd or variables of a command", async () => {
    const results = await shell.run([
      [
        { run: command("exit", "4"), mayFail: true },
        { run: command("cd", "/tmp") },
        { run: command("pwd") },
      ],
    ]);
    expect(results[0]?.map((result) => result?.exitCode)).toEqual([4, 0, 0]);
    expect(results[0]?.[2]?.stdout).toBe("/\n");
  });

  it("returns 127 for a missing program", async () => {
    const [[result] = []] = await shell.run([[{ run: command("no-such-program") }]]);
    expect(result?.exitCode).toBe(127);
    expect(result?.stderr).toContain("no-such-program");
  });

  it("sets the locale, the PATH of root and a umask for private files", async () => {
    const result = await outcome('echo "$LC_ALL $PATH"; umask');
    expect(result?.stdout).toMatch(/^C .*:\/usr\/sbin:.*\n0077\n$/);
  });
});
