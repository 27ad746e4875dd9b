import type { FactName } from "../values/facts";
import { Batch } from "./batch";
import type { Change, Waiting } from "./change";
import { type Connection, hostId, wayTo } from "./connection";
import type { Observed } from "./observation";
import { shellFor } from "./pool";
import type { Shell } from "./shell";

/** What becomes ready within this time goes to the host together. */
const GATHER_MILLISECONDS = 5;

/** A host that takes longer to answer is named on the rows of those who wait for it. */
const QUICK_MILLISECONDS = 1000;

/** The queue of one host: while one batch is under way, the next one gathers. */
class Session {
  private waiting: Waiting[] = [];
  private isBusy = false;

  constructor(private readonly connection: Connection) {}

  run(facts: readonly FactName[], change: Change | undefined): Promise<Observed> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ facts, change, resolve, reject });
      if (!this.isBusy) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.isBusy = true;
    await new Promise((resolve) => setTimeout(resolve, GATHER_MILLISECONDS));
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        const shell = await this.shellOf(batch);
        await new Batch(shell, hostId(this.connection), batch).run();
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
    }
    this.isBusy = false;
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
