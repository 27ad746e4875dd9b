import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Question } from "../../../provider/host/batch/observation";
import type { Runnable } from "../../../provider/host/shell/groupText";
import { openShell } from "../../../provider/host/shell/openShell";
import type { Shell } from "../../../provider/host/shell/shell";
import { listedFact } from "../../../provider/ipvs/tableFact";
import { facts } from "../../../provider/registry/facts";
import { command } from "../../../provider/values/command";
import type { FactName } from "../../../provider/values/fact";
import { web } from "../../support/builders";
import { owner } from "../../support/claims";
import { wants } from "../batch/support/waiting";
import { type LocalClient, localClient } from "./support/localChannel";

let client: LocalClient;
let shell: Shell;

beforeEach(async () => {
  client = localClient();
  shell = await openShell(client, { sudo: false });
});

afterEach(() => {
  shell.close();
  client.kill();
});

function sh(text: string, mayFail = false): Runnable {
  return { run: command("sh", "-c", text), mayFail };
}

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

  it("has the answers to all facts, none of which ends what others ask", async () => {
    const services = [web];
    const change = { ...wants(owner("any"), []), services };
    const all = Object.keys(facts) as FactName[];
    for (const one of [
      { facts: all, change: undefined },
      { facts: all, change },
    ]) {
      const results = await shell.run(Question.of([one]).groups);
      expect(results.filter(([result]) => result === undefined)).toEqual([]);
    }
    const [listed, next] = await shell.run([
      listedFact(services).commands.map((run) => ({ run, mayFail: true, looks: true })),
      [sh("echo goes on")],
    ]);
    expect(listed?.[0]).toBeDefined();
    expect(next?.[0]?.stdout).toBe("goes on\n");
  });
});
