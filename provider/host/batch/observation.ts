import type { ConnectionCounts } from "../../ipvs/connections";
import type { JournalFile } from "../../journal/file";
import type { Journal } from "../../journal/journal";
import type { Facts } from "../../registry/facts";
import type { FactName } from "../../values/fact";
import type { Snapshot } from "./snapshot";

/** The value of a fact, or the error of a fact that could not be read. */
export type FactOutcome = { readonly value: unknown } | { readonly error: unknown };

/** What was read of a host for all requests of a batch. */
export class Observation {
  constructor(
    readonly journalFile: JournalFile,
    readonly outcomes: ReadonlyMap<FactName, FactOutcome>,
    /** The connections of real servers; undefined if they were not counted. */
    private readonly countOutcome?: FactOutcome,
    /** The connections of virtual services at the first look of a batch; undefined if they were not counted. */
    readonly atFirst?: ConnectionCounts,
  ) {}

  get journal(): Journal {
    return this.journalFile.journal;
  }

  /** The same facts with the journal that has been written since. */
  withJournalFile(journalFile: JournalFile): Observation {
    return new Observation(journalFile, this.outcomes, this.countOutcome, this.atFirst);
  }

  /** The connections of the real servers that the query named. Throws if they could not be counted. */
  get connections(): ConnectionCounts {
    if (this.countOutcome === undefined) throw new Error("connections were not counted");
    if ("error" in this.countOutcome) throw this.countOutcome.error;
    return this.countOutcome.value as ConnectionCounts;
  }

  /** Whether all of these facts were read without an error. */
  hasFacts(names: readonly FactName[]): boolean {
    return names.every((name) => "value" in (this.outcomes.get(name) ?? {}));
  }

  /** The facts of one request, without those that could not be read. */
  look(names: readonly FactName[], journal: Journal = this.journal): Snapshot {
    return this.snapshot(
      names.filter((name) => this.hasFacts([name])),
      journal,
    );
  }

  /** The facts of one request. Throws the error of a fact that could not be read. */
  snapshot(names: readonly FactName[], journal: Journal = this.journal): Snapshot {
    const entries = names.map((name) => {
      const outcome = this.outcomes.get(name);
      if (outcome === undefined) throw new Error(`the fact ${name} was not read`);
      if ("error" in outcome) throw outcome.error;
      return [name, outcome.value];
    });
    const facts = Object.fromEntries(entries) as Facts;
    return { facts, journal, ...(this.atFirst && { connections: this.atFirst }) };
  }
}
