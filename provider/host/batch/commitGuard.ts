import { journalCopy } from "../../journal/file";
import type { WayBack } from "../../journal/wayBack";
import { armCommand, CONFIRM } from "../../system/commitTimer";
import { LvsError } from "../../values/errors";
import { partKey } from "../../values/part";
import { failedStep, type Shell } from "../shell";

/** How a batch connects to its host again. */
export interface Reach {
  /** How long the host waits for the confirmation of a change that can cut the way to it; 0: without a timer. */
  readonly commitTimeoutSeconds: number;
  /** Opens a shell over a new connection, which the caller closes. */
  openAnew(limitSeconds: number): Promise<Shell>;
  /** Opens the shell that later requests use too, after the shell of the batch was lost. */
  reopen(): Promise<Shell>;
}

/** The pause between two attempts to connect. */
const PAUSE_MILLISECONDS = 1000;
/** How long the host may take to be reachable again after its timer has fired. */
const RETURN_MILLISECONDS = 60_000;
/** The time limit of the command that confirms. */
const CONFIRM_SECONDS = 30;

/** The error of changes that were not confirmed in time: their host has undone them, or will undo them. */
export class CutError extends LvsError {
  constructor(host: string, seconds: number, cutting: WayBack["cutting"], why: unknown) {
    const reason = why instanceof Error ? why.message : String(why);
    super(
      "notConverged",
      `${host} was lost by this change, or in the middle of it: ${reason}
  on the way to it were changed: ${cutting.map(partKey).join(", ")}
  the change was not confirmed over a new connection within ${seconds} s (connection.commitTimeoutSeconds), so ${host} puts back what was before by itself`,
      { cause: why },
    );
  }
}

/**
 * Guards changes that can cut the way to their host, like "commit confirmed" of a router: a timer on the host undoes the
 * changes, unless they are confirmed over a new connection in time.
 */
export class CommitGuard {
  private readonly deadline: number;

  private constructor(
    private readonly shell: Shell,
    private readonly reach: Reach,
    private readonly way: WayBack,
  ) {
    this.deadline = performance.now() + reach.commitTimeoutSeconds * 1000;
  }

  /** Stores the steps that undo the changes on the host, and starts the timer. Throws before anything is changed. */
  static async arm(shell: Shell, reach: Reach, way: WayBack): Promise<CommitGuard> {
    const run = armCommand(way.steps, reach.commitTimeoutSeconds, journalCopy);
    const guard = new CommitGuard(shell, reach, way);
    const [[result] = []] = await shell.run([[{ run }]]);
    if (result?.exitCode === 0) return guard;
    const description = "start the timer that would take back a change that cuts the way";
    throw failedStep({ run: { argv: ["systemd-run"] }, description }, result, shell.host);
  }

  /** How many seconds the timer of the host still runs: after that the host has ended the shell of the changes. */
  get secondsLeft(): number {
    return Math.max(1, Math.ceil((this.deadline - performance.now()) / 1000));
  }

  /** Confirms the changes over a new connection. Throws a CutError if that fails until the timer fires. */
  async confirm(): Promise<void> {
    for (let why: unknown = "its timer ended before the change did"; ; await pause()) {
      try {
        if (await this.confirmWithin(this.secondsLeft)) return;
        throw this.cutBy(why);
      } catch (error) {
        if (error instanceof CutError) throw error;
        why = error;
        if (performance.now() + PAUSE_MILLISECONDS > this.deadline) throw this.cutBy(why);
      }
    }
  }

  /** Returns false if the host has started to undo the changes. */
  private async confirmWithin(seconds: number): Promise<boolean> {
    const shell = await this.reach.openAnew(seconds);
    try {
      const timeLimitSeconds = CONFIRM_SECONDS;
      const [[result] = []] = await shell.run([[{ run: CONFIRM }]], { timeLimitSeconds });
      return result?.exitCode === 0;
    } finally {
      shell.close();
    }
  }

  cutBy(why: unknown): CutError {
    const { commitTimeoutSeconds } = this.reach;
    return new CutError(this.shell.host, commitTimeoutSeconds, this.way.cutting, why);
  }

  /** Stops the timer over the connection of the batch. */
  async disarm(): Promise<void> {
    await this.shell.run([[{ run: CONFIRM, mayFail: true }]]).catch(() => undefined);
  }

  /** Opens a new shell as soon as the host can be reached again. */
  async reopenShell(): Promise<Shell> {
    // The old shell may still hold the host's lock. Until its end is known, others get that shell.
    this.shell.close();
    await this.shell.closed;
    for (; ; await pause()) {
      try {
        return await this.reach.reopen();
      } catch (error) {
        if (performance.now() > this.deadline + RETURN_MILLISECONDS) throw error;
      }
    }
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
