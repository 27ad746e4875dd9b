import type { FactName } from "../values/facts";
import { Batch } from "./batch";
import type { Change, Waiting } from "./change";
import { type Connection, hostId, wayTo } from "./connection";
import { withEnvironment } from "./environment";
import type { Observed } from "./observation";
import { shellFor } from "./pool";
import type { Shell } from "./shell";
import { trace } from "./statistics";

/**
 * A batch is closed when nothing new has become ready for this long: at first, and then for a part of what the last
 * batch took. Pulumi starts the next resources one by one, and each batch costs as much as another. It is closed at
 * once with as many as were ever under way at the same time: more than its parallelism Pulumi does not start.
 */
const GATHER_MILLISECONDS = { least: 5, most: 100 };
const GATHER_PART = 1 / 8;

/** A host that takes longer to answer is named on the rows of those who wait for it. */
const QUICK_MILLISECONDS = 1000;

/** The queue of one host: while one batch is under way, the next one gathers. */
class Session {
  private waiting: Waiting[] = [];
  private isBusy = false;
  private lastMilliseconds = 0;
  private underWay = 0;
  /** How many were under way at the same time at most. */
  private most = 0;
  private onArrival: () => void = () => undefined;

  constructor(private readonly connection: Connection) {}

  run(facts: readonly FactName[], change: Change | undefined): Promise<Observed> {
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    const answered = new Promise<Observed>((resolve, reject) => {
      this.waiting.push({ facts, change, resolve, reject });
    });
    if (this.isBusy) this.onArrival();
    else void this.drain();
    return answered.finally(() => {
      this.underWay -= 1;
    });
  }

  private async drain(): Promise<void> {
    this.isBusy = true;
    while (this.waiting.length > 0) {
      await this.gather();
      const begun = performance.now();
      const batch = this.waiting;
      this.waiting = [];
      try {
        const shell = await this.shellOf(batch);
        await new Batch(shell, hostId(this.connection), batch).run();
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
      this.lastMilliseconds = performance.now() - begun;
      this.trace(batch.length);
    }
    this.isBusy = false;
  }

  private trace(resources: number): void {
    const ms = Math.round(this.lastMilliseconds);
    trace({ host: hostId(this.connection), event: "batch", ms, resources });
  }

  /** Waits for as long as others keep coming, and can come. */
  private async gather(): Promise<void> {
    const all = this.most;
    const { least, most } = GATHER_MILLISECONDS;
    const quiet = Math.min(most, Math.max(least, this.lastMilliseconds * GATHER_PART));
    await new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      this.onArrival = () => {
        clearTimeout(timer);
        if (all > 1 && this.waiting.length >= all) resolve();
        else timer = setTimeout(resolve, quiet);
      };
      this.onArrival();
    });
    this.onArrival = () => undefined;
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

/** One for each shell (pool.ts): the lock of a host is its shell's. */
const sessions = new Map<string, Session>();

function sessionOf(connection: Connection): Session {
  const key = wayTo(withEnvironment(connection, process.env));
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
