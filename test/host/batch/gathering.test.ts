import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Gathering } from "../../../provider/host/batch/gathering";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A queue that gathers, as a session is one: nothing of it takes time but what a test says. */
function aQueue() {
  const gathering = new Gathering();
  const waiting: (() => void)[] = [];
  const come = (count: number) => {
    for (let each = 0; each < count; each += 1) {
      void gathering.follow(
        new Promise<void>((resolve) => {
          waiting.push(resolve);
          gathering.arrive();
        }),
      );
    }
  };
  /** How long it waits for others: those who wait already and those who come, each so many milliseconds later. */
  const wait = async (isFollowing: boolean, ...pauses: readonly number[]) => {
    const begun = performance.now();
    let closed: number | undefined;
    const closing = gathering
      .wait(() => waiting.length, isFollowing)
      .then(() => {
        closed ??= performance.now() - begun;
      });
    for (const pause of pauses) {
      await vi.advanceTimersByTimeAsync(pause);
      if (closed !== undefined) break;
      come(1);
    }
    if (closed === undefined) await vi.advanceTimersToNextTimerAsync();
    await closing;
    return closed;
  };
  /** All who wait are answered by a batch that takes so long. */
  const answer = async (milliseconds: number) => {
    const batch = waiting.splice(0);
    await vi.advanceTimersByTimeAsync(milliseconds);
    for (const one of batch) one();
    gathering.end(batch.length, milliseconds);
    await vi.advanceTimersByTimeAsync(0);
  };
  /** A batch of so many that were there at once. */
  const batchOf = async (count: number, milliseconds: number) => {
    come(count);
    await wait(false);
    await answer(milliseconds);
  };
  return { gathering, come, wait, answer, batchOf };
}

describe("Gathering", () => {
  it("waits a moment for others at first, and again for each that comes", async () => {
    const { come, wait } = aQueue();
    come(1);
    expect(await wait(false)).toBe(5);
    expect(await wait(false, 4, 4, 4)).toBe(17);
  });

  it.each([
    [12, 5],
    [60, 10],
    [6000, 100],
  ])("waits after a batch of %i ms for a part of that: %i ms", async (took, quiet) => {
    const { come, wait, batchOf } = aQueue();
    await batchOf(1, took);
    come(1);
    expect(await wait(false)).toBe(quiet);
    // That is one more than ever were under way: it follows nobody.
    expect(await wait(false, 1)).toBe(1 + quiet);
  });

  it.each([
    [8, 5],
    [60, 30],
    [6000, 300],
  ])(
    "waits after a batch of %i ms longer for those whom it has answered: %i ms",
    async (took, quiet) => {
      const { come, wait, batchOf } = aQueue();
      await batchOf(6, took);
      come(1);
      expect(await wait(true)).toBe(quiet);
      // Two of six: others are still to come, which Pulumi starts at once.
      expect(await wait(false, 1)).toBe(1 + quiet);
    },
  );

  it("waits no longer than for others when all have come that were under way", async () => {
    const { come, wait, batchOf } = aQueue();
    await batchOf(2, 60);
    come(1);
    expect(await wait(true, 3)).toBe(3 + 10);
  });
});

describe("Gathering, of as many as Pulumi starts at a time", () => {
  it("does not wait with so many, once two batches in a row had them", async () => {
    const { come, wait, batchOf } = aQueue();
    const waits: unknown[] = [];
    for (let batch = 0; batch < 4; batch += 1) {
      come(2);
      waits.push(await wait(false));
      await batchOf(0, 60);
    }
    expect(waits).toEqual([5, 10, 0, 0]);
    come(1);
    expect(await wait(true, 7)).toBe(7);
  });

  it("waits again when one batch had fewer", async () => {
    const { come, wait, batchOf } = aQueue();
    for (const size of [2, 2, 1]) await batchOf(size, 60);
    come(2);
    expect(await wait(false)).toBe(10);
    await batchOf(0, 60);
    come(2);
    expect(await wait(false)).toBe(10);
  });

  it("does not take one at a time for that", async () => {
    const { come, wait, batchOf } = aQueue();
    for (const size of [1, 1, 1]) await batchOf(size, 60);
    come(1);
    expect(await wait(false)).toBe(10);
  });
});

describe("Gathering, in turns with Pulumi", () => {
  /** A batch of four took so long; from then on one comes after each pause, and how long it waits for them. */
  const afterFour = async (milliseconds: number, ...pauses: number[]) => {
    const queue = aQueue();
    await queue.batchOf(4, milliseconds);
    const waited = await queue.wait(true, ...pauses);
    return { ...queue, waited };
  };

  it("does not wait with half of them for the others when these take longer than they gain", async () => {
    expect((await afterFour(300, 60, 60)).waited).toBe(120);
    expect((await afterFour(300, 40, 40)).waited).toBe(80 + 150);
  });

  it("waits with fewer than half, however long Pulumi takes", async () => {
    expect((await afterFour(300, 140)).waited).toBe(140 + 150);
  });

  it("goes by what Pulumi took for each on average, and for the last ones most", async () => {
    const afterQuickOnes = async (...pauses: number[]) => {
      const queue = await afterFour(300, 20, 20, 20, 20);
      await queue.answer(300);
      return queue.wait(true, ...pauses);
    };
    expect(await afterQuickOnes(70, 70)).toBe(140);
    expect(await afterQuickOnes(52, 52)).toBe(104 + 150);
  });

  it("counts those who have come since the batch before, and no earlier ones", async () => {
    const queue = await afterFour(300, 60, 60);
    await queue.answer(300);
    expect(await queue.wait(true, 60, 60)).toBe(120);
  });

  it("does not take the time in which nobody had anything to do for Pulumi's", async () => {
    const { gathering, come, wait, batchOf } = aQueue();
    await batchOf(4, 300);
    gathering.rest();
    await vi.advanceTimersByTimeAsync(10_000);
    come(2);
    expect(await wait(false)).toBe(50);
  });
});
