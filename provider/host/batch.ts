import { type Journal, writeJournal } from "../journal/journal";
import type { Step } from "../values/command";
import { LvsError } from "../values/errors";
import { HalfDone, type Waiting } from "./change";
import type { Runnable } from "./framing";
import { judge } from "./judge";
import { type Answer, type Observed, Question } from "./observation";
import { type Begun, isSame, planBeginning, planReleasing, type Released } from "./planning";
import { notConverged } from "./remedies";
import type { Shell } from "./shell";

/** Another process may hold the host's lock for as long as its own batch takes. */
const LOCK_SECONDS = 120;

/** What a batch takes over from the one before it, and leaves to the next. */
export interface BatchOptions {
  /** What was seen last, on a host that is locked since. @default - the host is not locked, and looked at first */
  readonly seen?: Answer | undefined;
  /** Leave the host locked. @default false */
  readonly keepsLock?: boolean;
}

/**
 * Carries out together what waits for one host: look (one round trip, which the batch before may have saved); claim in
 * the journal, change and look again (one); where something is released, that, the journal and a look (one). The host
 * is locked from the first look on.
 */
export class Batch {
  private readonly question: Question;
  private isLocked: boolean;

  constructor(
    private readonly shell: Shell,
    private readonly host: string,
    private readonly waiting: readonly Waiting[],
    private readonly options: BatchOptions = {},
  ) {
    this.question = Question.of(waiting.map((one) => one.facts));
    this.isLocked = options.seen !== undefined;
  }

  /** What was seen at the end, if the host is still locked. */
  async run(): Promise<Answer | undefined> {
    let last: Answer | undefined;
    try {
      last = await this.together();
    } finally {
      // A shell that is gone has let the lock go itself.
      if (this.isLocked && !(last && this.options.keepsLock))
        await this.send([], { unlockLast: true }).catch(() => undefined);
    }
    return this.isLocked ? last : undefined;
  }

  private async together(): Promise<Answer | undefined> {
    const before = await this.look();
    for (const one of this.waiting) {
      if (!one.change) settle(one, () => before.seen(one.facts));
    }
    const isChanging = this.waiting.some((one) => one.change);
    return isChanging ? this.change(before) : before;
  }

  /** What there is before the changes. Who only looks gets nothing but what is there now. */
  private async look(): Promise<Answer> {
    const changing = this.waiting.filter((one) => one.change);
    const seen = changing.length === this.waiting.length ? this.options.seen : undefined;
    const question = seen ? this.question.beyond(seen) : this.question;
    if (seen && question.isEmpty) return seen;
    for (const one of changing) one.change?.report(`looking at ${this.host}`);
    const isLocking = changing.length > 0;
    const lock = isLocking ? { lockFirst: { waitSeconds: LOCK_SECONDS } } : {};
    return question.read(await this.send(question.groups, lock));
  }

  private async change(before: Answer): Promise<Answer | undefined> {
    const { begun, journal } = planBeginning(this.waiting, before);
    const releasing = planReleasing(begun, before, journal);
    const isReleasing =
      releasing.groups.some((steps) => steps.length > 0) || !isSame(releasing.journal, journal);
    let hasBegun = false;
    try {
      const claimed = await this.claim(begun, before, journal, isReleasing);
      hasBegun = true;
      const after = isReleasing ? await this.release(begun, before, journal) : claimed;
      for (const one of begun) this.finish(one, after, journal);
      return after;
    } catch (error) {
      // A journal that cannot be written stops everything before the first step.
      const isUntouched = !hasBegun && error instanceof LvsError && error.kind === "command";
      const reason = isUntouched ? error : new HalfDone(error, undefined);
      for (const one of begun) one.one.reject(reason);
      return undefined;
    }
  }

  /** Writes the claims down, runs the steps, and looks again unless something is still to be released. */
  private async claim(
    begun: readonly Begun[],
    before: Answer,
    journal: Journal,
    isReleasing: boolean,
  ): Promise<Answer> {
    const isNew = !isSame(before.journal, journal);
    if (!isNew && begun.every((one) => one.steps.length === 0)) return before;
    const groups = begun.map((one) => {
      announceSteps(one, one.steps);
      // What another one brings as well (a tunnel that two VIPs share) is done once.
      return one.steps.map((step) => ({ ...step, once: true }));
    });
    const known = before.with(journal);
    const question = this.question.after(groups.flat(), known);
    const looks = isReleasing ? [] : question.groups;
    const results = await this.send([...groups, ...looks], {
      ...(isNew && { before: journalStep(journal) }),
      unlockLast: !isReleasing && !this.options.keepsLock,
    });
    judge(begun, groups, results, this.host);
    return isReleasing ? known : question.read(results.slice(groups.length));
  }

  /** Runs the steps; the journal forgets what is gone, at once when all went well. */
  private async release(
    begun: readonly Begun[],
    before: Answer,
    journal: Journal,
  ): Promise<Answer> {
    const planned = planReleasing(begun, before, journal);
    for (const [index, one] of begun.entries()) announceSteps(one, planned.groups[index] ?? []);
    const forget = forgetting(planned, journal);
    const steps = [...begun.flatMap((one) => one.steps), ...planned.groups.flat()];
    const question = this.question.after(steps, before.with(journal));
    const results = await this.send([...planned.groups, forget, ...question.groups]);
    judge(begun, planned.groups, results, this.host);
    const [forgotten, ...answers] = results.slice(planned.groups.length);
    const after = question.read(answers);
    if (forgotten?.[0]?.exitCode === 0) return after.with(planned.journal);
    // A claim whose part could not be taken away stays.
    const final = planReleasing(begun, before, journal).journal;
    if (isSame(after.journal, final)) return after;
    await this.send([], { before: journalStep(final), unlockLast: !this.options.keepsLock });
    return after.with(final);
  }

  /** Tells one resource how it went: a change counts only when reading back shows nothing left to do. */
  private finish({ one, change, failure }: Begun, after: Answer, journal: Journal): void {
    let seen: Observed | undefined;
    try {
      seen = after.seen(one.facts);
      if (failure) throw failure;
      const claimed = after.seen(one.facts, journal);
      const left = [...change.claims(claimed).steps, ...change.releases(claimed).steps];
      const failed = left.filter((step) => !step.mayFail);
      if (failed.length > 0) throw notConverged(this.host, failed);
      one.resolve(seen);
    } catch (error) {
      one.reject(new HalfDone(error, seen));
    }
  }

  private async send(...[groups, options]: Parameters<Shell["run"]>): ReturnType<Shell["run"]> {
    if (options?.lockFirst) this.isLocked = true;
    const results = await this.shell.run(groups, options);
    if (options?.unlockLast) this.isLocked = false;
    return results;
  }
}

function journalStep(journal: Journal): Step {
  return { run: writeJournal(journal), because: "write the journal" };
}

/** Writes the journal in the same round trip, if the shell can tell whether all steps went well. */
function forgetting({ groups, journal }: Released, old: Journal): Runnable[] {
  const isTold = groups.flat().every((step) => !step.failsOnStderr);
  if (!isTold || isSame(journal, old)) return [];
  return [{ run: writeJournal(journal), onlyIfAllWell: true }];
}

function announceSteps(one: Begun, steps: readonly Step[]): void {
  const [first, ...others] = steps;
  if (!first) return;
  one.change.report(`${first.because}${others.length > 0 ? ` (+${others.length})` : ""}`);
}

function settle(one: Waiting, seen: () => Observed): void {
  try {
    one.resolve(seen());
  } catch (error) {
    one.reject(error);
  }
}
