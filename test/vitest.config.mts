import { defineConfig } from "vitest/config";
import { LongestFirst } from "./run/longestFirst.mjs";

const STORIES = "test/lab/stories/**/*.story.test.ts";
const MATRIX = "test/lab/matrix/**/*.test.ts";
const PROCESS = "test/process/**/*.test.ts";

// A process for each file: signals, the environment and the sessions of hosts are a process's.
export default defineConfig({
  test: {
    root: ".",
    pool: "forks",
    // Vitest's default leaves one processor to a person who works meanwhile. On two processors that is half of the speed.
    maxWorkers: "100%",
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [STORIES, MATRIX, PROCESS, "**/node_modules/**"],
          // A busy machine takes its time, which no test is about.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          // They start the processes that Pulumi starts, and need what `npm run build` makes.
          name: "process",
          include: [PROCESS],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "lab",
          include: [STORIES],
          // The first run on a machine builds disks and boots hosts under emulation.
          testTimeout: 300_000,
          hookTimeout: 900_000,
          // While one story waits for Pulumi, the other one's hosts have something to do.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: "matrix",
          include: [MATRIX],
          testTimeout: 300_000,
          hookTimeout: 900_000,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
