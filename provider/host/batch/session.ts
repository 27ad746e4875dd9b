import type { Written } from "../../journal/file";
import type { FactName } from "../../values/fact";
import { type Connection, hostId, trace, wayTo, withEnvironment } from "../connect";
import { type Shell, shellFor } from "../shell";
import { Batch } from "./batch";
import type { Change, Report, Waiting } from "./change";
import { Gathering } from "./gathering";
import { PassedLock } from "./locking";
import type { Answer } from "./observation";
import type { Observed } from "./observed";
import { report } from "./progress";
import { forgetLooks, SharedLook } from "./sharedLook";

/** What a batch needs. */
interface Ready {
  readonly shell: Shell;
  readonly batch: readonly Waiting[];
  /** The journal of the host, which is locked where somebody has a change. */
  readonly written: Written | undefined;
}

/** Who waits when a batch is closed. */
interface Gathered {
  readonly shell: Shell;
  /** Those for whom the lock was taken. */
  readonly changing: readonly Waiting[];
  readonly locked: PromiseSettledResult<Written | undefined>;
}

/** The queue of one host: while one batch is under way, the next one gathers. */
class Session {
  private waiting: Waiting[] = [];
  private isBusy = false;
  private readonly gathering = new Gathering();
  private readonly lock = new PassedLock();
  private readonly host: string;
  private readonly look: SharedLook;

  constructor(private readonly connection: Connection) {
    this.host = hostId(connection);
    this.look = new SharedLook(this.host);
  }

  run(wanted: Pick<Waiting, "facts" | "change" | "report">): Promise<Observed> {
    const forgetting =
      <T>(answer: (value: T) => void) =>
      (value: T) => {
        if (wanted.change) forgetLooks(this.host);
        answer(value);
      };
    const answered = new Promise<Observed>((resolve, reject) => {
      this.add({ ...wanted, resolve: forgetting(resolve), reject: forgetting(reject) });
    });
    return this.gathering.follow(answered);
  }

  private add(one: Waiting): void {
    if (this.look.answers(one)) return;
    this.waiting.push(one);
    const doing = this.isBusy ? "waiting for" : "connecting to";
    one.report(`${doing} ${this.host}`);
    this.gathering.arrive();
    if (!this.isBusy) void this.drain();
  }

  private async drain(): Promise<void> {
    this.isBusy = true;
    for (let isFollowing = false; this.waiting.length > 0; isFollowing = true) {
      try {
        const ready = await this.prepare(isFollowing);
        if (ready) await this.carryOut(ready);
      } catch (error) {
        for (const one of this.waiting.splice(0)) one.reject(error);
      }
    }
    this.gathering.rest();
    this.isBusy = false;
  }

  /**
   * Nothing is ready when the lock is refused, which concerns those for whom it was taken; nor when the first change
   * came after it was asked for.
   */
  private async prepare(isFollowing: boolean): Promise<Ready | undefined> {
    let gathered = await this.gather(isFollowing);
    // The shell from before is gone, and its lock with it.
    if (gathered.shell !== (await this.shell())) gathered = await this.gather(isFollowing);
    const { shell, changing, locked } = gathered;
    if (locked.status === "rejected") {
      this.waiting = this.waiting.filter((one) => !changing.includes(one));
      for (const one of changing) one.reject(locked.reason);
      return undefined;
    }
    if (!locked.value && this.hasChanges()) return undefined;
    return { shell, batch: this.waiting.splice(0), written: locked.value };
  }

  /** Connects, and takes the lock while the batch gathers, if somebody has a change: Pulumi starts others meanwhile. */
  private async gather(isFollowing: boolean): Promise<Gathered> {
    const shell = await this.shell();
    const changing = this.waiting.filter((one) => one.change);
    const sayLocking = () => {
      for (const one of this.waiting) one.report(`locking ${this.host}`);
    };
    const [locked] = await Promise.allSettled([
      changing.length > 0 ? this.lock.take(shell, sayLocking) : undefined,
      this.gathering.wait(() => this.waiting.length, isFollowing),
    ]);
    return { shell, changing, locked };
  }

  private shell(): Promise<Shell> {
    const warn = (message: string) => report(undefined, message, "warning");
    return shellFor(this.connection, { warn });
  }

  private hasChanges(): boolean {
    return this.waiting.some((one) => one.change);
  }

  private async carryOut({ shell, batch, written }: Ready): Promise<void> {
    const begun = performance.now();
    const { host } = this;
    if (batch.some((one) => one.change)) forgetLooks(host);
    const seen = this.look.begin();
    const keepsLock = () => this.lock.willBePassed(this.hasChanges());
    let answer: Answer | undefined;
    try {
      answer = await new Batch(shell, host, batch, { written, keepsLock }).run();
      if (answer) seen(answer);
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
    await this.lock.pass(shell, answer?.written, this.hasChanges());
    const took = performance.now() - begun;
    this.gathering.end(batch.length, took);
    trace({ host, event: "batch", ms: Math.round(took), resources: batch.length });
    this.waiting = this.waiting.filter((one) => !this.look.answers(one));
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
export function observe(
  connection: Connection,
  facts: readonly FactName[],
  report: Report = silent,
): Promise<Observed> {
  return sessionOf(connection).run({ facts, change: undefined, report });
}

/** Carries out a change on a host and reads back. Rejects with HalfDone when it began and did not end as planned. */
export function apply(
  connection: Connection,
  facts: readonly FactName[],
  change: Change,
  report: Report = silent,
): Promise<Observed> {
  return sessionOf(connection).run({ facts, change, report });
}

function silent(): void {
  // Nobody is told.
}
