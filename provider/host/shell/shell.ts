import { randomBytes } from "node:crypto";
import type { Result } from "../../values/command";
import type { Step } from "../../values/step";
import { type Channel, type CloseReason, maskedError, statistics, trace } from "../connect";
import { AnswerLimit } from "./answerLimit";
import {
  collectResults,
  expectedLabels,
  type Frame,
  FrameReader,
  ifNoneFailed,
  prelude,
  renderScript,
  runningCommand,
} from "./framing";
import { failOnStderr, type Group, inlineCommandLine } from "./groupText";
import { lockError, lockText, unlockText } from "./lock";
import { failedStep } from "./remedies";
import { answerError, lostError, timeError } from "./shellErrors";

/** Options of one run. */
export interface RunOptions {
  /** Acquires the host's lock first, unless this shell holds it. @default - no lock is acquired */
  readonly acquireLock?: { readonly waitSeconds: number };
  /** Runs before the groups. If it fails, no group runs, and the run is rejected. Not together with acquireLock. */
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

/** What a ChannelShell is made of. */
export interface ShellParts {
  /** A channel in which `sh` has announced that it reads commands. */
  readonly channel: Channel;
  readonly host: string;
  readonly uid: number;
  readonly secrets: readonly string[];
  /** @default /run/lock */
  readonly lockDirectory?: string;
}

/** The readers of the run that is in progress. */
interface RunReaders {
  readonly stdout: FrameReader;
  readonly stderr: FrameReader;
  receive(stream: "stdout" | "stderr", chunk: Buffer): void;
}

type Frames = Record<"stdout" | "stderr", Map<string, Frame>>;

/** The label of the mark that follows the release of the lock. */
const UNLOCKED = "unlocked";

function unlockAtEnd(when: true | "ifNoneFailed"): string {
  const text = `${unlockText}; mark ${UNLOCKED} 0`;
  return when === "ifNoneFailed" ? ifNoneFailed(text) : text;
}

function prerequisiteText({ run, failsOnStderr }: Step): string {
  return failsOnStderr ? failOnStderr(inlineCommandLine(run)) : inlineCommandLine(run);
}

/** A shell over a channel in which `sh` reads commands from its standard input. */
export class ChannelShell implements Shell {
  readonly host: string;
  readonly uid: number;
  readonly closed: Promise<CloseReason>;
  isLocked = false;
  private closeReason: CloseReason | undefined;
  private markClosed: (reason: CloseReason) => void = () => undefined;
  /** Sent together with the first run: a small write of its own would wait for a TCP acknowledgement. */
  private unsentPrelude = `${prelude}\n`;
  private currentRun: RunReaders | undefined;
  private lastRun: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: ShellParts) {
    const { channel } = parts;
    this.host = parts.host;
    this.uid = parts.uid;
    this.closed = new Promise((resolve) => {
      this.markClosed = (reason) => {
        this.closeReason ??= reason;
        this.isLocked = false;
        resolve(this.closeReason);
      };
    });
    channel.closed.then(this.markClosed);
    channel.onStdout((chunk) => this.currentRun?.receive("stdout", chunk));
    channel.onStderr((chunk) => this.currentRun?.receive("stderr", chunk));
  }

  run(groups: readonly Group[], options: RunOptions = {}): Promise<(Result | undefined)[][]> {
    const run = this.lastRun.then(() => this.runNow(groups, options));
    this.lastRun = run.catch(() => undefined);
    return run.catch((error: unknown) => {
      throw maskedError(error, this.parts.secrets);
    });
  }

  close(): void {
    this.markClosed({ lost: "it was closed" });
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

  /** Sends a script, and waits for its last mark on both streams, the end of the shell, or the time limit. */
  private exchange(nonce: string, text: string, groups: readonly Group[], seconds: number) {
    const startedAt = performance.now();
    const frames: Frames = { stdout: new Map(), stderr: new Map() };
    return new Promise<Frames>((resolve, reject) => {
      const finishRun = (action: () => void) => {
        clearTimeout(timer);
        this.currentRun = undefined;
        action();
      };
      const collect = (stream: keyof Frames) => (frame: Frame) => {
        frames[stream].set(frame.label, frame);
        if (frames.stdout.has("end") && frames.stderr.has("end")) {
          this.count(startedAt, text, frames.stdout);
          finishRun(() => resolve(frames));
        }
      };
      const isExpected = expectedLabels(groups, ["first", UNLOCKED, "end"]);
      const limit = new AnswerLimit();
      const readers: RunReaders = {
        stdout: new FrameReader(nonce, collect("stdout"), isExpected),
        stderr: new FrameReader(nonce, collect("stderr"), isExpected),
        receive: (stream, chunk) => {
          try {
            limit.count(chunk);
            readers[stream].push(chunk);
          } catch (error) {
            const command = runningCommand(groups, frames.stdout);
            finishRun(() => reject(answerError(this.host, (error as Error).message, command)));
            this.close();
          }
        },
      };
      this.currentRun = readers;
      const timer = setTimeout(() => {
        const command = runningCommand(groups, frames.stdout);
        finishRun(() => reject(timeError(this.host, seconds, command)));
        this.close();
      }, seconds * 1000);
      this.closed.then((reason) => {
        if (this.currentRun !== readers) return;
        const command = runningCommand(groups, frames.stdout);
        const errors = readers.stderr.unframedText();
        finishRun(() => reject(lostError(this.host, reason, command, errors)));
      });
      this.parts.channel.write(`${this.unsentPrelude}${text}`);
      this.unsentPrelude = "";
    });
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
