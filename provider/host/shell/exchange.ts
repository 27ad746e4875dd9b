import type { CloseReason } from "../connect";
import { AnswerLimit } from "./answerLimit";
import { expectedLabels, type Frame, FrameReader, runningCommand } from "./framing";
import type { Group } from "./groupText";
import { answerError, lostError, timeError } from "./shellErrors";

type Stream = "stdout" | "stderr";

/** The frames of an answer by label, for each stream. */
export type Frames = Record<Stream, Map<string, Frame>>;

/** The label of the mark that follows the release of the lock. */
export const UNLOCKED = "unlocked";

/** The parts of an Exchange. */
export interface ExchangeParts {
  readonly host: string;
  readonly nonce: string;
  readonly groups: readonly Group[];
  /** The time limit of the answer. */
  readonly seconds: number;
  /** Closes the shell after an answer that is late, too large or malformed. */
  readonly closeShell: () => void;
}

/** The answer to a script that was sent to a shell. The answer ends with the last mark on both streams. */
export class Exchange {
  /** Rejects when the shell ends, the time limit is over, or the answer is too large or malformed. */
  readonly answer: Promise<Frames>;
  private readonly frames: Frames = { stdout: new Map(), stderr: new Map() };
  private readonly limit = new AnswerLimit();
  private readonly readers: Record<Stream, FrameReader>;
  private readonly timer: NodeJS.Timeout;
  private isOver = false;
  private resolve: (frames: Frames) => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;

  constructor(private readonly parts: ExchangeParts) {
    const { host, nonce, groups, seconds } = parts;
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    const isExpected = expectedLabels(groups, ["first", UNLOCKED, "end"]);
    const reader = (stream: Stream) =>
      new FrameReader(nonce, (frame) => this.collect(stream, frame), isExpected);
    this.readers = { stdout: reader("stdout"), stderr: reader("stderr") };
    this.timer = setTimeout(
      () => this.abort(timeError(host, seconds, this.runningCommand())),
      seconds * 1000,
    );
  }

  /** Rejects the answer because the shell has ended. */
  lose(reason: CloseReason): void {
    this.finish(() => {
      const errors = this.readers.stderr.unframedText();
      this.reject(lostError(this.parts.host, reason, this.runningCommand(), errors));
    });
  }

  receive(stream: Stream, chunk: Buffer): void {
    if (this.isOver) return;
    try {
      this.limit.count(chunk);
      this.readers[stream].push(chunk);
    } catch (error) {
      const { message } = error as Error;
      this.abort(answerError(this.parts.host, message, this.runningCommand()));
    }
  }

  private collect(stream: Stream, frame: Frame): void {
    this.frames[stream].set(frame.label, frame);
    if (this.frames.stdout.has("end") && this.frames.stderr.has("end"))
      this.finish(() => this.resolve(this.frames));
  }

  private abort(error: Error): void {
    this.finish(() => this.reject(error));
    this.parts.closeShell();
  }

  private finish(settle: () => void): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    settle();
  }

  private runningCommand() {
    return runningCommand(this.parts.groups, this.frames.stdout);
  }
}
