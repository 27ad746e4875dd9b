import { rewriteJournal, type Written, writeJournal } from "../../journal/file";
import type { Journal } from "../../journal/journal";
import { isSameJournal } from "../../journal/patch";
import type { Command } from "../../values/command";
import { LvsError } from "../../values/errors";
import type { Step } from "../../values/step";
import type { Group, RunOptions, Shell } from "../shell";
import { HalfDone, type Waiting } from "./change";
import { finish, settle } from "./judge";
import { lockAndRead, unlock } from "./locking";
import { type Answer, Question } from "./observation";
import {
  announceSteps,
  type Begun,
  joinLines,
  planBeginning,
  planReleasing,
  withFactsHeld,
} from "./planning";
import { carryOut } from "./trip";

/** How a batch is carried out. */
interface BatchOptions {
  /** The journal of the host, which is locked. @default - nothing is to be changed */
  readonly written?: Written | undefined;
  /** Whether the host stays locked when all went well: asked when the last round trip begins. @default - no */
  readonly keepsLock?: () => boolean;
  /** Whether one ipvsadm is told the lines of all. @default true */
  readonly joinsLines?: boolean;
}

/**
 * Carries out together what waits for one host: look (one round trip); claim in the journal, change and look again
 * (one); where something is released, that, the journal and a look (one).
 */
export class Batch {
  private readonly waiting: readonly Waiting[];
  private readonly question: Question;
  private staysLocked = false;

  constructor(
    private readonly shell: Shell,
    private readonly host: string,
    waiting: readonly Waiting[],
    private readonly options: BatchOptions = {},
  ) {
    const { written } = options;
    this.waiting = withFactsHeld(waiting, written, host);
    this.question = Question.of(this.waiting, written);
  }

  /** What was seen at last, where it could be seen. */
  async run(): Promise<Answer | undefined> {
    let after: Answer | undefined;
    try {
      after = await this.together();
    } finally {
      if (!after || !this.staysLocked) await unlock(this.shell);
    }
    return after;
  }

  private async together(): Promise<Answer | undefined> {
    if (this.waiting.length === 0) return undefined;
    const changing = this.waiting.filter((one) => one.change);
    if (changing.length > 0 && !this.options.written) throw new Error("changes without the lock");
    for (const one of this.waiting) one.report(`looking at ${this.host}`);
    const before = this.question.read(await this.shell.run(this.question.groups));
    for (const one of this.waiting) {
      if (!one.change) settle(one, () => before.seen(one.facts));
    }
    return changing.length === 0 ? before : await this.change(before);
  }

  private async change(before: Answer): Promise<Answer | undefined> {
    const { begun, journal } = planBeginning(this.waiting, before);
    const releasing = planReleasing(begun, before, journal);
    const isReleasing =
      releasing.groups.some((steps) => steps.length > 0) ||
      !isSameJournal(journal, releasing.journal);
    let hasBegun = false;
    try {
      let after = await this.claim(begun, before, journal, isReleasing);
      hasBegun = true;
      if (after && isReleasing) after = await this.release(begun, after);
      if (!after) await this.apart(begun);
      else for (const one of begun) finish(one, after, journal, this.host);
      return after;
    } catch (error) {
      // A journal that cannot be written stops everything before the first step.
      const isUntouched = !hasBegun && isOfCommand(error);
      const reason = isUntouched ? error : HalfDone.of(error);
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
  ): Promise<Answer | undefined> {
    const { run, written } = writeJournal(before.written, journal);
    const all = begun.map((one) => one.steps);
    if (!run && all.flat().length === 0) {
      // The look was the last round trip, where nothing is released either.
      if (!isReleasing) this.lastTrip();
      return before;
    }
    announceSteps(begun, all);
    const { groups, joint } = joinLines(all, this.options);
    const question = this.question.after(isReleasing ? [] : all.flat(), before.with(written));
    // They come last: what they need is there by then.
    const last = joint.map((one) => ({ ...one, onlyIfAllWell: true }));
    const options: RunOptions = {
      ...(run && { before: journalStep(run) }),
      ...(!isReleasing && this.lastTrip()),
    };
    const done = await carryOut(this.shell, this.host, begun, { groups, last, question, options });
    return done.isWell ? done.after : undefined;
  }

  /** Runs the steps, and looks again; the journal forgets what is gone. */
  private async release(begun: readonly Begun[], seen: Answer): Promise<Answer | undefined> {
    const planned = planReleasing(begun, seen, seen.journal);
    announceSteps(begun, planned.groups);
    const steps = [...begun.flatMap((one) => one.steps), ...planned.groups.flat()];
    const question = this.question.after(steps, seen);
    const { groups, joint } = joinLines(planned.groups, this.options);
    const { run, written } = writeJournal(seen.written, planned.journal);
    // The journal forgets what is gone in the same round trip, if all went well.
    const last: Group = run ? [{ run, onlyIfAllWell: true }] : [];
    // They come first, and nothing of a resource is put back whose line is still there: it could be in use.
    const [before] = joint;
    const options: RunOptions = { ...(before && { before }), ...this.lastTrip() };
    const running = carryOut(this.shell, this.host, begun, { groups, last, question, options });
    const done = await running.catch((error: unknown) => {
      if (joint.length > 0 && isOfCommand(error)) return undefined;
      throw error;
    });
    if (!done) return undefined;
    if (done.isWell) return done.after.with(written);
    // A claim whose part could not be taken away stays. A line that could not be added is not tried again.
    const { journal } = planReleasing(begun, seen, seen.journal);
    const again = rewriteJournal(seen.written, journal);
    if (again.run) await this.shell.run([], { before: journalStep(again.run), unlockLast: true });
    return done.after.with(again.written);
  }

  private lastTrip(): RunOptions {
    this.staysLocked = this.options.keepsLock?.() ?? false;
    return this.staysLocked ? {} : { unlockLast: "ifAllWell" };
  }

  /** Does it again one by one: together it did not go well, and it has to be said whose fault that is. */
  private async apart(begun: readonly Begun[]): Promise<void> {
    const waiting = begun.map(({ one }) => ({
      ...one,
      reject: (error: unknown) => one.reject(HalfDone.of(error)),
    }));
    const written = await lockAndRead(this.shell);
    await new Batch(this.shell, this.host, waiting, { written, joinsLines: false }).run();
  }
}

/** A command that had to go well before anything else, and did not. */
function isOfCommand(error: unknown): boolean {
  return error instanceof LvsError && error.kind === "command";
}

function journalStep(run: Command): Step {
  return { run, because: "write the journal" };
}
