import { type JournalFile, rewriteJournal } from "../../journal/file";
import { LvsError } from "../../values/errors";
import type { RunOptions, Shell } from "../shell";
import { journalStep } from "./bootFiles";
import type { CommitGuard, Reach } from "./commitGuard";
import { addFactsOfClaims } from "./factsOfClaims";
import { armGuard, isLoss, resolveAfterCut } from "./guardedChanges";
import { lockAndReadJournal, unlock } from "./lockLease";
import type { Observation } from "./observation";
import { requireConvergence, resolveChange, resolveRead } from "./outcome";
import { PartialChangeError } from "./partialChangeError";
import { type BatchContext, claimPhase, confirmationPhase, releasePhase } from "./phase";
import { holdBackReleases, planAllReleases, planBatch, type StartedChange } from "./planning";
import { Query } from "./query";
import type { PendingRequest } from "./request";
import { runPhase } from "./runPhase";
import { undoFailedChanges } from "./undo";
import { UndoneChangeError } from "./undoneChangeError";

interface BatchOptions {
  /** The journal of the host, which is locked. @default - the batch has no changes */
  readonly journalFile?: JournalFile | undefined;
  /** Whether the host stays locked after success. Asked before the last phase. @default - the host is unlocked */
  readonly keepsLock?: () => boolean;
  /** What failed changes are undone to. @default - the first look of the batch */
  readonly undoTo?: Observation;
  /** How the host is reached anew, for changes that can cut the way to it. @default - such changes have no guard */
  readonly reach?: Reach;
  /** Whether the ipvsadm lines of all changes run in one ipvsadm. @default true */
  readonly mergesLines?: boolean;
}

/**
 * Answers the requests of many resources on one host in up to three round trips:
 * 1. the first look reads the facts of all requests;
 * 2. the claim phase writes the claims into the journal and runs their steps;
 * 3. if a change releases parts, the release phase runs these steps and removes the claims from the journal.
 * The last phase reads again what the steps may have changed. A change that removes real servers quiesces them in its
 * claim phase and counts their connections at the end: while there are some, it takes no part in the release phase.
 */
export class Batch {
  private readonly requests: readonly PendingRequest[];
  private readonly query: Query;
  private staysLocked = false;
  private guard: CommitGuard | undefined;

  constructor(
    private readonly shell: Shell,
    requests: readonly PendingRequest[],
    private readonly options: BatchOptions = {},
  ) {
    const { journalFile } = options;
    this.requests = addFactsOfClaims(requests, journalFile, shell.host);
    this.query = Query.forRequests(this.requests, journalFile);
  }

  /** Answers all requests. Returns the last observation of the host, or undefined if the host could not be read. */
  async run(): Promise<Observation | undefined> {
    let observation: Observation | undefined;
    try {
      observation = await this.readAndChange();
    } finally {
      if (!observation || !this.staysLocked) await unlock(this.shell);
    }
    return observation;
  }

  private async readAndChange(): Promise<Observation | undefined> {
    if (this.requests.length === 0) return undefined;
    const hasChanges = this.requests.some((request) => request.change);
    if (hasChanges && !this.options.journalFile) throw new Error("changes without the lock");
    for (const request of this.requests) request.report(`reading ${this.shell.host}`);
    const before = this.query.parse(await this.shell.run(this.query.commands));
    for (const request of this.requests) {
      if (!request.change) resolveRead(request, before);
    }
    return hasChanges ? await this.change(before) : before;
  }

  private async change(before: Observation): Promise<Observation | undefined> {
    const { reach, mergesLines = true } = this.options;
    const plan = planBatch(this.requests, before);
    const { changes } = plan;
    try {
      this.guard = reach && (await armGuard(this.shell, reach, changes, before, plan.released));
    } catch (error) {
      for (const { request } of changes) request.reject(error);
      return undefined;
    }
    const isGuarded = this.guard !== undefined;
    const undoTo = this.options.undoTo ?? before;
    return this.runPhases({ plan, before, undoTo, query: this.query, isGuarded, mergesLines });
  }

  /** Runs the phases in order. Returns undefined if no phase shows what the host is now. */
  private async runPhases(context: BatchContext): Promise<Observation | undefined> {
    let areClaimsDone = false;
    try {
      let after = await this.runClaimPhase(context);
      areClaimsDone = true;
      if (after && context.plan.hasReleases) after = await this.runReleasePhase(context, after);
      if (this.guard) after = await this.confirm(this.guard, context, after);
      if (after) return await this.resolveAll(context, after);
      await this.retryOneByOne(context);
    } catch (error) {
      const { plan, undoTo, query } = context;
      if (this.guard && isLoss(error))
        await resolveAfterCut(this.guard, plan.changes, undoTo, query, error);
      else await this.rejectAll(context, error, areClaimsDone);
    }
    return undefined;
  }

  /** Returns undefined if the merged ipvsadm failed. */
  private async runClaimPhase(context: BatchContext): Promise<Observation | undefined> {
    const { changes, hasReleases } = context.plan;
    const phase = claimPhase(context);
    // Without a claim phase, the first look may be the last round trip. It has kept the lock.
    const lockOptions = hasReleases ? {} : this.decideOnLock();
    if (!phase) return context.before;
    const options = { ...lockOptions, ...this.timeLimit() };
    const { succeeded, observation } = await runPhase(this.shell, changes, phase, options);
    holdBackReleases(changes, observation);
    return succeeded ? observation : undefined;
  }

  /** Returns undefined if the merged ipvsadm failed. */
  private async runReleasePhase(
    context: BatchContext,
    claimed: Observation,
  ): Promise<Observation | undefined> {
    const { changes } = context.plan;
    const phase = releasePhase(context, claimed);
    const options = { ...this.decideOnLock(), ...this.timeLimit() };
    const outcome = await runPhase(this.shell, changes, phase, options).catch((error) => {
      if (phase.prerequisite && isCommandError(error)) return undefined;
      throw error;
    });
    if (!outcome || outcome.succeeded) return outcome?.observation;
    return outcome.observation.withJournalFile(await this.keepFailedClaims(changes, claimed));
  }

  /** Writes the journal again after a failed release: the parts that could not be removed stay claimed. */
  private async keepFailedClaims(
    changes: readonly StartedChange[],
    claimed: Observation,
  ): Promise<JournalFile> {
    const { journal } = planAllReleases(changes, claimed, claimed.journal);
    // The whole file is written, since appending may be what failed.
    const { run, file } = rewriteJournal(claimed.journalFile, journal);
    if (run) await this.shell.run([], { prerequisite: journalStep(run) });
    return file;
  }

  /**
   * Confirms guarded changes. Only then the boot files are written, since a host that is cut off may be rebooted.
   * `after` is undefined if the merged ipvsadm failed.
   */
  private async confirm(
    guard: CommitGuard,
    context: BatchContext,
    after: Observation | undefined,
  ): Promise<Observation | undefined> {
    await guard.confirm();
    this.guard = undefined;
    const phase = after && confirmationPhase(context, after);
    if (!phase) return after;
    return (await runPhase(this.shell, context.plan.changes, phase, {})).observation;
  }

  private decideOnLock(): RunOptions {
    this.staysLocked = this.options.keepsLock?.() ?? false;
    // The lock is kept until the changes are confirmed, since the host may take them back.
    return this.staysLocked || this.guard ? {} : { releaseLock: "ifNoneFailed" };
  }

  /** An answer that a change has cut off need not be waited for after the host has undone that change. */
  private timeLimit(): RunOptions {
    return this.guard ? { timeLimitSeconds: this.guard.secondsLeft } : {};
  }

  /** Undoes the changes that failed, and answers all of them. */
  private async resolveAll(context: BatchContext, after: Observation): Promise<Observation> {
    const { plan, undoTo, query } = context;
    requireConvergence(plan.changes, after, plan.claimed, this.shell.host);
    const last = await undoFailedChanges(this.shell, plan.changes, undoTo, after, query);
    for (const change of plan.changes) resolveChange(change, undoTo, last);
    return last;
  }

  private async rejectAll(context: BatchContext, error: unknown, areClaimsDone: boolean) {
    await this.guard?.disarm();
    // If the claims cannot be written into the journal, no step is run.
    const isUntouched = !areClaimsDone && isCommandError(error);
    const reason = isUntouched ? error : PartialChangeError.of(error);
    for (const { request } of context.plan.changes) request.reject(reason);
  }

  /** Repeats the batch with an ipvsadm for each change, to find out which change made the merged ipvsadm fail. */
  private async retryOneByOne({ plan, before }: BatchContext): Promise<void> {
    const requests = plan.changes.map(({ request }) => ({
      ...request,
      reject: (error: unknown) =>
        request.reject(error instanceof UndoneChangeError ? error : PartialChangeError.of(error)),
    }));
    const journalFile = await lockAndReadJournal(this.shell);
    const { reach } = this.options;
    const options = { journalFile, mergesLines: false, undoTo: before, ...(reach && { reach }) };
    await new Batch(this.shell, requests, options).run();
  }
}

/** Whether a prerequisite of a round trip failed, so that nothing else was run. */
function isCommandError(error: unknown): boolean {
  return error instanceof LvsError && error.kind === "command";
}
