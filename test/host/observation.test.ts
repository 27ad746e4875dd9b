import { describe, expect, it } from "vitest";
import { facts as knownFacts } from "../../provider/facts";
import { Question } from "../../provider/host/observation";
import { journalFact } from "../../provider/journal/journal";
import type { Command } from "../../provider/values/command";
import type { FactName } from "../../provider/values/facts";
import { WorkingHost } from "../support/workingHost";

const host = new WorkingHost();
const wanted: readonly FactName[] = ["ipvs", "links", "routes"];
const question = Question.of([wanted, ["links"]]);

function ask(one: Question) {
  return one.read(one.groups.map((group) => group.map(({ run }) => host.run(run))));
}

/** What a question asks for: the journal, facts. */
function asked(one: Question): string[] {
  const all = Object.entries({ journal: journalFact, ...knownFacts });
  const nameOf = (run: Command) =>
    all.find(([, { commands }]) => commands.some((each) => each.argv.join() === run.argv.join()));
  return [...new Set(one.groups.flat().map(({ run }) => nameOf(run)?.[0] ?? "nothing known"))];
}

const step = { run: { argv: ["true"] }, because: "change it" };

describe("Question", () => {
  it("asks for what several want once, and for the journal", () => {
    expect(asked(question)).toEqual(["journal", ...wanted]);
    expect(Object.keys(ask(question).seen(wanted).facts)).toEqual(wanted);
  });

  it("asks after steps for what they may have changed: all of it, unless they say what", () => {
    const known = ask(question);
    expect(asked(question.after([{ ...step, changes: ["ipvs"] }], known))).toEqual(["ipvs"]);
    expect(asked(question.after([{ ...step, changes: ["ipvs"] }, step], known))).toEqual(wanted);
    expect(asked(question.after([], known))).toEqual([]);
  });
});
