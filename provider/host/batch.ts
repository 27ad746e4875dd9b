import { type Journal, writeJournal } from "../journal/journal";
import type { Result, Step } from "../values/command";
import { LvsError } from "../values/errors";
import { HalfDone, type Waiting } from "./change";
import type { Group } from "./framing";
import { finish, isWell, judge, settle } from "./judge";
import { type Answer, Question } from "./observation";
import {
  type Begun,
  isSame,
  joinLines,
  planBeginning,
  planReleasing,
  planRest,
  type Released,
} from "./planning";
import type { RunOptions, Shell } from "./shell";

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
      for (const one of begun) finish(one, after, journal, this.host);
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
    const all = begun.map((one) => one.steps);
    if (!isNew && all.flat().length === 0) return before;
    announceSteps(begun, all);
    const { groups, joint } = isReleasing ? { groups: all, joint: [] } : joinLines(all);
    const question = this.question.after(isReleasing ? [] : all.flat(), before.with(journal));
    const options = isNew ? { before: journalStep(journal) } : {};
    const { last, after } = await this.carryOut(begun, groups, question, joint, options);
    return joint.length === 0 || isWell(last) ? after : this.claimEach(begun, after);
  }

  /** Runs what is left one by one: together it did not go well, and it has to be said whose fault that is. */
  private async claimEach(begun: readonly Begun[], known: Answer): Promise<Answer> {
    planRest(begun, known);
    const groups = begun.map((one) => one.steps);
    return (await this.carryOut(begun, groups, this.question.after(groups.flat(), known))).after;
  }

  /** Runs the steps; the journal forgets what is gone, at once when all went well. */
  private async release(
    begun: readonly Begun[],
    before: Answer,
    journal: Journal,
  ): Promise<Answer> {
    const planned = planReleasing(begun, before, journal);
    announceSteps(begun, planned.groups);
    const steps = [...begun.flatMap((one) => one.steps), ...planned.groups.flat()];
    const question = this.question.after(steps, before.with(journal));
    const forget = forgetting(planned, journal);
    const { last, after } = await this.carryOut(begun, planned.groups, question, forget);
    if (last?.exitCode === 0) return after.with(planned.journal);
    // A claim whose part could not be taken away stays.
    const final = planReleasing(begun, before, journal).journal;
    if (isSame(after.journal, final)) return after;
    await this.send([], { before: journalStep(final) });
    return after.with(final);
  }

  /** Runs the steps of each change, then a command for all of them, and looks again: one round trip. */
  private async carryOut(
    begun: readonly Begun[],
    steps: readonly (readonly Step[])[],
    question: Question,
    forAll: Group = [],
    options: RunOptions = {},
  ): Promise<{ last: Result | undefined; after: Answer }> {
    // What another one brings as well (a tunnel that two VIPs share) is done once.
    const groups = steps.map((group) => group.map((step) => ({ ...step, once: true })));
    const results = await this.send([...groups, forAll, ...question.groups], options);
    judge(begun, groups, results, this.host);
    const [last = [], ...answers] = results.slice(groups.length);
    return { last: last[0], after: question.read(answers) };
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
function forgetting({ groups, journal }: Released, old: Journal): Group {
  const isTold = groups.flat().every((step) => !step.failsOnStderr);
  if (!isTold || isSame(journal, old)) return [];
  return [{ run: writeJournal(journal), onlyIfAllWell: true }];
}

function announceSteps(begun: readonly Begun[], groups: readonly (readonly Step[])[]): void {
  for (const [index, one] of begun.entries()) {
    const [first, ...others] = groups[index] ?? [];
    if (first)
      one.change.report(`${first.because}${others.length > 0 ? ` (+${others.length})` : ""}`);
  }
}
