import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { progress } from "./progress";

describe("progress", () => {
  let said: string[];
  beforeEach(() => {
    said = [];
    vi.useFakeTimers();
    vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("says every ten seconds that a step goes on, and at its end how long it took", async () => {
    const step = new Promise<string>((resolve) => setTimeout(() => resolve("done"), 25_000));
    const whole = progress("restoring web1", step);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(await whole).toBe("done");
    expect(said).toEqual([
      "restoring web1 (10 s)\n",
      "restoring web1 (20 s)\n",
      "restoring web1: took 25 s\n",
    ]);
  });

  it("says nothing of a quick step", async () => {
    await progress("restoring web1", Promise.resolve());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said).toEqual([]);
  });
});
