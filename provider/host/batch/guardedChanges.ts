import type { Journal } from "../../journal/journal";
import { mayCutWayIn, planWayBack } from "../../journal/wayBack";
import { LvsError } from "../../values/errors";
import type { Shell } from "../shell";
import { CommitGuard, CutError, type Reach } from "./commitGuard";
import { lockAndReadJournal, unlock } from "./lockLease";
import type { Observation } from "./observation";
import { resolveChange } from "./outcome";
import { PartialChangeError } from "./partialChangeError";
import type { StartedChange } from "./planning";
import type { Query } from "./query";
import { undoFailedChanges } from "./undo";

/** Starts the timer that undoes the changes of a batch, if they can cut the way to the host. */
export async function armGuard(
  shell: Shell,
  reach: Reach,
  changes: readonly StartedChange[],
  before: Observation,
  planned: Journal,
): Promise<CommitGuard | undefined> {
  const mayCut = changes.some(({ request }) => mayCutWayIn(request.facts));
  if (reach.commitTimeoutSeconds === 0 || !mayCut) return undefined;
  const facts = new Set(changes.flatMap(({ request }) => request.facts));
  const owners = changes.flatMap(({ change }) => change.owners);
  const way = planWayBack(owners, before.look([...facts]), planned);
  return way && (await CommitGuard.arm(shell, reach, way));
}

/** Whether an error says that the connection was lost, or that the host has undone the changes. */
export function isLoss(error: unknown): boolean {
  return error instanceof CutError || (error instanceof LvsError && error.kind === "connect");
}

/**
 * Answers changes that the host undoes by itself, as soon as the host can be reached again. Whatever the host has not
 * undone is undone as after any other failure.
 */
export async function resolveAfterCut(
  guard: CommitGuard,
  changes: readonly StartedChange[],
  before: Observation,
  query: Query,
  error: unknown,
): Promise<void> {
  const cut = error instanceof CutError ? error : guard.cutBy(error);
  for (const change of changes) change.failure ??= cut;
  try {
    const shell = await guard.reopenShell();
    try {
      const journalFile = await lockAndReadJournal(shell);
      const seen = query.parse(await shell.run(query.commands)).withJournalFile(journalFile);
      const last = await undoFailedChanges(shell, changes, before, seen, query);
      for (const change of changes) resolveChange(change, before, last);
    } finally {
      await unlock(shell);
    }
  } catch (lost) {
    for (const { request } of changes) request.reject(hostLostError(cut, lost));
  }
}

/** The error of a change whose host could not be reached again. */
function hostLostError(cut: CutError, lost: unknown): PartialChangeError {
  const why = lost instanceof Error ? lost.message : String(lost);
  const text = `${cut.message}\nThe host was not seen again: ${why}\nRun pulumi up --refresh when it can be reached`;
  return new PartialChangeError(new LvsError(cut.kind, text, { cause: cut }), undefined);
}
