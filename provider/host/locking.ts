import type { Written } from "../journal/file";
import { Question } from "./observation";
import type { Shell } from "./shell";

/** Another process may hold the host's lock for as long as its own batch takes. */
const LOCK_SECONDS = 120;

/**
 * Locks a host and reads its journal, which nobody else writes from then on: that can be done while a batch still
 * gathers, and a look cannot.
 */
export async function lockAndRead(shell: Shell): Promise<Written> {
  const question = Question.of([]);
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
