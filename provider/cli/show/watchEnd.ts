import type { EventEmitter } from "node:events";

/** The needed part of the standard input. */
export interface KeyInput extends EventEmitter {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** The streams and signals that can end a watch. */
export interface WatchEndSources {
  readonly input: KeyInput;
  readonly output: EventEmitter;
  /** The process, which receives the signals. */
  readonly signals: EventEmitter;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

// The last two are Ctrl-C and Ctrl-D, which a terminal in raw mode sends as characters.
const KEYS = new Set(["q", "Q", "\u0003", "\u0004"]);

/** Ends a watch on a key, a signal, or a closed output. `release` restores the terminal. */
export class WatchEnd {
  private readonly controller = new AbortController();
  private readonly end = () => this.controller.abort();

  constructor(private readonly sources: WatchEndSources) {
    for (const signal of SIGNALS) sources.signals.on(signal, this.end);
    sources.output.on("error", this.end);
    if (!this.hasKeys) return;
    sources.input.setRawMode?.(true);
    sources.input.on("data", this.onKeys);
    sources.input.on("end", this.end);
    sources.input.resume();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  release(): void {
    const { input, signals } = this.sources;
    for (const signal of SIGNALS) signals.off(signal, this.end);
    if (!this.hasKeys) return;
    input.off("data", this.onKeys);
    input.off("end", this.end);
    input.setRawMode?.(false);
    input.pause();
  }

  private get hasKeys(): boolean {
    return this.sources.input.isTTY === true;
  }

  private readonly onKeys = (data: Buffer | string) => {
    if ([...String(data)].some((key) => KEYS.has(key))) this.end();
  };
}
