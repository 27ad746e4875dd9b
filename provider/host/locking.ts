import type { Journal } from "../journal/journal";
import { Question } from "./observation";
import type { Shell } from "./shell";

/** Another process may hold the host's lock for as long as its own batch takes. */
const LOCK_SECONDS = 120;

/** The options of a run that takes the lock first. */
export const LOCK = { lockFirst: { waitSeconds: LOCK_SECONDS } };

/**
 * Locks a host and reads its journal, which nobody else writes from then on: that can be done while a batch still
 * gathers, and a look cannot.
 */
export async function lockAndRead(shell: Shell): Promise<Journal> {
  const question = Question.of([]);
  try {
    return question.read(await shell.run(question.groups, LOCK)).journal;
  } catch (error) {
    await unlock(shell);
    throw error;
  }
}

/** Lets the lock go, if this shell has it. */
export async function unlock(shell: Shell): Promise<void> {
  if (shell.isLocked) await shell.run([], { unlockLast: true }).catch(() => undefined);
}
