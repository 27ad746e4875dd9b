import { facts as knownFacts } from "../facts";
import { type Journal, journalFact } from "../journal/journal";
import type { Command, Fact, Result } from "../values/command";
import type { FactName, Facts } from "../values/facts";

/** What a host was seen to be. */
export interface Observed {
  readonly facts: Facts;
  readonly journal: Journal;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** The facts of a host that several resources want, asked for in one round trip. */
export class Question {
  private readonly names: readonly FactName[];

  constructor(wanted: readonly (readonly FactName[])[]) {
    this.names = [...new Set(wanted.flat())];
  }

  /** A group for each command, so that one that fails does not keep the others from running. */
  get groups(): { run: Command }[][] {
    return [
      journalFact as Fact<unknown>,
      ...this.names.map((name) => knownFacts[name] as Fact<unknown>),
    ].flatMap((fact) => fact.commands.map((run) => [{ run }]));
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
    const journal = take(journalFact);
    const outcomes = new Map<FactName, Outcome>();
    for (const name of this.names)
      outcomes.set(
        name,
        attempt(() => take(knownFacts[name] as Fact<unknown>)),
      );
    return new Answer(journal, outcomes);
  }
}

/** The answers to a question. */
export class Answer {
  constructor(
    readonly journal: Journal,
    private readonly outcomes: ReadonlyMap<FactName, Outcome>,
  ) {}

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
