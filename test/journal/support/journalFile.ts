import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { type JournalFile, journalFact, writeJournal } from "../../../provider/journal/file";
import type { Journal } from "../../../provider/journal/journal";
import type { Command, Result } from "../../../provider/values/command";
import { held, owner } from "../../support/claims";

const DIRECTORY = "/var/lib/pulumi-lvs";
export let directory = "";
export let file = "";

/** Each test has a directory of its own, with other things of the test beside it. */
export function eachInItsDirectory(): void {
  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), "journal-")), "lvs");
    file = join(directory, "journal.jsonl");
  });
  afterEach(() => {
    rmSync(join(directory, ".."), { recursive: true });
  });
}

/** Runs a command of ours with the directory of the test. */
export function run({ argv, stdin }: Command, env: NodeJS.ProcessEnv = {}): Result {
  const [program = "", ...words] = argv.map((word) => word.replaceAll(DIRECTORY, directory));
  const { stdout, stderr, status } = spawnSync(program, words, {
    ...{ input: stdin, encoding: "utf8", maxBuffer: 100_000_000 },
    env: { ...process.env, ...env },
  });
  return { stdout, stderr, exitCode: status ?? 1 };
}

export const read = () => journalFact.parse(journalFact.commands.map((command) => run(command)));

export function write(old: JournalFile, next: Journal, hasBootFiles = false): JournalFile {
  const writing = writeJournal(old, next, hasBootFiles);
  if (writing.run) expect(run(writing.run)).toEqual({ stdout: "", stderr: "", exitCode: 0 });
  return writing.file;
}

/** A journal with a module that these claim. */
export const module = (...names: string[]) => ({
  "module ip_vs": held(null, "loaded", ...names.map((name) => owner(name))),
});
