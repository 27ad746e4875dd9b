import { facts as knownFacts } from "../facts";
import { type Journal, journalFact } from "../journal/journal";
import type { Command, Fact, Result, Step } from "../values/command";
import type { FactName, Facts } from "../values/facts";

/** What a host was seen to be. */
export interface Observed {
  readonly facts: Facts;
  readonly journal: Journal;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** The facts of a host that several resources want, asked for in one round trip. */
export class Question {
  /** What is known need not be asked for: the journal, and facts that are not named here. */
  private constructor(
    private readonly names: readonly FactName[],
    private readonly known?: Answer,
  ) {}

  static of(wanted: readonly (readonly FactName[])[]): Question {
    return new Question([...new Set(wanted.flat())]);
  }

  /** The question for what these steps may have changed. */
  after(steps: readonly Step[], known: Answer): Question {
    const isChanged = (name: FactName) =>
      steps.some(({ changes }) => changes === undefined || changes.includes(name));
    return new Question(this.names.filter(isChanged), known);
  }

  /** A group for each command; one that fails is no failure of the run: who reads the answers tells. */
  get groups(): { run: Command; mayFail: boolean }[][] {
    return [
      ...(this.known ? [] : [journalFact as Fact<unknown>]),
      ...this.names.map((name) => knownFacts[name] as Fact<unknown>),
    ].flatMap((fact) => fact.commands.map((run) => [{ run, mayFail: true }]));
  }

  /** Reads the answers; a fact that cannot be read fails only the resources that want it. */
  read(answers: readonly (readonly (Result | undefined)[])[]): Answer {
    const results = answers.map((group) => group[0] as Result);
    let position = 0;
    const take = <T>(fact: Fact<T>): T => {
      const mine = results.slice(position, position + fact.commands.length);
      position += fact.commands.length;
      return fact.parse(mine);
    };
    const journal = this.known ? this.known.journal : take(journalFact);
    const outcomes = this.names.map((name): [FactName, Outcome] => [
      name,
      attempt(() => take(knownFacts[name] as Fact<unknown>)),
    ]);
    return new Answer(journal, new Map([...(this.known?.outcomes ?? []), ...outcomes]));
  }
}

/** The answers to a question. */
export class Answer {
  constructor(
    readonly journal: Journal,
    readonly outcomes: ReadonlyMap<FactName, Outcome>,
  ) {}

  /** The same with the journal that was written since. */
  with(journal: Journal): Answer {
    return new Answer(journal, this.outcomes);
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

function attempt(take: () => unknown): Outcome {
  try {
    return { value: take() };
  } catch (error) {
    return { error };
  }
}
