import { describe, expect, it } from "vitest";
import { command } from "../../../provider/values/command";
import { eachTestHasAShell, sh, shell } from "./support/localShell";

eachTestHasAShell();

describe("read-only groups", () => {
  it("share a subshell with adjacent read-only groups", async () => {
    const read = (text: string) => [{ ...sh(text, true), readOnly: true }];
    const show = "echo $seen; test -e /dev/fd/9 && echo locked; :";
    const results = await shell.run(
      [read("seen=1; false"), read(show), [sh(show)], read(show), read("cd /tmp; echo end")],
      { acquireLock: { waitSeconds: 1 } },
    );
    const outcomes = results.map(([result]) => [result?.exitCode, result?.stdout]);
    expect(outcomes).toEqual([
      ...[
        [1, ""],
        [0, "1\n"],
      ],
      ...[
        [0, "\n"],
        [0, "\n"],
        [0, "end\n"],
      ],
    ]);
    const [[there] = []] = await shell.run([[sh("pwd")]]);
    expect(there?.stdout).toBe("/\n");
  });

  it("read the parameters of a shell text, and do not pass them on", async () => {
    const words = ["a b", "'$(id)'"];
    const say = (...more: string[]) =>
      command("sh", "-c", 'echo "$#"; printf "<%s>" "$@"', ...more);
    const groups = [say("sh", ...words), say("sh")].map((run) => [{ run, readOnly: true }]);
    const results = await shell.run([...groups, [{ run: say("sh", "one") }]]);
    const outputs = results.map(([result]) => result?.stdout);
    expect(outputs).toEqual(["2\n<a b><'$(id)'>", "0\n<>", "1\n<one>"]);
  });
});
