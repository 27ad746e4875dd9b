import { randomBytes } from "node:crypto";
import type { Result } from "../../values/command";
import type { Step } from "../../values/step";
import { type Channel, type Ending, maskedError, statistics, trace } from "../connect";
import { answers, type Frame, FrameReader, ifAllWell, prelude, script, underWay } from "./framing";
import { type Group, lineHere, silent } from "./groupText";
import { lockError, lockText, unlockText } from "./lock";
import { failedStep } from "./remedies";
import { lostError, timeError } from "./shellErrors";

/** How a run is made. */
export interface RunOptions {
  /** Take the host's lock first, unless this shell has it. @default - no lock is taken */
  readonly lockFirst?: { readonly waitSeconds: number };
  /** Run this before the groups, and nothing else when it fails: the run is then rejected. Not together with lockFirst. */
  readonly before?: Step;
  /** Let the host's lock go at the end, whatever failed, or only when nothing did. @default false */
  readonly unlockLast?: boolean | "ifAllWell";
  /** How long the commands may take, the wait for the lock apart. @default 120 */
  readonly timeLimitSeconds?: number;
}

/** A shell on a host that is kept for many commands: one round trip for each run. */
export interface Shell {
  readonly host: string;
  /** Who it runs as: 0 is root. */
  readonly uid: number;
  /** Whether it can let the host's lock go: a shell that is gone cannot, and the host lets it go when that has ended. */
  readonly isLocked: boolean;
  /** Settles when the shell is gone; never rejects. */
  readonly closed: Promise<Ending>;
  /**
   * Runs all groups, one after another, in one round trip. The first command that fails ends its group, unless it may
   * fail; the other groups go on. A command that was not run has no result. Runs wait for each other.
   */
  run(groups: readonly Group[], options?: RunOptions): Promise<(Result | undefined)[][]>;
  close(): void;
}

/** What a shell is made of: a channel in which `sh` has said that it reads commands. */
export interface ShellParts {
  readonly channel: Channel;
  readonly host: string;
  readonly uid: number;
  readonly secrets: readonly string[];
  /** @default /run/lock */
  readonly lockDirectory?: string;
}

/** The run that a shell is at. */
interface Running {
  readonly stdout: FrameReader;
  readonly stderr: FrameReader;
}

/** The mark that says that the lock was let go. */
const UNLOCKED = "unlocked";

function unlocking(when: true | "ifAllWell"): string {
  const text = `${unlockText}; mark ${UNLOCKED} 0`;
  return when === "ifAllWell" ? ifAllWell(text) : text;
}

function firstText({ run, failsOnStderr }: Step): string {
  return failsOnStderr ? silent(lineHere(run)) : lineHere(run);
}

/** A shell over a channel in which `sh` reads its standard input. */
export class ChannelShell implements Shell {
  readonly host: string;
  readonly uid: number;
  readonly closed: Promise<Ending>;
  private ending: Ending | undefined;
  private end: (ending: Ending) => void = () => undefined;
  /** Goes out with the first run: a small write of its own would wait for an acknowledgement. */
  private unsaid = `${prelude}\n`;
  isLocked = false;
  private running: Running | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: ShellParts) {
    const { channel } = parts;
    this.host = parts.host;
    this.uid = parts.uid;
    this.closed = new Promise((resolve) => {
      this.end = (ending) => {
        this.ending ??= ending;
        this.isLocked = false;
        resolve(this.ending);
      };
    });
    channel.closed.then(this.end);
    channel.onStdout((piece) => this.running?.stdout.push(piece));
    channel.onStderr((piece) => this.running?.stderr.push(piece));
  }

  run(groups: readonly Group[], options: RunOptions = {}): Promise<(Result | undefined)[][]> {
    const run = this.last.then(() => this.runNow(groups, options));
    this.last = run.catch(() => undefined);
    return run.catch((error: unknown) => {
      throw maskedError(error, this.parts.secrets);
    });
  }

  close(): void {
    this.end({ lost: "it was closed" });
    this.parts.channel.close();
  }

  private async runNow(groups: readonly Group[], options: RunOptions) {
    if (this.ending) throw lostError(this.host, this.ending, undefined, "");
    const nonce = randomBytes(16).toString("hex");
    const lock = this.isLocked ? undefined : options.lockFirst;
    const text = script(nonce, groups, {
      ...(lock && { first: lockText(lock.waitSeconds, this.parts.lockDirectory) }),
      ...(options.before && { first: firstText(options.before) }),
      ...(options.unlockLast && { last: unlocking(options.unlockLast) }),
    });
    const seconds = (options.timeLimitSeconds ?? 120) + (lock?.waitSeconds ?? 0);
    const { stdout, stderr } = await this.exchange(nonce, text, groups, seconds);
    const taken = stdout.get("first");
    const isLocked = this.isLocked || (lock !== undefined && taken?.exitCode === 0);
    this.isLocked = isLocked && !stdout.has(UNLOCKED);
    if (lock && taken && taken.exitCode !== 0) {
      throw lockError(this.host, lock.waitSeconds, taken.exitCode, stderr.get("first")?.text ?? "");
    }
    if (options.before && taken && taken.exitCode !== 0) {
      const said = { ...taken, stdout: taken.text, stderr: stderr.get("first")?.text ?? "" };
      throw failedStep(options.before, said, this.host);
    }
    return answers(groups, stdout, stderr);
  }

  /** Sends a script and waits for its last mark on both streams, for the end of the shell, or for the time limit. */
  private exchange(nonce: string, text: string, groups: readonly Group[], seconds: number) {
    const begun = performance.now();
    const marks = { stdout: new Map<string, Frame>(), stderr: new Map<string, Frame>() };
    return new Promise<typeof marks>((resolve, reject) => {
      const settle = (action: () => void) => {
        clearTimeout(timer);
        this.running = undefined;
        action();
      };
      const take = (stream: "stdout" | "stderr") => (frame: Frame) => {
        marks[stream].set(frame.label, frame);
        if (marks.stdout.has("end") && marks.stderr.has("end")) {
          this.count(begun, text, marks.stdout);
          settle(() => resolve(marks));
        }
      };
      const running = {
        stdout: new FrameReader(nonce, take("stdout")),
        stderr: new FrameReader(nonce, take("stderr")),
      };
      this.running = running;
      const timer = setTimeout(() => {
        settle(() => reject(timeError(this.host, seconds, underWay(groups, marks.stdout))));
        this.close();
      }, seconds * 1000);
      this.closed.then((ending) => {
        if (this.running !== running) return;
        const command = underWay(groups, marks.stdout);
        settle(() => reject(lostError(this.host, ending, command, running.stderr.rest())));
      });
      this.parts.channel.write(`${this.unsaid}${text}`);
      this.unsaid = "";
    });
  }

  private count(begun: number, text: string, marks: ReadonlyMap<string, Frame>): void {
    const received = [...marks.values()].reduce((sum, frame) => sum + frame.text.length, 0);
    const commands = [...marks.keys()].filter((label) => !["end", UNLOCKED].includes(label)).length;
    statistics.roundTrips += 1;
    statistics.commands += commands;
    trace({
      host: this.host,
      event: "roundTrip",
      ms: Math.round(performance.now() - begun),
      bytes: Buffer.byteLength(text) + received,
      commands,
    });
  }
}
