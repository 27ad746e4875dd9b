import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type JournalFile,
  journalFact,
  markBootFiles,
  writeJournal,
} from "../../provider/journal/file";
import { held, owner } from "../support/claims";
import {
  directory,
  eachInItsDirectory,
  file,
  module,
  read,
  run,
  write,
} from "./support/journalFile";

eachInItsDirectory();

describe("the file of the journal", () => {
  it("is not there for an empty journal, and goes with the last claim, and its directory too", () => {
    expect(read()).toEqual({ journal: {} });
    expect(write(read(), {})).toEqual({ journal: {} });
    expect(existsSync(directory)).toBe(false);
    write(read(), module("web"));
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    write(read(), {});
    expect(existsSync(directory)).toBe(false);
  });

  it("has a whole journal first, and then a line for each change: no more than has changed", () => {
    const names = Array.from({ length: 20 }, (_, at) => `web${at}`);
    let written = read();
    for (const [at] of names.entries()) written = write(written, module(...names.slice(0, at + 1)));
    const lines = readFileSync(file, "utf8").split("\n");
    expect(lines).toHaveLength(21);
    expect(JSON.parse(lines[0] ?? "")).toEqual({ version: 1, parts: module("web0") });
    expect(lines[20]).toBe("");
    expect(lines[19]).toHaveLength(lines[11]?.length ?? 0);
    expect(read()).toEqual(written);
    expect(read().journal).toEqual(module(...names));
  });

  it("is left alone when it says so already", () => {
    const written = write(read(), module("web"));
    expect(writeJournal(written, module("web"))).toEqual({ file: written });
  });

  it("does not grow without end", () => {
    let written = read();
    let longest = 0;
    for (let turn = 0; turn < 60; turn += 1) {
      written = write(written, module("web", `${turn}${"x".repeat(1000)}`));
      longest = Math.max(longest, statSync(file).size);
      expect(written.length).toBe(statSync(file).size);
    }
    expect(read()).toEqual(written);
    expect(longest).toBeGreaterThan(16_384);
    expect(longest).toBeLessThan(25_000);
  });

  it("goes when something else is in its directory, which stays", () => {
    write(read(), module("web"));
    writeFileSync(join(directory, "journal.jsonl~"), "somebody's copy");
    write(read(), {});
    expect(existsSync(file)).toBe(false);
    expect(existsSync(directory)).toBe(true);
  });

  it("is read to its end when somebody has edited it, and written anew by the next change", () => {
    const written = write(read(), module("web"));
    const line = JSON.stringify({ "module ip_vs": { claimed: [owner("api")], released: [] } });
    appendFileSync(file, `\n${line}`);
    expect(read()).toEqual({ journal: module("web", "api") });
    expect(written.length).toBeDefined();
    write(read(), module("api"));
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(2);
  });

  it("is read in a time that grows with what it says, and not with its square", () => {
    const claims = (count: number) => Array.from({ length: count }, (_, at) => owner(`web${at}`));
    const lines = claims(20_000).map((one) =>
      JSON.stringify({ "module ip_vs": { claimed: [one], released: [] } }),
    );
    const whole = JSON.stringify({ version: 1, parts: { "module ip_vs": held(null, "loaded") } });
    const stdout = `${[whole, ...lines].join("\n")}\n`;
    const { journal } = journalFact.parse([{ stdout, stderr: "", exitCode: 0 }]);
    expect(journal["module ip_vs"]?.claims).toEqual(claims(20_000));
  });

  it("forgets a change whose line was cut off, and is written anew by the next one", () => {
    write(write(read(), module("web")), module("web", "api"));
    appendFileSync(file, '{"module ip_vs":{"claimed":[{"urn":"urn:pul');
    expect(read()).toEqual({ journal: module("web", "api") });
    const written = write(read(), module("api"));
    expect(read()).toEqual(written);
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(2);
  });

  it("is as long as it is said to be, whatever is written into it", () => {
    let written = read();
    for (const names of [["é"], ["é", "日本"], ["é", "日本", "web"]]) {
      written = write(written, module(...names));
      expect(written.length).toBe(statSync(file).size);
      expect(read()).toEqual(written);
    }
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(3);
  });

  describe("has a mark that the files at boot are those of it", () => {
    const mark = (written: JournalFile) => {
      const marking = markBootFiles(written);
      if (marking.run) expect(run(marking.run).exitCode).toBe(0);
      return marking.file;
    };

    it("after they were written, and not after the next change", () => {
      const unmarked = write(read(), module("web"));
      expect(unmarked.hasBootFiles).toBeUndefined();
      const marked = mark(unmarked);
      expect(marked).toEqual({ ...unmarked, length: statSync(file).size, hasBootFiles: true });
      expect(read()).toEqual(marked);
      const changed = write(marked, module("web", "api"));
      expect(changed.hasBootFiles).toBeUndefined();
      expect(read()).toEqual(changed);
    });

    it("in the same line as a change that leaves them as they are, and in a file that is written anew", () => {
      let written = write(read(), module("web"), true);
      expect(read()).toEqual(written);
      for (let turn = 0; turn < 5; turn += 1) {
        written = write(written, module("web", `${turn}${"x".repeat(9000)}`), true);
        expect(written).toMatchObject({ length: statSync(file).size, hasBootFiles: true });
      }
      expect(read()).toEqual(written);
    });

    it("only where a line can be added to it", () => {
      mark(write(read(), module("web")));
      appendFileSync(file, '{"module ip_vs":{"claimed":[{"urn":"urn:pul');
      const { hasBootFiles, ...cutOff } = mark(read());
      expect(hasBootFiles).toBeUndefined();
      expect(read()).toEqual(cutOff);
    });
  });

  it.each([
    "not JSON",
    "not JSON\n",
    "{}\n",
    '{"version":2,"parts":{}}\n',
    '{"version":1,"parts":{"a":{"before":null}}}\n',
    '{"version":1,"parts":{}}\nnot JSON\n',
    '{"version":1,"parts":{}}\n{"a":{"claimed":[],"released":[]}}\n',
    '{"version":1,"parts":{}}\n{"a":{"before":null}}\n',
  ])("is refused when it says %j", (stdout) => {
    const shown = { stdout, stderr: "", exitCode: 0 };
    expect(() => journalFact.parse([shown])).toThrow("it is not a journal that this version");
  });

  it("is refused when it cannot be read", () => {
    const shown = { stdout: "", stderr: "cat: Permission denied", exitCode: 1 };
    expect(() => journalFact.parse([shown])).toThrow("cat: Permission denied");
  });
});
