import { describe, expect, it } from "vitest";
import { command } from "../../../provider/values/command";
import { eachTestHasAShell, sh, shell } from "./support/localShell";

eachTestHasAShell();

describe("what only looks", () => {
  it("is run with those next to it in one process, apart from the shell itself", async () => {
    const look = (text: string) => [{ ...sh(text, true), looks: true }];
    const show = "echo $seen; test -e /dev/fd/9 && echo locked; :";
    const results = await shell.run(
      [look("seen=1; false"), look(show), [sh(show)], look(show), look("cd /tmp; echo end")],
      { lockFirst: { waitSeconds: 1 } },
    );
    const said = results.map(([one]) => [one?.exitCode, one?.stdout]);
    expect(said).toEqual([
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

  it("reads a text with words of its own, and leaves none behind", async () => {
    const words = ["a b", "'$(id)'"];
    const say = (...more: string[]) =>
      command("sh", "-c", 'echo "$#"; printf "<%s>" "$@"', ...more);
    const looks = [say("sh", ...words), say("sh")].map((run) => [{ run, looks: true }]);
    const results = await shell.run([...looks, [{ run: say("sh", "one") }]]);
    const said = results.map(([one]) => one?.stdout);
    expect(said).toEqual(["2\n<a b><'$(id)'>", "0\n<>", "1\n<one>"]);
  });
});
