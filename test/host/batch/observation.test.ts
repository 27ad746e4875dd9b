import { describe, expect, it } from "vitest";
import { Question } from "../../../provider/host/batch/observation";
import { type EndpointKey, serviceKeyText } from "../../../provider/ipvs/model";
import { listedFact, servicesFact } from "../../../provider/ipvs/tableFact";
import { virtualServiceType } from "../../../provider/ipvs/virtualServicePart";
import { journalFact } from "../../../provider/journal/file";
import { neededModulesFact } from "../../../provider/network/modules";
import { facts as knownFacts } from "../../../provider/registry/facts";
import type { Command } from "../../../provider/values/command";
import type { FactName } from "../../../provider/values/fact";
import { web } from "../../support/builders";
import { owner } from "../../support/claims";
import { WorkingHost } from "../../support/workingHost";
import { wants } from "./support/waiting";

const host = new WorkingHost();
const wanted: readonly FactName[] = ["ipvs", "links", "routes"];
const question = Question.of([
  { facts: wanted, change: undefined },
  { facts: ["links"], change: undefined },
]);

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

describe("answers that are missing", () => {
  it("are an error, and not an empty answer", () => {
    const one = Question.of([{ facts: ["links", "tools"], change: undefined }]);
    const [journal, links] = one.groups.map((group) => group.map(({ run }) => host.run(run)));
    const answer = one.read([journal ?? [], links ?? [], [undefined]]);
    expect(() => answer.seen(["tools"])).toThrow("the process that looked was ended there");
    expect(answer.has(["links"])).toBe(true);
    expect(() => one.read([[undefined], [undefined], [undefined]])).toThrow("was ended there");
  });
});

describe("a question of changes that look at one virtual service each", () => {
  const change = (...services: EndpointKey[]) => ({
    ...{ facts: ["ipvs"] as const, change: { ...wants(owner("any"), []), services } },
  });
  const other = { ...web, port: 81 };
  const persistent = { ...web, port: 82 };
  const made = (...lines: string[]) => {
    return virtualServiceType.set(serviceKeyText(web), `${lines.join("\n")}\n`, undefined);
  };
  const plain = made("-A -t 192.0.2.80:80 -s rr");
  const sees = (one: Question) => Object.keys(answered(one).seen(["ipvs"]).facts.ipvs);
  const director = new WorkingHost({
    ipvs: ["-A -t 192.0.2.80:80 -s rr", "-A -t 192.0.2.80:82 -s rr -p 60"],
  });
  const answered = (one: Question) =>
    one.read(one.groups.map((group) => group.map(({ run }) => director.run(run))));

  it("asks ipvsadm only when one of them is there", () => {
    expect(sees(Question.of([change(other)]))).toEqual([]);
    expect(sees(Question.of([change(other), change(web)]))).toEqual([
      "tcp 192.0.2.80:80",
      "tcp 192.0.2.80:82",
    ]);
  });

  it("asks for the whole table when somebody wants to know of it, or of no service", () => {
    for (const change of [undefined, wants(owner("all"), [])]) {
      const all = Question.of([{ facts: ["ipvs"], change }]);
      expect(asked(all)).toEqual(["journal", "ipvs"]);
    }
    const mixed = Question.of([change(other), { facts: ["ipvs"], change: undefined }]);
    expect(asked(mixed)).toEqual(["journal", "ipvs"]);
  });

  it("reads what was made out of the kernel's list, when that shows all of it", () => {
    const one = Question.of([change(web)]);
    const after = one.after(plain, answered(one));
    expect(after.groups.flat().map(({ run }) => run)).toEqual(listedFact([web]).commands);
    expect(sees(after)).toEqual(["tcp 192.0.2.80:80"]);
  });

  // The list would show it as persistent for an unknown time, and without its flags.
  it.each([
    ["one of them was not made", [change(web), change(persistent)], plain],
    ["the list does not show all", [change(web)], made("-A -t 192.0.2.80:80 -s rr -p 60")],
    ["another step may have changed the table", [change(web)], [...plain, step]],
    [
      "it was there before",
      [change(web)],
      virtualServiceType.set("", "-A -t 192.0.2.80:80 -s rr\n", "-A -t 192.0.2.80:80 -s wlc\n"),
    ],
  ])("reads it as before when %s", (_, waiting, steps) => {
    const one = Question.of(waiting);
    const services = waiting.flatMap(({ change }) => change.services);
    const commands = one
      .after(steps, answered(one))
      .groups.flat()
      .map(({ run }) => run);
    expect(commands).toEqual(servicesFact(services).commands);
  });
});

describe("a question of changes that need some modules", () => {
  const needs = (...modules: string[]) => ({
    ...{ facts: ["modules"] as const, change: { ...wants(owner("any"), []), modules } },
  });
  const commandOf = (...waiting: Parameters<typeof Question.of>[0]) =>
    Question.of(waiting).groups.at(-1)?.[0]?.run;

  it("asks for each of them once", () => {
    const command = commandOf(needs("ip_vs", "ip_vs_rr"), needs("ip_vs", "ip_vs_wlc"));
    expect(command).toEqual(neededModulesFact(["ip_vs", "ip_vs_rr", "ip_vs_wlc"]).commands[0]);
  });

  it("asks for all that there is when somebody may need any", () => {
    for (const change of [undefined, wants(owner("all"), [])])
      expect(commandOf(needs("ip_vs"), { facts: ["modules"], change })).toEqual(
        knownFacts.modules.commands[0],
      );
  });
});
