/** How long to wait for another request: a fraction of the duration of the last batch, within limits. */
interface Debounce {
  readonly fraction: number;
  readonly minMilliseconds: number;
  readonly maxMilliseconds: number;
}

/** Pulumi starts resources one by one, and each batch reads the host and writes its journal whatever its size. */
const SHORT: Debounce = { fraction: 1 / 6, minMilliseconds: 5, maxMilliseconds: 100 };

/**
 * Used when more requests are almost certain to come: after a batch, since Pulumi then starts the resources that
 * waited for that batch; and while fewer requests are queued than were ever in flight together.
 */
const LONG: Debounce = { fraction: 1 / 2, minMilliseconds: 5, maxMilliseconds: 300 };

/**
 * Split the requests into two batches if Pulumi takes longer than this fraction of a batch to start the second half:
 * the host works on one half while Pulumi starts the other. A split saves that time, and costs the fixed part of one
 * more batch, which is some two thirds of a batch.
 */
const SPLIT_THRESHOLD = 1 / 3;

/** After this many full batches in a row, their size is taken for Pulumi's parallelism. */
const FULL_BATCHES_NEEDED = 2;

/** Decides how long a batch collects requests, from the size and the duration of the batches before it. */
export class BatchWindow {
  private lastBatchMilliseconds = 0;
  private lastBatchEndedAt: number | undefined;
  private queuedSinceLastBatch = 0;
  /** Moving average of the time that Pulumi takes to start one resource. */
  private millisecondsPerRequest = 0;
  private inFlight = 0;
  private maxInFlight = 0;
  /** How many batches in a row had as many requests as were ever in flight. */
  private consecutiveFullBatches = 0;
  private onRequestQueued: () => void = () => undefined;

  /** Counts a request as in flight until its promise settles. */
  trackRequest<T>(request: Promise<T>): Promise<T> {
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    return request.finally(() => {
      this.inFlight -= 1;
    });
  }

  /** Measures Pulumi's pace, and restarts the debounce. */
  requestQueued(): void {
    if (this.lastBatchEndedAt !== undefined) {
      this.queuedSinceLastBatch += 1;
      const pace = (performance.now() - this.lastBatchEndedAt) / this.queuedSinceLastBatch;
      this.millisecondsPerRequest =
        this.millisecondsPerRequest === 0 ? pace : (this.millisecondsPerRequest + pace) / 2;
    }
    this.onRequestQueued();
  }

  /** Stops measuring the pace: the next request does not follow a batch. */
  queueDrained(): void {
    this.lastBatchEndedAt = undefined;
  }

  /** Records the size and the duration of a batch. */
  batchFinished(size: number, milliseconds: number): void {
    const isFullBatch = size > 1 && size === this.maxInFlight;
    this.consecutiveFullBatches = isFullBatch ? this.consecutiveFullBatches + 1 : 0;
    this.lastBatchMilliseconds = milliseconds;
    this.lastBatchEndedAt = performance.now();
    this.queuedSinceLastBatch = 0;
  }

  /** Waits until the batch is large enough, or until no request has come for the debounce time. */
  async waitUntilClosed(queueLength: () => number, followsBatch: boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const close = () => {
        this.onRequestQueued = () => undefined;
        resolve();
      };
      const closeAfter = ({ fraction, minMilliseconds, maxMilliseconds }: Debounce) => {
        clearTimeout(timer);
        const debounce = Math.max(minMilliseconds, this.lastBatchMilliseconds * fraction);
        if (this.isLargeEnough(queueLength())) close();
        else timer = setTimeout(close, Math.min(maxMilliseconds, debounce));
      };
      this.onRequestQueued = () => closeAfter(queueLength() < this.maxInFlight ? LONG : SHORT);
      closeAfter(followsBatch ? LONG : SHORT);
    });
  }

  private isLargeEnough(queueLength: number): boolean {
    const hasKnownSize = this.consecutiveFullBatches >= FULL_BATCHES_NEEDED;
    if (hasKnownSize && queueLength >= this.maxInFlight) return true;
    const missing = this.maxInFlight - queueLength;
    const waitForMissing = missing * this.millisecondsPerRequest;
    return missing <= queueLength && waitForMissing > this.lastBatchMilliseconds * SPLIT_THRESHOLD;
  }
}
