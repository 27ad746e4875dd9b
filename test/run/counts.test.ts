import { describe, expect, it } from "vitest";
import { countTests, describeCounts } from "./counts";

const file = (name: string, status: string, ...statuses: string[]) => ({
  name,
  status,
  assertionResults: statuses.map((one) => ({ status: one })),
});

describe("countTests", () => {
  it("adds up all files", () => {
    const testResults = [
      file("a.test.ts", "passed", "passed", "skipped", "todo"),
      file("b.test.ts", "failed", "passed", "failed"),
    ];
    expect(countTests({ testResults }, { isCi: false })).toEqual({
      ...{ passed: 2, failed: 1, skipped: 2 },
    });
  });

  it("counts a file that cannot be loaded as one failure", () => {
    const testResults = [file("a.test.ts", "failed")];
    expect(countTests({ testResults }, { isCi: false }).failed).toBe(1);
  });

  it("counts the tests that a failed set-up skipped as failures", () => {
    const testResults = [file("a.test.ts", "failed", "skipped", "skipped")];
    expect(countTests({ testResults }, { isCi: false })).toEqual({
      ...{ passed: 0, failed: 2, skipped: 0 },
    });
  });

  it("lets no story of the lab be skipped in CI", () => {
    const testResults = [
      file("dr.story.test.ts", "passed", "passed", "pending"),
      file("a.test.ts", "passed", "pending"),
    ];
    expect(countTests({ testResults }, { isCi: true })).toEqual({
      ...{ passed: 1, failed: 1, skipped: 1 },
    });
  });
});

describe("describeCounts", () => {
  it("is the last line of a run", () => {
    expect(describeCounts({ passed: 3, failed: 0, skipped: 1 })).toBe(
      "3 passed, 0 failed, 1 skipped",
    );
  });
});
