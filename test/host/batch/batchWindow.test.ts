import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BatchWindow } from "../../../provider/host/batch/batchWindow";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A queue with a batch window, in which only the test makes time pass. */
function aQueue() {
  const window = new BatchWindow();
  const queued: (() => void)[] = [];
  const enqueue = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      void window.trackRequest(
        new Promise<void>((resolve) => {
          queued.push(resolve);
          window.requestQueued();
        }),
      );
    }
  };
  /** Opens the window, and queues a request after each pause. Returns for how long the window was open. */
  const collect = async (followsBatch: boolean, ...pauses: readonly number[]) => {
    const openedAt = performance.now();
    let closed: number | undefined;
    const closing = window
      .waitUntilClosed(() => queued.length, followsBatch)
      .then(() => {
        closed ??= performance.now() - openedAt;
      });
    for (const pause of pauses) {
      await vi.advanceTimersByTimeAsync(pause);
      if (closed !== undefined) break;
      enqueue(1);
    }
    if (closed === undefined) await vi.advanceTimersToNextTimerAsync();
    await closing;
    return closed;
  };
  /** Answers all queued requests by a batch of this duration. */
  const runBatch = async (milliseconds: number) => {
    const batch = queued.splice(0);
    await vi.advanceTimersByTimeAsync(milliseconds);
    for (const resolve of batch) resolve();
    window.batchFinished(batch.length, milliseconds);
    await vi.advanceTimersByTimeAsync(0);
  };
  /** Runs a batch of requests that were queued together. */
  const batchOf = async (count: number, milliseconds: number) => {
    enqueue(count);
    await collect(false);
    await runBatch(milliseconds);
  };
  return { window, enqueue, collect, runBatch, batchOf };
}

describe("BatchWindow", () => {
  it("waits 5 ms for another request at first, and again after each request", async () => {
    const { enqueue, collect } = aQueue();
    enqueue(1);
    expect(await collect(false)).toBe(5);
    expect(await collect(false, 4, 4, 4)).toBe(17);
  });

  it.each([
    [12, 5],
    [60, 10],
    [6000, 100],
  ])("waits after a batch of %i ms for a fraction of that: %i ms", async (duration, debounce) => {
    const { enqueue, collect, batchOf } = aQueue();
    await batchOf(1, duration);
    enqueue(1);
    expect(await collect(false)).toBe(debounce);
    // More requests than were ever in flight: no further one is expected.
    expect(await collect(false, 1)).toBe(1 + debounce);
  });

  it.each([
    [8, 5],
    [60, 30],
    [6000, 300],
  ])(
    "waits longer right after a batch of %i ms, for the next resources: %i ms",
    async (duration, debounce) => {
      const { enqueue, collect, batchOf } = aQueue();
      await batchOf(6, duration);
      enqueue(1);
      expect(await collect(true)).toBe(debounce);
      // Two of six: Pulumi is about to start the others.
      expect(await collect(false, 1)).toBe(1 + debounce);
    },
  );

  it("waits only shortly once as many are queued as were ever in flight", async () => {
    const { enqueue, collect, batchOf } = aQueue();
    await batchOf(2, 60);
    enqueue(1);
    expect(await collect(true, 3)).toBe(3 + 10);
  });
});

describe("BatchWindow, with Pulumi's parallelism", () => {
  it("closes at once with as many requests, after two full batches in a row", async () => {
    const { enqueue, collect, batchOf } = aQueue();
    const waits: unknown[] = [];
    for (let batch = 0; batch < 4; batch += 1) {
      enqueue(2);
      waits.push(await collect(false));
      await batchOf(0, 60);
    }
    expect(waits).toEqual([5, 10, 0, 0]);
    enqueue(1);
    expect(await collect(true, 7)).toBe(7);
  });

  it("waits again after a smaller batch", async () => {
    const { enqueue, collect, batchOf } = aQueue();
    for (const size of [2, 2, 1]) await batchOf(size, 60);
    enqueue(2);
    expect(await collect(false)).toBe(10);
    await batchOf(0, 60);
    enqueue(2);
    expect(await collect(false)).toBe(10);
  });

  it("does not take batches of one request for full", async () => {
    const { enqueue, collect, batchOf } = aQueue();
    for (const size of [1, 1, 1]) await batchOf(size, 60);
    enqueue(1);
    expect(await collect(false)).toBe(10);
  });
});

describe("BatchWindow, with two halves that take turns", () => {
  /** Runs a batch of four, then collects requests that come after these pauses. */
  const afterFour = async (milliseconds: number, ...pauses: number[]) => {
    const queue = aQueue();
    await queue.batchOf(4, milliseconds);
    const openFor = await queue.collect(true, ...pauses);
    return { ...queue, openFor };
  };

  it("closes with half of the requests if waiting for the rest takes longer than it saves", async () => {
    expect((await afterFour(300, 60, 60)).openFor).toBe(120);
    expect((await afterFour(300, 40, 40)).openFor).toBe(80 + 150);
  });

  it("waits with fewer than half, however slow Pulumi is", async () => {
    expect((await afterFour(300, 140)).openFor).toBe(140 + 150);
  });

  it("measures Pulumi's pace by an average in which the last requests count most", async () => {
    const afterQuickRequests = async (...pauses: number[]) => {
      const queue = await afterFour(300, 20, 20, 20, 20);
      await queue.runBatch(300);
      return queue.collect(true, ...pauses);
    };
    expect(await afterQuickRequests(70, 70)).toBe(140);
    expect(await afterQuickRequests(52, 52)).toBe(104 + 150);
  });

  it("measures the pace from the end of the last batch", async () => {
    const queue = await afterFour(300, 60, 60);
    await queue.runBatch(300);
    expect(await queue.collect(true, 60, 60)).toBe(120);
  });

  it("does not count idle time as Pulumi's", async () => {
    const { window, enqueue, collect, batchOf } = aQueue();
    await batchOf(4, 300);
    window.queueDrained();
    await vi.advanceTimersByTimeAsync(10_000);
    enqueue(2);
    expect(await collect(false)).toBe(50);
  });
});
