import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureImage } from "../lab/image";
import { ensurePackages } from "../toolchain/packages";
import { ensurePulumi } from "../toolchain/pulumi";
import { type Counts, countTests, describeCounts, type Report } from "./counts";

const ON_EVERY_PUSH = ["unit", "process", "lab"];
/** The long stories about network managers run only on request. */
const PROJECTS = [...ON_EVERY_PUSH, "matrix"];

/**
 * Prepares the toolchain, runs the tests and prints their counts in the last line. The arguments are names of projects,
 * parts of file paths, and options of vitest.
 */
async function main(words: readonly string[]): Promise<number> {
  const named = words.filter((word) => PROJECTS.includes(word));
  const projects = named.length > 0 ? named : ON_EVERY_PUSH;
  const others = words.filter((word) => !PROJECTS.includes(word));
  if (projects.some((one) => ["lab", "matrix"].includes(one))) await setUpLab();
  const directory = mkdtempSync(join(tmpdir(), "pulumi-lvs-test-"));
  try {
    const report = join(directory, "report.json");
    const chosen = projects.map((project) => `--project=${project}`);
    const exitCode = await vitest([...chosen, `--outputFile.json=${report}`, ...others]);
    return conclude(exitCode, countFrom(report));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function setUpLab(): Promise<void> {
  await ensurePackages();
  await ensurePulumi();
  await ensureImage(12);
}

function vitest(words: readonly string[]): Promise<number> {
  const entry = join(require.resolve("vitest/package.json"), "../vitest.mjs");
  const args = [entry, "run", "--config", "test/vitest.config.mts"];
  args.push("--reporter=default", "--reporter=json", ...words);
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  // vitest alone would finish the running stories after SIGINT.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => child.kill("SIGTERM"));
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

function countFrom(report: string): Counts {
  try {
    const isCi = (process.env.CI ?? "") !== "";
    return countTests(JSON.parse(readFileSync(report, "utf8")) as Report, { isCi });
  } catch (error) {
    console.error(`vitest left no report: ${(error as Error).message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function conclude(exitCode: number, counts: Counts): number {
  const isGood = exitCode === 0 && counts.failed === 0 && counts.passed > 0;
  if (isGood || counts.failed > 0) console.log(describeCounts(counts));
  else {
    const why = exitCode === 0 ? "no test ran" : `vitest ended with exit code ${exitCode}`;
    console.log(`${why}: that counts as one failure`);
    console.log(describeCounts({ ...counts, failed: 1 }));
  }
  return isGood ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: Error) => {
    console.error(error);
    console.log(describeCounts({ passed: 0, failed: 1, skipped: 0 }));
    process.exit(1);
  },
);
