import { type Journal, writeJournal } from "../journal/journal";
import type { Result, Step } from "../values/command";
import { LvsError } from "../values/errors";
import { HalfDone, type Waiting } from "./change";
import type { Group } from "./groupText";
import { finish, judge, settle } from "./judge";
import { LOCK, unlock } from "./locking";
import { type Answer, Question } from "./observation";
import {
  type Begun,
  isSame,
  type Joined,
  joinLines,
  planBeginning,
  planReleasing,
  type Released,
} from "./planning";
import type { RunOptions, Shell } from "./shell";

/** How a batch is carried out. */
interface BatchOptions {
  /** What the journal says, of a host that is locked already. @default - it is locked and read */
  readonly journal?: Journal | undefined;
  /** Whether one ipvsadm is told the lines of all. @default true */
  readonly joinsLines?: boolean;
}

/**
 * Carries out together what waits for one host: look (one round trip); claim in the journal, change and look again
 * (one); where something is released, that, the journal and a look (one). The host is locked by the first look.
 */
export class Batch {
  private readonly question: Question;

  constructor(
    private readonly shell: Shell,
    private readonly host: string,
    private readonly waiting: readonly Waiting[],
    private readonly options: BatchOptions = {},
  ) {
    this.question = Question.of(waiting, options.journal);
  }

  /** What was seen, when nothing of it is to be changed. */
  async run(): Promise<Answer | undefined> {
    try {
      return await this.together();
    } finally {
      await unlock(this.shell);
    }
  }

  private async together(): Promise<Answer | undefined> {
    const changing = this.waiting.filter((one) => one.change);
    for (const one of changing) one.change?.report(`looking at ${this.host}`);
    const lock = changing.length > 0 ? LOCK : {};
    const before = this.question.read(await this.shell.run(this.question.groups, lock));
    for (const one of this.waiting) {
      if (!one.change) settle(one, () => before.seen(one.facts));
    }
    if (changing.length === 0) return before;
    await this.change(before);
    return undefined;
  }

  private async change(before: Answer): Promise<void> {
    const { begun, journal } = planBeginning(this.waiting, before);
    const releasing = planReleasing(begun, before, journal);
    const isReleasing =
      releasing.groups.some((steps) => steps.length > 0) || !isSame(releasing.journal, journal);
    let hasBegun = false;
    try {
      let after = await this.claim(begun, before, journal, isReleasing);
      hasBegun = true;
      if (after && isReleasing) after = await this.release(begun, before, journal);
      if (!after) return await this.apart(begun);
      for (const one of begun) finish(one, after, journal, this.host);
    } catch (error) {
      // A journal that cannot be written stops everything before the first step.
      const isUntouched = !hasBegun && isOfCommand(error);
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
  ): Promise<Answer | undefined> {
    const isNew = !isSame(before.journal, journal);
    const all = begun.map((one) => one.steps);
    if (!isNew && all.flat().length === 0) return before;
    announceSteps(begun, all);
    const { groups, joint } = this.join(all);
    const question = this.question.after(isReleasing ? [] : all.flat(), before.with(journal));
    // They come last: what they need is there by then.
    const last = joint.map((one) => ({ ...one, onlyIfAllWell: true }));
    const done = await this.carryOut(begun, { groups, last }, question, {
      ...(isNew && { before: journalStep(journal) }),
      ...(!isReleasing && { unlockLast: "ifAllWell" }),
    });
    return isWell(last, done.last) ? done.after : undefined;
  }

  /** Runs the steps; the journal forgets what is gone, at once when all went well. */
  private async release(
    begun: readonly Begun[],
    seen: Answer,
    journal: Journal,
  ): Promise<Answer | undefined> {
    const planned = planReleasing(begun, seen, journal);
    announceSteps(begun, planned.groups);
    const steps = [...begun.flatMap((one) => one.steps), ...planned.groups.flat()];
    const question = this.question.after(steps, seen.with(journal));
    const { groups, joint } = this.join(planned.groups);
    const last = forgetting(planned, journal);
    // They come first, and nothing of a resource is put back whose line is still there: it could be in use.
    const [before] = joint;
    const options: RunOptions = { ...(before && { before }), unlockLast: "ifAllWell" };
    const running = this.carryOut(begun, { groups, last }, question, options);
    const done = await running.catch((error: unknown) => {
      if (joint.length > 0 && isOfCommand(error)) return undefined;
      throw error;
    });
    if (!done) return undefined;
    if (isWell(last, done.last)) return done.after.with(planned.journal);
    // A claim whose part could not be taken away stays.
    const final = planReleasing(begun, seen, journal).journal;
    if (isSame(done.after.journal, final)) return done.after;
    await this.shell.run([], { before: journalStep(final), unlockLast: true });
    return done.after.with(final);
  }

  private join(groups: readonly (readonly Step[])[]): Joined {
    return (this.options.joinsLines ?? true) ? joinLines(groups) : { groups, joint: [] };
  }

  /** Does it again one by one: together it did not go well, and it has to be said whose fault that is. */
  private async apart(begun: readonly Begun[]): Promise<void> {
    const waiting = begun.map(({ one }) => one);
    await new Batch(this.shell, this.host, waiting, { joinsLines: false }).run();
  }

  /** Runs the steps of each change, then the commands for all of them, and looks again: one round trip. */
  private async carryOut(
    begun: readonly Begun[],
    { groups: steps, last }: Together,
    question: Question,
    options: RunOptions,
  ): Promise<Done> {
    // What another one brings as well (a tunnel that two VIPs share) is done once.
    const groups = steps.map((group) => group.map((step) => ({ ...step, once: true })));
    const results = await this.shell.run([...groups, last, ...question.groups], options);
    judge(begun, groups, results, this.host);
    const [ofLast = [], ...answers] = results.slice(groups.length);
    return { last: ofLast, after: question.read(answers) };
  }
}

/** What is carried out in one round trip. */
interface Together {
  readonly groups: readonly (readonly Step[])[];
  readonly last: Group;
}

interface Done {
  readonly last: readonly (Result | undefined)[];
  readonly after: Answer;
}

function isWell(group: Group, results: readonly (Result | undefined)[]): boolean {
  return group.every((_, at) => results[at]?.exitCode === 0);
}

/** A command that had to go well before anything else, and did not. */
function isOfCommand(error: unknown): boolean {
  return error instanceof LvsError && error.kind === "command";
}

function journalStep(journal: Journal): Step {
  return { run: writeJournal(journal), because: "write the journal" };
}

/** Writes the journal in the same round trip, if all steps go well. */
function forgetting({ journal }: Released, old: Journal): Group {
  return isSame(journal, old) ? [] : [{ run: writeJournal(journal), onlyIfAllWell: true }];
}

function announceSteps(begun: readonly Begun[], groups: readonly (readonly Step[])[]): void {
  for (const [index, one] of begun.entries()) {
    const [first, ...others] = groups[index] ?? [];
    if (first)
      one.change.report(`${first.because}${others.length > 0 ? ` (+${others.length})` : ""}`);
  }
}
