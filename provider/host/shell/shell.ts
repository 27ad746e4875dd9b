import { randomBytes } from "node:crypto";
import type { Result } from "../../values/command";
import type { Step } from "../../values/step";
import { type Channel, type CloseReason, maskedError, statistics, trace } from "../connect";
import { Exchange, UNLOCKED } from "./exchange";
import { collectResults, type Frame, ifNoneFailed, prelude, renderScript } from "./framing";
import { failOnStderr, type Group, inlineCommandLine } from "./groupText";
import { lockError, lockText, unlockText } from "./lock";
import { failedStep } from "./remedies";
import { lostError } from "./shellErrors";

/** Options of a run. */
export interface RunOptions {
  /** Acquires the host's lock first, unless this shell holds it. @default - no lock is acquired */
  readonly acquireLock?: { readonly waitSeconds: number };
  /** A step before the groups. When the step fails, no group runs. Cannot be combined with acquireLock. */
  readonly prerequisite?: Step;
  /** Releases the host's lock at the end, always or only if no group failed. @default false */
  readonly releaseLock?: boolean | "ifNoneFailed";
  /** The time limit of the commands, without the wait for the lock. @default 120 */
  readonly timeLimitSeconds?: number;
}

/** A shell on a host that stays open for many runs. Each run takes one round trip. */
export interface Shell {
  readonly host: string;
  /** The user ID that commands run as; 0 is root. */
  readonly uid: number;
  /** Whether this shell holds the host's lock. When a shell is lost, its host releases the lock. */
  readonly isLocked: boolean;
  /** Resolves when the shell has ended; never rejects. */
  readonly closed: Promise<CloseReason>;
  /**
   * Runs all groups one after another in one round trip. A command that fails ends its group, unless the command may
   * fail; the other groups still run. A command that was not run has no result. A run waits for the runs before it.
   */
  run(groups: readonly Group[], options?: RunOptions): Promise<(Result | undefined)[][]>;
  close(): void;
}

/** The parts of a ChannelShell. */
export interface ShellParts {
  /** A channel in which `sh` reads commands from its standard input. */
  readonly channel: Channel;
  readonly host: string;
  readonly uid: number;
  readonly secrets: readonly string[];
  /** The directory to lock. @default /run/lock */
  readonly lockDirectory?: string;
}

function unlockAtEnd(when: true | "ifNoneFailed"): string {
  const text = `${unlockText}; mark ${UNLOCKED} 0`;
  return when === "ifNoneFailed" ? ifNoneFailed(text) : text;
}

function prerequisiteText({ run, failsOnStderr }: Step): string {
  return failsOnStderr ? failOnStderr(inlineCommandLine(run)) : inlineCommandLine(run);
}

/** A shell over a channel. */
export class ChannelShell implements Shell {
  readonly host: string;
  readonly uid: number;
  readonly closed: Promise<CloseReason>;
  isLocked = false;
  private closeReason: CloseReason | undefined;
  private markClosed: (reason: CloseReason) => void = () => undefined;
  /** The prelude goes out with the first run, because a small write of its own would wait for a TCP acknowledgement. */
  private unsentPrelude = `${prelude}\n`;
  private current: Exchange | undefined;
  private lastRun: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: ShellParts) {
    const { channel } = parts;
    this.host = parts.host;
    this.uid = parts.uid;
    this.closed = new Promise((resolve) => {
      this.markClosed = (reason) => {
        this.closeReason ??= reason;
        this.isLocked = false;
        this.current?.lose(this.closeReason);
        resolve(this.closeReason);
      };
    });
    channel.closed.then(this.markClosed);
    channel.onStdout((chunk) => this.current?.receive("stdout", chunk));
    channel.onStderr((chunk) => this.current?.receive("stderr", chunk));
  }

  run(groups: readonly Group[], options: RunOptions = {}): Promise<(Result | undefined)[][]> {
    const run = this.lastRun.then(() => this.runNow(groups, options));
    this.lastRun = run.catch(() => undefined);
    return run.catch((error: unknown) => {
      throw maskedError(error, this.parts.secrets);
    });
  }

  close(): void {
    this.markClosed({ why: "it was closed" });
    this.parts.channel.close();
  }

  private async runNow(groups: readonly Group[], options: RunOptions) {
    if (this.closeReason) throw lostError(this.host, this.closeReason, undefined, "");
    const nonce = randomBytes(16).toString("hex");
    const { prerequisite, releaseLock, timeLimitSeconds = 120 } = options;
    const lock = this.isLocked ? undefined : options.acquireLock;
    const text = renderScript(nonce, groups, {
      ...(lock && { first: lockText(lock.waitSeconds, this.parts.lockDirectory) }),
      ...(prerequisite && { first: prerequisiteText(prerequisite) }),
      ...(releaseLock && { last: unlockAtEnd(releaseLock) }),
    });
    const seconds = timeLimitSeconds + (lock?.waitSeconds ?? 0);
    const { stdout, stderr } = await this.exchange(nonce, text, groups, seconds);
    const first = stdout.get("first");
    const hasLock = this.isLocked || (lock !== undefined && first?.exitCode === 0);
    this.isLocked = hasLock && !stdout.has(UNLOCKED);
    if (first && first.exitCode !== 0) {
      const errors = stderr.get("first")?.text ?? "";
      if (lock) throw lockError(this.host, lock.waitSeconds, first.exitCode, errors);
      const result = { stdout: first.text, stderr: errors, exitCode: first.exitCode };
      if (prerequisite) throw failedStep(prerequisite, result, this.host);
    }
    return collectResults(groups, stdout, stderr);
  }

  /** Sends a script and waits for its answer. */
  private async exchange(nonce: string, text: string, groups: readonly Group[], seconds: number) {
    const startedAt = performance.now();
    const closeShell = () => this.close();
    const exchange = new Exchange({ host: this.host, nonce, groups, seconds, closeShell });
    this.current = exchange;
    this.parts.channel.write(`${this.unsentPrelude}${text}`);
    this.unsentPrelude = "";
    const frames = await exchange.answer;
    this.count(startedAt, text, frames.stdout);
    return frames;
  }

  private count(startedAt: number, text: string, frames: ReadonlyMap<string, Frame>): void {
    const received = [...frames.values()].reduce((sum, frame) => sum + frame.text.length, 0);
    const labels = [...frames.keys()].filter((label) => !["end", UNLOCKED].includes(label));
    statistics.roundTrips += 1;
    statistics.commands += labels.length;
    trace({
      host: this.host,
      event: "roundTrip",
      ms: Math.round(performance.now() - startedAt),
      bytes: Buffer.byteLength(text) + received,
      commands: labels.length,
    });
  }
}
