import { type JournalFile, rewriteJournal, writeJournal } from "../../journal/file";
import type { Journal } from "../../journal/journal";
import { isSameJournal } from "../../journal/patch";
import type { Command } from "../../values/command";
import { LvsError } from "../../values/errors";
import type { Step } from "../../values/step";
import type { Group, RunOptions, Shell } from "../shell";
import { NO_BOOT_FILES, planBootFiles, writeBootFiles } from "./bootFiles";
import type { CommitGuard, Reach } from "./commitGuard";
import { armGuard, isLoss, resolveAfterCut } from "./guardedChanges";
import { lockAndReadJournal, unlock } from "./lockLease";
import type { Observation } from "./observation";
import {
  attributeFailures,
  firstFailure,
  requireConvergence,
  resolveChange,
  resolveRead,
} from "./outcome";
import { PartialChangeError } from "./partialChangeError";
import {
  addFactsOfClaims,
  holdBackReleases,
  mergeIpvsadmLines,
  planClaimPhase,
  planReleasePhase,
  reportSteps,
  type StartedChange,
} from "./planning";
import { Query } from "./query";
import type { PendingRequest } from "./request";
import { runRoundTrip } from "./roundTrip";
import { undoFailedChanges } from "./undo";
import { UndoneChangeError } from "./undoneChangeError";

interface BatchOptions {
  /** The journal of the host, which is locked. @default - the batch has no changes */
  readonly journalFile?: JournalFile | undefined;
  /** Whether the host stays locked after success. Asked before the last round trip. @default - the host is unlocked */
  readonly keepsLock?: () => boolean;
  /** What failed changes are brought back to. @default - the first look of the batch */
  readonly undoTo?: Observation;
  /** How the host is reached anew, for changes that can cut the way to it. @default - such changes have no guard */
  readonly reach?: Reach;
  /** Whether the ipvsadm lines of all changes run in one ipvsadm. @default true */
  readonly mergesLines?: boolean;
}

/**
 * Answers the requests of many resources on one host in up to three round trips:
 * 1. read the facts of all requests;
 * 2. write the claims into the journal, run the steps of the claims, and read again what the steps may have changed;
 * 3. if a change releases parts: run these steps, remove the claims from the journal, and read again.
 * A change that removes real servers counts their connections at the end of the second one, after it has quiesced them:
 * while they have some, it takes no part in the third one.
 */
export class Batch {
  private readonly requests: readonly PendingRequest[];
  private readonly query: Query;
  private staysLocked = false;
  private guard: CommitGuard | undefined;

  constructor(
    private readonly shell: Shell,
    private readonly host: string,
    requests: readonly PendingRequest[],
    private readonly options: BatchOptions = {},
  ) {
    const { journalFile } = options;
    this.requests = addFactsOfClaims(requests, journalFile, host);
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
    for (const request of this.requests) request.report(`reading ${this.host}`);
    const before = this.query.parse(await this.shell.run(this.query.commands));
    for (const request of this.requests) {
      if (!request.change) resolveRead(request, before);
    }
    return hasChanges ? await this.change(before) : before;
  }

  private async change(before: Observation): Promise<Observation | undefined> {
    const { changes, journal } = planClaimPhase(this.requests, before);
    const releases = planReleasePhase(changes, before, journal);
    const hasReleases =
      releases.steps.some((steps) => steps.length > 0) || !isSameJournal(journal, releases.journal);
    let areClaimsDone = false;
    try {
      const { reach } = this.options;
      this.guard = reach && (await armGuard(this.shell, reach, changes, before, releases.journal));
    } catch (error) {
      for (const { request } of changes) request.reject(error);
      return undefined;
    }
    try {
      let after = await this.runClaimPhase(changes, before, journal, hasReleases);
      areClaimsDone = true;
      if (after && hasReleases)
        after = await this.runReleasePhase(changes, after, before.journalFile);
      after = await this.confirmGuard(changes, before, after);
      if (!after) {
        await this.retryOneByOne(changes, before);
        return undefined;
      }
      return await this.resolveAll(changes, before, after, journal);
    } catch (error) {
      if (this.guard && isLoss(error)) {
        const first = this.options.undoTo ?? before;
        await resolveAfterCut(this.guard, changes, first, this.query, error);
        return undefined;
      }
      await this.guard?.disarm();
      // If the journal cannot be written, no step is run.
      const isUntouched = !areClaimsDone && isCommandError(error);
      const reason = isUntouched ? error : PartialChangeError.of(error);
      for (const { request } of changes) request.reject(reason);
      return undefined;
    }
  }

  /**
   * Confirms guarded changes. Only then the files at boot are written, since a host that is cut off may be rebooted, and
   * the claims of what was released are removed after these.
   */
  private async confirmGuard(
    changes: readonly StartedChange[],
    before: Observation,
    after: Observation | undefined,
  ): Promise<Observation | undefined> {
    if (!this.guard) return after;
    await this.guard.confirm();
    this.guard = undefined;
    if (!after) return undefined;
    const { journal } = planReleasePhase(changes, after, after.journal);
    const boot = planBootFiles(changes, before.journalFile, journal);
    const { run, file } = writeJournal(after.journalFile, journal, boot.isComplete);
    const bootFiles = writeBootFiles(boot, file);
    const steps = [...bootFiles.steps, ...(run ? [journalStep(run)] : [])];
    if (steps.length === 0) return after;
    const [results = []] = await this.shell.run([steps]);
    const ofEach = <T>(value: T) => changes.map(() => value);
    attributeFailures(changes, ofEach(steps), ofEach(results), this.host);
    return firstFailure(steps, results) ? after : after.withJournalFile(bootFiles.file);
  }

  /**
   * Writes the claims into the journal, runs their steps, and reads again unless a release phase follows. Returns
   * undefined if the merged ipvsadm failed.
   */
  private async runClaimPhase(
    changes: readonly StartedChange[],
    before: Observation,
    journal: Journal,
    hasReleases: boolean,
  ): Promise<Observation | undefined> {
    // Where a release phase or a confirmation follows, it writes the files at boot.
    const boot =
      hasReleases || this.guard
        ? NO_BOOT_FILES
        : planBootFiles(changes, before.journalFile, journal);
    const areFilesThere = boot.isComplete && !boot.step;
    const { run, file } = writeJournal(before.journalFile, journal, areFilesThere);
    const planned = changes.map((change) => change.steps);
    const awaited = changes.flatMap((change) => change.awaited);
    if (!run && !boot.step && planned.flat().length === 0 && awaited.length === 0) {
      // The first round trip was the last one. It has kept the lock, and run() unlocks the host if need be.
      if (!hasReleases) this.decideOnLock();
      return before;
    }
    reportSteps(changes, planned);
    const { steps, ipvsadm, last } = mergeIpvsadmLines(planned, this.options);
    const changed = hasReleases ? [] : planned.flat();
    const query = this.query.afterSteps(changed, before.withJournalFile(file)).counting(awaited);
    // The IPVS table comes last: virtual services need the modules and sysctls of the other steps.
    const commonCommands: Group = ipvsadm ? [{ ...ipvsadm, onlyIfNoneFailed: true }] : [];
    const options: RunOptions = {
      ...(run && { prerequisite: journalStep(run) }),
      ...(!hasReleases && this.decideOnLock()),
    };
    const bootFiles = writeBootFiles(boot, file);
    const roundTrip = { steps, boot: bootFiles.steps, commonCommands, last, query, options };
    const outcome = await runRoundTrip(this.shell, this.host, changes, roundTrip);
    holdBackReleases(changes, outcome.observation);
    if (!outcome.succeeded) return undefined;
    return outcome.observation.withJournalFile(outcome.hasBootFiles ? bootFiles.file : file);
  }

  /**
   * Runs the steps of the releases, removes the claims from the journal, and reads again. Returns undefined if the
   * merged ipvsadm failed.
   */
  private async runReleasePhase(
    changes: readonly StartedChange[],
    before: Observation,
    journalFileAtStart: JournalFile,
  ): Promise<Observation | undefined> {
    const planned = planReleasePhase(changes, before, before.journal);
    reportSteps(changes, planned.steps);
    const changed = [...changes.flatMap((change) => change.steps), ...planned.steps.flat()];
    const query = this.query.afterSteps(changed, before);
    const { steps, ipvsadm, last } = mergeIpvsadmLines(planned.steps, this.options);
    const boot = this.guard
      ? NO_BOOT_FILES
      : planBootFiles(changes, journalFileAtStart, planned.journal);
    // The journal comes after the files at boot, and only where these are written.
    const { run, file } = this.guard
      ? { file: before.journalFile }
      : writeJournal(before.journalFile, planned.journal, boot.isComplete);
    const commonCommands: Group = run ? [{ run, onlyIfNoneFailed: true }] : [];
    // The IPVS table comes first: a virtual service that is still there may use what the other steps take away.
    const options: RunOptions = {
      ...(ipvsadm && { prerequisite: ipvsadm }),
      ...this.decideOnLock(),
    };
    const bootFiles = writeBootFiles(boot, file);
    const roundTrip = { steps, boot: bootFiles.steps, commonCommands, last, query, options };
    const outcome = await runRoundTrip(this.shell, this.host, changes, roundTrip).catch((error) => {
      if (ipvsadm && isCommandError(error)) return undefined;
      throw error;
    });
    if (!outcome) return undefined;
    if (outcome.succeeded)
      return outcome.observation.withJournalFile(outcome.hasBootFiles ? bootFiles.file : file);
    return outcome.observation.withJournalFile(await this.keepFailedClaims(changes, before));
  }

  /** Writes the journal again after a failed release: the parts that could not be removed stay claimed. */
  private async keepFailedClaims(
    changes: readonly StartedChange[],
    before: Observation,
  ): Promise<JournalFile> {
    const { journal } = planReleasePhase(changes, before, before.journal);
    // The whole file is written, since appending may be what failed.
    const { run, file } = rewriteJournal(before.journalFile, journal);
    if (run) await this.shell.run([], { prerequisite: journalStep(run) });
    return file;
  }

  /** Undoes the changes that failed, and answers all of them. */
  private async resolveAll(
    changes: readonly StartedChange[],
    before: Observation,
    after: Observation,
    claimed: Journal,
  ): Promise<Observation> {
    requireConvergence(changes, after, claimed, this.host);
    const first = this.options.undoTo ?? before;
    const { shell, host, query } = this;
    const last = await undoFailedChanges(shell, host, changes, first, after, query);
    for (const change of changes) resolveChange(change, first, last);
    return last;
  }

  private decideOnLock(): RunOptions {
    this.staysLocked = this.options.keepsLock?.() ?? false;
    // The lock is kept until the changes are confirmed, since the host may take them back.
    return this.staysLocked || this.guard ? {} : { releaseLock: "ifNoneFailed" };
  }

  /** Repeats the batch with an ipvsadm for each change, to find out which change made the merged ipvsadm fail. */
  private async retryOneByOne(
    changes: readonly StartedChange[],
    before: Observation,
  ): Promise<void> {
    const requests = changes.map(({ request }) => ({
      ...request,
      reject: (error: unknown) =>
        request.reject(error instanceof UndoneChangeError ? error : PartialChangeError.of(error)),
    }));
    const journalFile = await lockAndReadJournal(this.shell);
    const { reach } = this.options;
    const options = { journalFile, mergesLines: false, undoTo: before, ...(reach && { reach }) };
    await new Batch(this.shell, this.host, requests, options).run();
  }
}

/** Whether a prerequisite of a round trip failed, so that nothing else was run. */
function isCommandError(error: unknown): boolean {
  return error instanceof LvsError && error.kind === "command";
}

function journalStep(run: Command): Step {
  return { run, description: "write the journal" };
}
