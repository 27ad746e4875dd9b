import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { directory, eachInItsDirectory, file, read } from "./support/journalFile";

eachInItsDirectory();
beforeEach(() => mkdirSync(directory));

describe("a file that is no journal", () => {
  it.each<[string, () => unknown]>([
    ["a link to a file", () => symlinkSync("/etc/hostname", file)],
    ["a link to nothing", () => symlinkSync("/nowhere", file)],
    ["a link to a device", () => symlinkSync("/dev/zero", file)],
    ["a pipe that nobody writes to", () => execFileSync("mkfifo", [file])],
    ["a directory", () => mkdirSync(file)],
  ])("is refused without being read: %s", (_what, make) => {
    make();
    expect(read).toThrow("it is not a regular file");
  });

  it("is read only up to the limit when it has 1 GB", () => {
    writeFileSync(file, "x");
    truncateSync(file, 1024 ** 3);
    expect(() => read()).toThrow("longer than 32 MiB");
  });

  it("is refused when it is nested too deeply", () => {
    writeFileSync(file, `${"[".repeat(1_000_000)}\n`);
    expect(read).toThrow("it is not a journal that this version of pulumi-lvs wrote");
  });
});
