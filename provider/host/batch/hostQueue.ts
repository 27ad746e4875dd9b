import type { JournalFile } from "../../journal/file";
import type { FactName } from "../../values/fact";
import {
  type Connection,
  connectionKey,
  DEFAULT_COMMIT_TIMEOUT_SECONDS,
  hostId,
  trace,
  withEnvironment,
} from "../connect";
import { openNewShell, type Shell, shellFor } from "../shell";
import { Batch } from "./batch";
import { BatchWindow } from "./batchWindow";
import type { Change } from "./change";
import type { Reach } from "./commitGuard";
import { LockLease } from "./lockLease";
import type { Observation } from "./observation";
import { logMessage } from "./progress";
import { invalidateReads, ReadCache } from "./readCache";
import type { HostRequest, PendingRequest, ReportProgress } from "./request";
import type { Snapshot } from "./snapshot";

/** The state of the queue when the window of a batch closes. */
interface ClosedWindow {
  readonly shell: Shell;
  /** The changes that were pending when the lock was requested. */
  readonly changes: readonly PendingRequest[];
  /** The journal of the locked host; the value is undefined if no lock was requested. */
  readonly lock: PromiseSettledResult<JournalFile | undefined>;
}

/** A batch that can be run. */
interface PreparedBatch {
  readonly shell: Shell;
  readonly requests: readonly PendingRequest[];
  /** The journal of the host, which is locked if the batch has changes. */
  readonly journalFile: JournalFile | undefined;
}

/** The requests for one host. While a batch runs, the requests of the next batch are collected. */
class HostQueue {
  private pending: PendingRequest[] = [];
  private isRunning = false;
  private readonly window = new BatchWindow();
  private readonly lease = new LockLease();
  private readonly host: string;
  private readonly cache: ReadCache;

  constructor(private readonly connection: Connection) {
    this.host = hostId(connection);
    this.cache = new ReadCache(this.host);
  }

  run(request: HostRequest): Promise<Snapshot> {
    const invalidateBefore =
      <T>(answer: (value: T) => void) =>
      (value: T) => {
        if (request.change) invalidateReads(this.host);
        answer(value);
      };
    const snapshot = new Promise<Snapshot>((resolve, reject) => {
      const answer = { resolve: invalidateBefore(resolve), reject: invalidateBefore(reject) };
      this.enqueue({ ...request, ...answer });
    });
    return this.window.trackRequest(snapshot);
  }

  private enqueue(request: PendingRequest): void {
    if (this.cache.tryResolve(request)) return;
    this.pending.push(request);
    request.report(`${this.isRunning ? "waiting for" : "connecting to"} ${this.host}`);
    this.window.requestQueued();
    if (!this.isRunning) void this.drain();
  }

  private async drain(): Promise<void> {
    this.isRunning = true;
    for (let followsBatch = false; this.pending.length > 0; followsBatch = true) {
      try {
        const batch = await this.prepareBatch(followsBatch);
        if (batch) await this.runBatch(batch);
      } catch (error) {
        for (const request of this.pending.splice(0)) request.reject(error);
      }
    }
    this.window.queueDrained();
    this.isRunning = false;
  }

  /** Collects the requests of a batch. Returns undefined if the window has to be opened again. */
  private async prepareBatch(followsBatch: boolean): Promise<PreparedBatch | undefined> {
    let closed = await this.collect(followsBatch);
    // If the shell was lost meanwhile, its lock is lost too.
    if (closed.shell !== (await this.openShell())) closed = await this.collect(followsBatch);
    const { shell, changes, lock } = closed;
    if (lock.status === "rejected") {
      this.pending = this.pending.filter((request) => !changes.includes(request));
      for (const request of changes) request.reject(lock.reason);
      return undefined;
    }
    const isLockMissing = !lock.value && this.isChangePending();
    if (isLockMissing) return undefined;
    return { shell, requests: this.pending.splice(0), journalFile: lock.value };
  }

  /** Connects, and locks the host while the window is open if a change is pending: Pulumi starts others meanwhile. */
  private async collect(followsBatch: boolean): Promise<ClosedWindow> {
    const shell = await this.openShell();
    const changes = this.pending.filter((request) => request.change);
    const onLocking = () => {
      for (const request of this.pending) request.report(`locking ${this.host}`);
    };
    const [lock] = await Promise.allSettled([
      changes.length > 0 ? this.lease.acquire(shell, onLocking) : undefined,
      this.window.waitUntilClosed(() => this.pending.length, followsBatch),
    ]);
    return { shell, changes, lock };
  }

  private openShell(): Promise<Shell> {
    const warn = (message: string) => logMessage(undefined, message, "warning");
    return shellFor(this.connection, { warn });
  }

  /** How a change that can cut the way to the host is confirmed, and how the host is reached again. */
  private reach(): Reach {
    const { connection } = this;
    return {
      commitTimeoutSeconds: connection.commitTimeoutSeconds ?? DEFAULT_COMMIT_TIMEOUT_SECONDS,
      openAnew: (limitSeconds) => openNewShell(connection, limitSeconds),
      reopen: () => this.openShell(),
    };
  }

  private isChangePending(): boolean {
    return this.pending.some((request) => request.change);
  }

  private async runBatch({ shell, requests, journalFile }: PreparedBatch): Promise<void> {
    const startedAt = performance.now();
    const { host } = this;
    if (requests.some((request) => request.change)) invalidateReads(host);
    const storeRead = this.cache.startRead();
    const keepsLock = () => this.lease.shouldKeep(this.isChangePending());
    let observation: Observation | undefined;
    try {
      const options = { journalFile, keepsLock, reach: this.reach() };
      observation = await new Batch(shell, requests, options).run();
      if (observation) storeRead(observation);
    } catch (error) {
      for (const request of requests) request.reject(error);
    }
    await this.lease.batchFinished(shell, observation?.journalFile, this.isChangePending());
    const milliseconds = performance.now() - startedAt;
    this.window.batchFinished(requests.length, milliseconds);
    trace({ host, event: "batch", ms: Math.round(milliseconds), resources: requests.length });
    this.pending = this.pending.filter((request) => !this.cache.tryResolve(request));
  }
}

/** By connection, as the shells are: the lock of a host belongs to a shell. */
const queues = new Map<string, HostQueue>();

function queueOf(connection: Connection): HostQueue {
  const key = connectionKey(withEnvironment(connection, process.env));
  const queue = queues.get(key) ?? new HostQueue(connection);
  queues.set(key, queue);
  return queue;
}

/** Reads facts of a host without changing the host. */
export function observe(
  connection: Connection,
  facts: readonly FactName[],
  report: ReportProgress = ignore,
): Promise<Snapshot> {
  return queueOf(connection).run({ facts, change: undefined, report });
}

/**
 * Applies a change to a host, and reads the facts again. Rejects with a PartialChangeError if the change started, failed
 * and was not undone.
 */
export function apply(
  connection: Connection,
  facts: readonly FactName[],
  change: Change,
  report: ReportProgress = ignore,
): Promise<Snapshot> {
  return queueOf(connection).run({ facts, change, report });
}

function ignore(): void {
  // The caller shows no progress.
}
