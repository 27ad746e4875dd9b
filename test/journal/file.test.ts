import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { journalFact, type Written, writeJournal } from "../../provider/journal/file";
import type { Journal } from "../../provider/journal/journal";
import type { Command, Result } from "../../provider/values/command";
import { held, owner } from "../support/claims";

const DIRECTORY = "/var/lib/pulumi-lvs";
let directory = "";
let file = "";

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "journal-")), "lvs");
  file = join(directory, "journal.jsonl");
});
afterEach(() => {
  rmSync(join(directory, ".."), { recursive: true });
});

/** Runs a command of ours with a directory of the test. */
function run({ argv, stdin }: Command, env: NodeJS.ProcessEnv = {}): Result {
  const [program = "", ...words] = argv.map((word) => word.replaceAll(DIRECTORY, directory));
  const { stdout, stderr, status } = spawnSync(program, words, {
    ...{ input: stdin, encoding: "utf8" },
    env: { ...process.env, ...env },
  });
  return { stdout, stderr, exitCode: status ?? 1 };
}

const read = () => journalFact.parse(journalFact.commands.map((command) => run(command)));

function write(old: Written, next: Journal): Written {
  const writing = writeJournal(old, next);
  if (writing.run) expect(run(writing.run)).toEqual({ stdout: "", stderr: "", exitCode: 0 });
  return writing.written;
}

const module = (...names: string[]) => ({
  "module ip_vs": held(null, "loaded", ...names.map((name) => owner(name))),
});

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
    expect(writeJournal(written, module("web"))).toEqual({ written });
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

  describe("on the disk", () => {
    /** Programs that run the real ones, and say what they were told and which files are there. */
    function told(command: Command | undefined): string[] {
      const bin = join(directory, "../bin");
      mkdirSync(bin);
      const log = join(bin, "log");
      for (const name of ["dd", "mv", "rm", "sync", "truncate"]) {
        const text = `#!/bin/sh\necho ${name} "$@" >>${log}; PATH=$REST exec ${name} "$@"\n`;
        writeFileSync(join(bin, name), text, { mode: 0o755 });
      }
      const env = { PATH: `${bin}:${process.env.PATH}`, REST: process.env.PATH };
      expect(run(command as Command, env).exitCode).toBe(0);
      const lines = readFileSync(log, "utf8").trimEnd().split("\n");
      return lines.map((one) => one.replaceAll(directory, "."));
    }
    const synced = (what: string) => expect.stringMatching(new RegExp(`^dd of=${what} .*fsync`));

    it("is all of the old one or of the new one, and stays", () => {
      expect(told(writeJournal(read(), module("web")).run)).toEqual([
        synced("./journal.jsonl.new"),
        "mv ./journal.jsonl.new ./journal.jsonl",
        "sync .",
      ]);
      expect(existsSync(`${file}.new`)).toBe(false);
    });

    it("has a change before that is carried out", () => {
      const written = write(read(), module("web"));
      expect(told(writeJournal(written, module("web", "api")).run)).toEqual([
        synced("./journal.jsonl"),
      ]);
    });

    it("is gone, with what a host that lost its power has left of a new one", () => {
      const written = write(read(), module("web"));
      writeFileSync(`${file}.new`, "cut off");
      expect(told(writeJournal(written, {}).run)).toEqual([
        "rm -f ./journal.jsonl ./journal.jsonl.new",
        "sync .",
      ]);
      expect(existsSync(directory)).toBe(false);
    });

    it("is synced with all others where sync takes no directory", () => {
      const bin = join(directory, "../busybox");
      mkdirSync(bin);
      writeFileSync(join(bin, "sync"), "#!/bin/sh\ntest $# = 0\n", { mode: 0o755 });
      const { run: command } = writeJournal(read(), module("web"));
      expect(run(command as Command, { PATH: `${bin}:${process.env.PATH}` }).exitCode).toBe(0);
    });
  });

  it("takes back what could not be written, and may not be on the disk", () => {
    const written = write(read(), module("web"));
    const { run: command } = writeJournal(written, module("web", "api"));
    const failing = join(directory, "dd");
    writeFileSync(failing, '#!/bin/sh\n/bin/dd "$@"; echo "dd: fsync failed" >&2; exit 1\n', {
      mode: 0o755,
    });
    const { exitCode, stderr } = run(command as Command, {
      PATH: `${directory}:${process.env.PATH}`,
    });
    expect([exitCode, stderr]).toEqual([1, "dd: fsync failed\n"]);
    expect(read()).toEqual(written);
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

  const long = "x".repeat(20_000);
  describe.each([
    ["added to", module("web", long, "api")],
    ["written anew", module("web")],
    ["removed", {}],
  ])("that would be %s", (_, next) => {
    it.each([
      ["removed", () => rmSync(file)],
      ["emptied", () => writeFileSync(file, "")],
      ["edited", () => appendFileSync(file, "\n")],
      ["restored", () => write(read(), module("other"))],
    ])("is left as it is when somebody has %s it meanwhile", (_, meanwhile) => {
      const written = write(read(), module("web", long));
      meanwhile();
      const left = existsSync(file) && readFileSync(file, "utf8");
      const { run: command } = writeJournal(written, next);
      const { exitCode, stderr } = run(command as Command);
      expect([exitCode, stderr]).toEqual([
        1,
        expect.stringMatching(/^\S+ has changed meanwhile\n$/),
      ]);
      expect(existsSync(file) && readFileSync(file, "utf8")).toBe(left);
    });
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

  it("is refused where an older version has left one, which remembers what was there before", () => {
    mkdirSync(directory);
    writeFileSync(join(directory, "journal.json"), '{"version":1,"parts":{}}');
    expect(read).toThrow(
      "an older version of pulumi-lvs wrote " +
        `${directory}/journal.json: destroy with that version first`,
    );
    rmSync(join(directory, "journal.json"));
    expect(read()).toEqual({ journal: {} });
  });

  it("is refused when it cannot be read", () => {
    const shown = { stdout: "", stderr: "cat: Permission denied", exitCode: 1 };
    expect(() => journalFact.parse([shown])).toThrow("cat: Permission denied");
  });
});
