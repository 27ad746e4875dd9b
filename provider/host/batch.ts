import { type Journal, writeJournal } from "../journal/journal";
import type { Step } from "../values/command";
import { LvsError } from "../values/errors";
import { type Change, HalfDone, type Waiting } from "./change";
import { type Begun, judge } from "./judge";
import { type Answer, type Observed, Question } from "./observation";
import { notConverged } from "./remedies";
import type { Shell } from "./shell";

type Shared = Step & { readonly once: true };

/** Another process may hold the host's lock for as long as its own batch takes. */
const LOCK_SECONDS = 120;

/**
 * Carries out together what waits for one host: look (one round trip); claim in the journal, change and look again (one
 * round trip); where something is released, that too, and the journal last. The host is locked from the first look on.
 */
export class Batch {
  private readonly question: Question;
  private isLocked = false;

  constructor(
    private readonly shell: Shell,
    private readonly host: string,
    private readonly waiting: readonly Waiting[],
  ) {
    this.question = new Question(waiting.map((one) => one.facts));
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
    const before = await this.look(changing.length > 0);
    for (const one of this.waiting) {
      if (!one.change) settle(one, () => before.seen(one.facts));
    }
    if (changing.length > 0) await this.change(changing, before);
  }

  private async change(changing: readonly Waiting[], before: Answer): Promise<void> {
    const { begun, journal } = this.begin(changing, before);
    const isReleasing = begun.some((one) => hasReleases(one, before, journal));
    let hasBegun = false;
    try {
      let after = await this.claim(begun, before.journal, journal, isReleasing);
      hasBegun = true;
      let final = journal;
      if (isReleasing) [after, final] = await this.release(begun, before, journal);
      for (const one of begun) this.finish(one, after ?? before, journal, final);
    } catch (error) {
      // A journal that cannot be written stops everything before the first step.
      const isUntouched = !hasBegun && error instanceof LvsError && error.kind === "command";
      const reason = isUntouched ? error : new HalfDone(error, undefined);
      for (const one of begun) one.one.reject(reason);
    }
  }

  /** Plans every change on top of the claims of those before it. */
  private begin(
    changing: readonly Waiting[],
    before: Answer,
  ): { begun: Begun[]; journal: Journal } {
    let journal = before.journal;
    const begun: Begun[] = [];
    for (const one of changing) {
      try {
        const change = one.change as Change;
        const seen = before.seen(one.facts, journal);
        const plan = change.claims(seen);
        const announce = plan.steps.length > 0 ? change.announce(seen) : [];
        begun.push({ one, change, steps: [...plan.steps, ...announce] });
        journal = plan.journal;
      } catch (error) {
        one.reject(error);
      }
    }
    return { begun, journal };
  }

  /** Writes the claims down, runs the steps, and looks again unless something is still to be released. */
  private async claim(
    begun: readonly Begun[],
    old: Journal,
    journal: Journal,
    isReleasing: boolean,
  ): Promise<Answer | undefined> {
    const isNew = JSON.stringify(old) !== JSON.stringify(journal);
    if (!isNew && begun.every((one) => one.steps.length === 0)) return undefined;
    const groups = begun.map((one) => this.shared(one));
    const looks = isReleasing ? [] : this.question.groups;
    const results = await this.send([...groups, ...looks], {
      ...(isNew && { before: { run: writeJournal(journal), because: "write the journal" } }),
      unlockLast: !isReleasing,
    });
    judge(begun, groups, results, this.host);
    return isReleasing ? undefined : this.question.read(results.slice(groups.length));
  }

  private async release(
    begun: readonly Begun[],
    before: Answer,
    journal: Journal,
  ): Promise<[Answer, Journal]> {
    const plans = (only: (one: Begun) => boolean) => {
      let next = journal;
      const steps = begun.map((one) => {
        const plan = only(one) ? one.change.releases(before.seen(one.one.facts, next)) : undefined;
        next = plan?.journal ?? next;
        return plan?.steps ?? [];
      });
      return { steps, next };
    };
    const groups = plans((one) => one.failure === undefined).steps.map((steps) => [...steps]);
    for (const [index, one] of begun.entries()) this.announceSteps(one, groups[index] ?? []);
    const results = await this.send([...groups, ...this.question.groups]);
    judge(begun, groups, results, this.host);
    // A claim whose part could not be taken away stays.
    const final = plans((one) => one.failure === undefined).next;
    const isNew = JSON.stringify(final) !== JSON.stringify(journal);
    await this.send([], {
      ...(isNew && { before: { run: writeJournal(final), because: "write the journal" } }),
      unlockLast: true,
    });
    return [this.question.read(results.slice(groups.length)), final];
  }

  /** Tells one resource how it went: a change counts only when reading back shows nothing left to do. */
  private finish(one: Begun, after: Answer, journal: Journal, final: Journal): void {
    let seen: Observed | undefined;
    try {
      seen = after.seen(one.one.facts, final);
      if (one.failure) throw one.failure;
      const claims = one.change.claims(after.seen(one.one.facts, journal)).steps;
      const releases = one.change.releases(after.seen(one.one.facts, journal)).steps;
      const left = [...claims, ...releases].filter((step) => !step.mayFail);
      if (left.length > 0) throw notConverged(this.host, left);
      one.one.resolve(seen);
    } catch (error) {
      one.one.reject(new HalfDone(error, seen));
    }
  }

  /** The steps of one resource; what another one brings as well (a tunnel that two VIPs share) is done once. */
  private shared(one: Begun): Shared[] {
    this.announceSteps(one, one.steps);
    return one.steps.map((step) => ({ ...step, once: true }));
  }

  private announceSteps(one: Begun, steps: readonly Step[]): void {
    if (steps[0])
      one.change.report(`${steps[0].because}${steps.length > 1 ? ` (+${steps.length - 1})` : ""}`);
  }

  private async look(isLocking: boolean): Promise<Answer> {
    const results = await this.send(
      this.question.groups,
      isLocking ? { lockFirst: { waitSeconds: LOCK_SECONDS } } : {},
    );
    return this.question.read(results);
  }

  private async send(...[groups, options]: Parameters<Shell["run"]>): ReturnType<Shell["run"]> {
    if (options?.lockFirst) this.isLocked = true;
    const results = await this.shell.run(groups, options);
    if (options?.unlockLast) this.isLocked = false;
    return results;
  }
}

function hasReleases(one: Begun, before: Answer, journal: Journal): boolean {
  const plan = one.change.releases(before.seen(one.one.facts, journal));
  return plan.steps.length > 0 || JSON.stringify(plan.journal) !== JSON.stringify(journal);
}

function settle(one: Waiting, seen: () => Observed): void {
  try {
    one.resolve(seen());
  } catch (error) {
    one.reject(error);
  }
}
