import type { Journal } from "../journal/journal";
import type { FactName } from "../values/facts";
import { Batch } from "./batch";
import type { Change, Waiting } from "./change";
import { type Connection, hostId, wayTo } from "./connection";
import { withEnvironment } from "./environment";
import { settle } from "./judge";
import { lockAndRead, unlock } from "./locking";
import type { Answer, Observed } from "./observation";
import { shellFor } from "./pool";
import type { Shell } from "./shell";
import { trace } from "./statistics";

/**
 * A batch is closed when nothing new has become ready for this long: at first, and then for a part of what the last
 * batch took. Pulumi starts the next resources one by one, and each batch costs as much as another.
 */
const QUIET = { part: 1 / 6, least: 5, most: 100 };

/**
 * Longer where the batch before has just answered others, and as long as fewer have come than were under way together:
 * Pulumi starts the next for them.
 */
const FOLLOWING = { part: 1 / 2, least: 5, most: 300 };

/**
 * Those who only look may have the look of somebody before them, for as long again as it took, and two seconds at
 * most: a refresh of many resources reads a host a few times, and not for each that Pulumi starts a moment later.
 */
interface Look {
  readonly answer: Answer;
  readonly until: number;
}

const SHARED_MILLISECONDS = 2000;

/** The queue of one host: while one batch is under way, the next one gathers. */
class Session {
  private waiting: Waiting[] = [];
  private isBusy = false;
  private lastMilliseconds = 0;
  private underWay = 0;
  /** How many were under way at the same time at most. */
  private most = 0;
  /** How many batches in a row had that many. */
  private full = 0;
  private onArrival: () => void = () => undefined;
  look: Look | undefined;

  constructor(readonly connection: Connection) {}

  run(facts: readonly FactName[], change: Change | undefined): Promise<Observed> {
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    const answered = new Promise<Observed>((resolve, reject) => {
      this.add({ facts, change, resolve, reject });
    });
    return answered.finally(() => {
      this.underWay -= 1;
    });
  }

  private add(one: Waiting): void {
    if (this.share(one)) return;
    this.waiting.push(one);
    const doing = this.isBusy ? "waiting for" : "connecting to";
    one.change?.report(`${doing} ${hostId(this.connection)}`);
    if (this.isBusy) this.onArrival();
    else void this.drain();
  }

  /** Answers one who only looks from the last look, if that is new enough. */
  private share(one: Waiting): boolean {
    const { answer, until } = this.look ?? { until: 0 };
    if (one.change || performance.now() > until || !answer?.has(one.facts)) return false;
    settle(one, () => answer.seen(one.facts));
    return true;
  }

  private async drain(): Promise<void> {
    this.isBusy = true;
    for (let first = QUIET; this.waiting.length > 0; first = FOLLOWING) {
      try {
        const ready = await this.prepare(first);
        if (ready) await this.carryOut(ready.shell, this.waiting.splice(0), ready.journal);
      } catch (error) {
        for (const one of this.waiting.splice(0)) one.reject(error);
      }
    }
    this.isBusy = false;
  }

  /**
   * Connects, and takes the lock while the batch gathers: Pulumi starts others meanwhile. Nothing is ready when the
   * lock is refused: that concerns those for whom it was taken, and others try anew.
   */
  private async prepare(
    first: typeof QUIET,
  ): Promise<{ shell: Shell; journal?: Journal } | undefined> {
    const before = await shellFor(this.connection);
    const changing = this.waiting.filter((one) => one.change);
    for (const { change } of changing) change?.report(`locking ${hostId(this.connection)}`);
    const [locked] = await Promise.allSettled([
      changing.length > 0 ? lockAndRead(before) : undefined,
      this.gather(first),
    ]);
    const shell = await shellFor(this.connection);
    // The shell from before is gone, and its lock with it.
    if (shell !== before) return { shell };
    if (locked.status === "rejected") {
      this.waiting = this.waiting.filter((one) => !changing.includes(one));
      for (const one of changing) one.reject(locked.reason);
      return undefined;
    }
    return { shell, ...(locked.value && { journal: locked.value }) };
  }

  private async carryOut(
    shell: Shell,
    batch: readonly Waiting[],
    journal: Journal | undefined,
  ): Promise<void> {
    const begun = performance.now();
    const host = hostId(this.connection);
    const isChanging = batch.some((one) => one.change);
    if (isChanging) forgetLooks(host);
    this.full = batch.length > 1 && batch.length === this.most ? this.full + 1 : 0;
    try {
      const answer = await new Batch(shell, host, batch, { journal }).run();
      const ended = performance.now();
      const left = Math.min(ended - begun, SHARED_MILLISECONDS);
      this.look = answer && { answer, until: ended + left };
    } catch (error) {
      for (const one of batch) one.reject(error);
      await unlock(shell);
    }
    if (isChanging) forgetLooks(host);
    this.lastMilliseconds = performance.now() - begun;
    const ms = Math.round(this.lastMilliseconds);
    trace({ host, event: "batch", ms, resources: batch.length });
    this.waiting = this.waiting.filter((one) => !this.share(one));
  }

  /**
   * Waits for as long as others keep coming. When two batches had as many as were ever under way, that is taken for
   * Pulumi's parallelism: with so many it does not wait.
   */
  private async gather(first: typeof QUIET): Promise<void> {
    const all = this.full < 2 ? Number.POSITIVE_INFINITY : this.most;
    await new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const wait = ({ part, least, most }: typeof QUIET) => {
        clearTimeout(timer);
        const quiet = Math.min(most, Math.max(least, this.lastMilliseconds * part));
        if (this.waiting.length >= all) resolve();
        else timer = setTimeout(resolve, quiet);
      };
      this.onArrival = () => wait(this.waiting.length < this.most ? FOLLOWING : QUIET);
      wait(first);
    });
    this.onArrival = () => undefined;
  }
}

/** One for each shell (pool.ts): the lock of a host is its shell's. */
const sessions = new Map<string, Session>();

/** Of all users of a host, and of all ways to it. */
function forgetLooks(host: string): void {
  for (const session of sessions.values()) {
    if (hostId(session.connection) === host) session.look = undefined;
  }
}

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
