/** The used part of vitest's JSON report. */
export interface Report {
  readonly testResults: readonly FileReport[];
}

interface FileReport {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface CountOptions {
  /** Whether the tests run in CI, where a skipped story of the lab counts as a failure. */
  readonly isCi: boolean;
}

/** Counts the tests of all files. */
export function countTests(report: Report, options: CountOptions): Counts {
  return report.testResults.map((file) => countFile(file, options)).reduce(add, NONE);
}

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

function add(one: Counts, other: Counts): Counts {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

/**
 * Counts the tests of a file. A file that cannot be loaded has no tests, and a file whose set-up fails has only skipped
 * tests: both count as failures.
 */
function countFile({ name, status, assertionResults }: FileReport, { isCi }: CountOptions): Counts {
  const number = (wanted: string) => assertionResults.filter((one) => one.status === wanted).length;
  const passed = number("passed");
  const failed = number("failed");
  const skipped = assertionResults.length - passed - failed;
  const hasNotBegun = status === "failed" && failed === 0;
  if (hasNotBegun) return { passed, failed: Math.max(1, skipped), skipped: 0 };
  if (isCi && name.endsWith(".story.test.ts"))
    return { passed, failed: failed + skipped, skipped: 0 };
  return { passed, failed, skipped };
}

/** The last line of a run. */
export function describeCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
