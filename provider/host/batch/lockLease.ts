import type { JournalFile } from "../../journal/file";
import type { Shell } from "../shell";
import { Query } from "./query";

/** How long a batch waits for the host's lock. Another process may hold the lock for as long as its own batch takes. */
const LOCK_WAIT_SECONDS = 120;

/** A lease that is older than this ends with its batch, because other processes may wait for the host. */
const LEASE_MILLISECONDS = 5000;

/**
 * Locks a host and reads its journal, which no other process writes while the lock is held. Both can be done while a
 * batch still collects requests; the facts can not.
 */
export async function lockAndReadJournal(shell: Shell): Promise<JournalFile> {
  const query = Query.forJournal();
  const acquireLock = { waitSeconds: LOCK_WAIT_SECONDS };
  try {
    return query.parse(await shell.run(query.commands, { acquireLock })).journalFile;
  } catch (error) {
    await unlock(shell);
    throw error;
  }
}

/** Releases the host's lock if this shell holds it. */
export async function unlock(shell: Shell): Promise<void> {
  if (shell.isLocked) await shell.run([], { releaseLock: true }).catch(() => undefined);
}

/** Keeps a host locked, and its journal in memory, from one batch to the next. */
export class LockLease {
  private journalFile: JournalFile | undefined;
  private acquiredAt = 0;
  /** Whether a change was pending when the last batch finished. */
  private wasFollowed = false;

  /** Returns the journal of the locked host. Locks the host and reads the journal unless the lease still holds both. */
  async acquire(shell: Shell, onLocking: () => void): Promise<JournalFile> {
    if (shell.isLocked && this.journalFile && !this.isExpired()) return this.journalFile;
    await unlock(shell);
    onLocking();
    const journalFile = await lockAndReadJournal(shell);
    this.acquiredAt = performance.now();
    return journalFile;
  }

  /**
   * Whether the last round trip of a batch leaves the host locked. A change that follows may not be pending yet: if one
   * followed the last batch, one probably follows this batch too.
   */
  shouldKeep(isChangePending: boolean): boolean {
    return !this.isExpired() && (this.wasFollowed || isChangePending);
  }

  /** Passes the journal on to the next batch, or unlocks the host if no change is pending. */
  async batchFinished(
    shell: Shell,
    journalFile: JournalFile | undefined,
    isChangePending: boolean,
  ): Promise<void> {
    this.wasFollowed = isChangePending;
    this.journalFile = journalFile;
    if (!isChangePending) await unlock(shell);
  }

  private isExpired(): boolean {
    return performance.now() > this.acquiredAt + LEASE_MILLISECONDS;
  }
}
