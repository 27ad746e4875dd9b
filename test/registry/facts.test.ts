import { describe, expect, it } from "vitest";
import { Query } from "../../provider/host/batch/query";
import { listedFact } from "../../provider/ipvs/tableFact";
import { facts } from "../../provider/registry/facts";
import type { FactName } from "../../provider/values/fact";
import { wants } from "../host/batch/support/requests";
import { eachTestHasAShell, sh, shell } from "../host/shell/support/localShell";
import { web } from "../support/builders";
import { owner } from "../support/claims";

eachTestHasAShell();

describe("the commands of all facts", () => {
  it("are answered in one process, which none of them ends", async () => {
    const services = [web];
    const change = { ...wants(owner("any"), []), services };
    const all = Object.keys(facts) as FactName[];
    for (const one of [
      { facts: all, change: undefined },
      { facts: all, change },
    ]) {
      const results = await shell.run(Query.forRequests([one]).commands);
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
