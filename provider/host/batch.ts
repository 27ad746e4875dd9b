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
  type Released,
} from "./planning";
import type { RunOptions, Shell } from "./shell";

/** Another process may hold the host's lock for as long as its own batch takes. */
const LOCK_SECONDS = 120;

/**
 * Carries out together what waits for one host: look (one round trip); claim in the journal, change and look again
 * (one); where something is released, that, the journal and a look (one). The host is locked from the first look on.
 */
export class Batch {
  private readonly question: Question;
  private isLocked = false;

  constructor(
    private readonly shell: Shell,
    private readonly host: string,
    private readonly waiting: readonly Waiting[],
    private readonly joinsLines = true,
  ) {
    this.question = Question.of(waiting.map((one) => one.facts));
  }

  async run(): Promise<void> {
    try {
      await this.together();
    } finally {
      // A shell that is gone has let the lock go itself.
      if (this.isLocked) await this.send([], { unlockLast: true }).catch(() => undefined);
    }
  }

  private async together(): Promise<void> {
    const changing = this.waiting.filter((one) => one.change);
    for (const one of changing) one.change?.report(`looking at ${this.host}`);
    const lock = changing.length > 0 ? { lockFirst: { waitSeconds: LOCK_SECONDS } } : {};
    const before = this.question.read(await this.send(this.question.groups, lock));
    for (const one of this.waiting) {
      if (!one.change) settle(one, () => before.seen(one.facts));
    }
    if (changing.length > 0) await this.change(before);
  }

  private async change(before: Answer): Promise<void> {
    const { begun, journal } = planBeginning(this.waiting, before);
    const releasing = planReleasing(begun, before, journal);
    const isReleasing =
      releasing.groups.some((steps) => steps.length > 0) || !isSame(releasing.journal, journal);
    let hasBegun = false;
    try {
      const claimed = await this.claim(begun, before, journal, isReleasing);
      hasBegun = true;
      if (claimed === "apart") return await this.apart(begun);
      const after = isReleasing ? await this.release(begun, before, journal) : claimed;
      for (const one of begun) finish(one, after, journal, this.host);
    } catch (error) {
      // A journal that cannot be written stops everything before the first step.
      const isUntouched = !hasBegun && error instanceof LvsError && error.kind === "command";
      const reason = isUntouched ? error : new HalfDone(error, undefined);
      for (const one of begun) one.one.reject(reason);
    }
  }

  /** Writes the claims down, runs the steps, and looks again unless something is still to be released. */
  private async claim(
    begun: readonly Begun[],
    before: Answer,
    journal: Journal,
    isReleasing: boolean,
  ): Promise<Answer | "apart"> {
    const isNew = !isSame(before.journal, journal);
    const all = begun.map((one) => one.steps);
    if (!isNew && all.flat().length === 0) return before;
    announceSteps(begun, all);
    const isJoining = this.joinsLines && !isReleasing;
    const { groups, joint } = isJoining ? joinLines(all) : { groups: all, joint: [] };
    const question = this.question.after(isReleasing ? [] : all.flat(), before.with(journal));
    const { last, after } = await this.carryOut(begun, groups, question, joint, {
      ...(isNew && { before: journalStep(journal) }),
      unlockLast: !isReleasing,
    });
    return joint.length === 0 || isWell(last) ? after : "apart";
  }

  /** Does it again one by one: together it did not go well, and it has to be said whose fault that is. */
  private async apart(begun: readonly Begun[]): Promise<void> {
    const waiting = begun.map(({ one }) => one);
    await new Batch(this.shell, this.host, waiting, false).run();
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
    await this.send([], { before: journalStep(final), unlockLast: true });
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
