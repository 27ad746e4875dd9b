import type { FactName } from "../values/facts";
import { Batch } from "./batch";
import type { Change, Waiting } from "./change";
import { type Connection, hostId, wayTo } from "./connection";
import type { Answer, Observed } from "./observation";
import { shellFor } from "./pool";
import type { Shell } from "./shell";
import { trace } from "./statistics";

/**
 * A batch is closed when nothing new has become ready for this long: at first, and then for a part of what the last
 * batch took. Pulumi starts the next resources one by one, and each batch costs as much as another.
 */
const GATHER = { part: 1 / 8, least: 5, most: 30 };

/**
 * After a batch the host stays locked for this long, so that those who come next need not look again; but not for ever
 * while they come, since others may wait for the lock.
 */
const LINGER = { part: 1 / 2, least: 5, most: 500 };
const MOST_LOCKED_MILLISECONDS = 10_000;

/** A host that takes longer to answer is named on the rows of those who wait for it. */
const QUICK_MILLISECONDS = 1000;

/** A host that is still locked, and what was seen there at the end of the last batch. */
interface Kept {
  readonly shell: Shell;
  readonly seen: Answer;
  /** When it was locked. */
  readonly since: number;
}

/** The queue of one host: while one batch is under way, the next one gathers. */
class Session {
  private waiting: Waiting[] = [];
  private isBusy = false;
  private lastMilliseconds = 0;
  private kept: Kept | undefined;
  private arrived: () => void = () => undefined;

  constructor(private readonly connection: Connection) {}

  run(facts: readonly FactName[], change: Change | undefined): Promise<Observed> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ facts, change, resolve, reject });
      this.arrived();
      if (!this.isBusy) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.isBusy = true;
    while (this.waiting.length > 0 || this.kept) {
      if (this.waiting.length === 0) await this.arrival();
      await this.gather();
      const begun = performance.now();
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.carryOut(batch);
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
      this.lastMilliseconds = performance.now() - begun;
      if (batch.length > 0) this.trace(batch.length);
    }
    this.isBusy = false;
  }

  /** Carries out a batch, be it empty: then the host is only unlocked. */
  private async carryOut(batch: readonly Waiting[]): Promise<void> {
    const { kept } = this;
    this.kept = undefined;
    // To let a lock go, no shell is opened anew: it went with the one that had it.
    const shell = kept && batch.length === 0 ? kept.shell : await this.shellOf(batch);
    const now = performance.now();
    const { seen, since } = kept?.shell === shell ? kept : { seen: undefined, since: now };
    const keepsLock = batch.length > 0 && now - since < MOST_LOCKED_MILLISECONDS;
    const left = await new Batch(shell, hostId(this.connection), batch, { seen, keepsLock }).run();
    this.kept = left && { shell, seen: left, since };
  }

  private trace(resources: number): void {
    const ms = Math.round(this.lastMilliseconds);
    trace({ host: hostId(this.connection), event: "batch", ms, resources });
  }

  private arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.arrived = resolve;
      setTimeout(resolve, this.partOfLast(LINGER));
    });
  }

  /** Waits for as long as others keep coming. */
  private async gather(): Promise<void> {
    const quiet = this.partOfLast(GATHER);
    for (let seen = 0; seen < this.waiting.length; ) {
      seen = this.waiting.length;
      await new Promise((resolve) => setTimeout(resolve, quiet));
    }
  }

  private partOfLast({ part, least, most }: typeof GATHER): number {
    return Math.min(most, Math.max(least, this.lastMilliseconds * part));
  }

  private async shellOf(batch: readonly Waiting[]): Promise<Shell> {
    const say = () => {
      for (const one of batch) one.change?.report(`connecting to ${hostId(this.connection)}`);
    };
    const timer = setTimeout(say, QUICK_MILLISECONDS);
    try {
      return await shellFor(this.connection);
    } finally {
      clearTimeout(timer);
    }
  }
}

const sessions = new Map<string, Session>();

function sessionOf(connection: Connection): Session {
  const key = wayTo(connection);
  const session = sessions.get(key) ?? new Session(connection);
  sessions.set(key, session);
  return session;
}

/** Looks at a host without changing it. */
export function observe(connection: Connection, facts: readonly FactName[]): Promise<Observed> {
  return sessionOf(connection).run(facts, undefined);
}

/** Carries out a change on a host and reads back. Rejects with HalfDone when it began and did not end as planned. */
export function apply(
  connection: Connection,
  facts: readonly FactName[],
  change: Change,
): Promise<Observed> {
  return sessionOf(connection).run(facts, change);
}
