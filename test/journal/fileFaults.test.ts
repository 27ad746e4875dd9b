import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeJournal } from "../../provider/journal/file";
import type { Command } from "../../provider/values/command";
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

describe("the file of the journal, when something goes wrong", () => {
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
});

describe("the file of the journal, when its host loses its power", () => {
  /** What programs are told that are in the place of the real ones, and run these. */
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

  it("is the whole old file or the whole new file, and stays", () => {
    expect(told(writeJournal(read(), module("web")).run)).toEqual([
      synced("./journal.jsonl.new"),
      "mv ./journal.jsonl.new ./journal.jsonl",
      "sync .",
    ]);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  it("has what a change claims before the change is carried out", () => {
    const written = write(read(), module("web"));
    expect(told(writeJournal(written, module("web", "api")).run)).toEqual([
      synced("./journal.jsonl"),
    ]);
  });

  it("is removed with the remains of a new file after a power failure", () => {
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
