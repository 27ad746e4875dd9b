import type { Written } from "../../journal/file";
import type { Shell } from "../shell";
import { Question } from "./observation";

/** Another process may hold the host's lock for as long as its own batch takes. */
const LOCK_SECONDS = 120;

/** A host that was locked for longer is let go before the next batch: other processes wait for it. */
const LONG_MILLISECONDS = 5000;

/**
 * Locks a host and reads its journal, which nobody else writes from then on: that can be done while a batch still
 * gathers, and a look cannot.
 */
export async function lockAndRead(shell: Shell): Promise<Written> {
  const question = Question.ofJournal();
  const lock = { lockFirst: { waitSeconds: LOCK_SECONDS } };
  try {
    return question.read(await shell.run(question.groups, lock)).written;
  } catch (error) {
    await unlock(shell);
    throw error;
  }
}

/** Lets the lock go, if this shell has it. */
export async function unlock(shell: Shell): Promise<void> {
  if (shell.isLocked) await shell.run([], { unlockLast: true }).catch(() => undefined);
}

/** The lock of a host and its journal, which a batch passes on to the next one. */
export class PassedLock {
  private journal: Written | undefined;
  private takenAt = 0;
  /** Whether somebody with a change waited when the last batch ended. */
  private wasFollowed = false;

  /** Locks the host and reads its journal, unless the batch before has passed both on. */
  async take(shell: Shell, sayLocking: () => void): Promise<Written> {
    if (shell.isLocked && this.journal && !this.isLong()) return this.journal;
    await unlock(shell);
    sayLocking();
    const written = await lockAndRead(shell);
    this.takenAt = performance.now();
    return written;
  }

  /** Asked before it is known whether somebody will wait: probably so, when somebody did the last time. */
  willBePassed(isFollowed: boolean): boolean {
    return !this.isLong() && (this.wasFollowed || isFollowed);
  }

  /** A batch has ended, with this journal: those who wait have it if the host is still locked. */
  async pass(shell: Shell, journal: Written | undefined, isFollowed: boolean): Promise<void> {
    this.wasFollowed = isFollowed;
    this.journal = journal;
    if (!isFollowed) await unlock(shell);
  }

  private isLong(): boolean {
    return performance.now() > this.takenAt + LONG_MILLISECONDS;
  }
}
