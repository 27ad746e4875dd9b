import { type EndpointKey, serviceKeyText } from "../../ipvs/model";
import { listedFact, servicesFact } from "../../ipvs/tableFact";
import { journalFact, type Written } from "../../journal/file";
import type { Journal } from "../../journal/journal";
import { neededModulesFact } from "../../network/modules";
import { type Facts, facts as knownFacts } from "../../registry/facts";
import type { Result } from "../../values/command";
import { LvsError } from "../../values/errors";
import type { Fact, FactName } from "../../values/fact";
import type { Step } from "../../values/step";
import type { Group } from "../shell";
import type { Change, Waiting } from "./change";
import type { Observed } from "./observed";

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** The facts of a host that several resources want, asked for in one round trip. */
export class Question {
  /** What is known need not be asked for: the journal, and facts that are not here. */
  private constructor(
    private readonly facts: ReadonlyMap<FactName, Fact<unknown>>,
    private readonly services: readonly EndpointKey[] | undefined,
    private readonly known?: Answer,
  ) {}

  /** The journal is asked for as well, unless it is known. */
  static of(waiting: readonly Pick<Waiting, "facts" | "change">[], written?: Written): Question {
    const services = named(waiting, "ipvs", (change) => change.services);
    const modules = named(waiting, "modules", (change) => change.modules);
    const names = new Set(waiting.flatMap((one) => one.facts));
    const facts = new Map([...names].map((name) => [name, knownFacts[name] as Fact<unknown>]));
    if (services) facts.set("ipvs", servicesFact(services));
    if (modules) facts.set("modules", neededModulesFact([...new Set(modules)]));
    return new Question(facts, services, written && new Answer(written, new Map()));
  }

  /** The question for the journal alone. */
  static ofJournal(): Question {
    return Question.of([]);
  }

  /** The question for what these steps may have changed. */
  after(steps: readonly Step[], known: Answer): Question {
    const changing = (name: FactName) =>
      steps.filter(({ changes }) => changes === undefined || changes.includes(name));
    const facts = new Map([...this.facts].filter(([name]) => changing(name).length > 0));
    const made = new Set(changing("ipvs").map((step) => step.makesListed));
    const isMade = (service: EndpointKey) => made.has(serviceKeyText(service));
    if (facts.has("ipvs") && !made.has(undefined) && this.services?.every(isMade))
      facts.set("ipvs", listedFact(this.services));
    return new Question(facts, this.services, known);
  }

  /** A group for each command; one that fails is no failure of the run: who reads the answers tells. */
  get groups(): Group[] {
    return [...(this.known ? [] : [journalFact as Fact<unknown>]), ...this.facts.values()].flatMap(
      (fact) => fact.commands.map((run) => [{ run, mayFail: true, looks: true }]),
    );
  }

  /** Reads the answers; a fact that cannot be read fails only the resources that want it. */
  read(answers: readonly (readonly (Result | undefined)[])[]): Answer {
    const results = answers.map((group) => group[0]);
    let position = 0;
    const take = <T>(fact: Fact<T>): T => {
      const mine = results.slice(position, position + fact.commands.length);
      position += fact.commands.length;
      return fact.parse(mine.map(answered));
    };
    const written = this.known ? this.known.written : take(journalFact);
    const outcomes = [...this.facts].map(([name, fact]): [FactName, Outcome] => [
      name,
      attempt(() => take(fact)),
    ]);
    return new Answer(written, new Map([...(this.known?.outcomes ?? []), ...outcomes]));
  }
}

/** What all who want a fact name of it; undefined when nobody wants it, or somebody wants the whole. */
function named<T>(
  waiting: readonly Pick<Waiting, "facts" | "change">[],
  fact: FactName,
  names: (change: Change) => readonly T[] | undefined,
): readonly T[] | undefined {
  const wanting = waiting.filter((one) => one.facts.includes(fact));
  const lists = wanting.map(({ change }) => change && names(change));
  return lists.length === 0 || lists.includes(undefined)
    ? undefined
    : lists.flatMap((one) => one ?? []);
}

/** The answers to a question. */
export class Answer {
  constructor(
    readonly written: Written,
    readonly outcomes: ReadonlyMap<FactName, Outcome>,
  ) {}

  get journal(): Journal {
    return this.written.journal;
  }

  /** The same with the journal that was written since. */
  with(written: Written): Answer {
    return new Answer(written, this.outcomes);
  }

  /** Whether these facts were asked for, and could be read. */
  has(names: readonly FactName[]): boolean {
    return names.every((name) => "value" in (this.outcomes.get(name) ?? {}));
  }

  /** What one resource wanted to know; throws when a fact of its own could not be read. */
  seen(names: readonly FactName[], journal: Journal = this.journal): Observed {
    const entries = names.map((name) => {
      const outcome = this.outcomes.get(name);
      if (outcome === undefined) throw new Error(`the fact ${name} was not asked for`);
      if ("error" in outcome) throw outcome.error;
      return [name, outcome.value];
    });
    return { facts: Object.fromEntries(entries) as Facts, journal };
  }
}

/** What looks shares a process: one that was ended leaves all that come after it without an answer. */
function answered(result: Result | undefined): Result {
  if (result) return result;
  throw new LvsError("command", "cannot look at the host: the process that looked was ended there");
}

function attempt(take: () => unknown): Outcome {
  try {
    return { value: take() };
  } catch (error) {
    return { error };
  }
}
