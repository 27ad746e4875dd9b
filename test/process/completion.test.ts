import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "./support/package";

const HISTORY = resolve(ROOT, "test/fixtures/history/empty.pulumi-3.245.0.zstd");
const has = (shell: string) => existsSync(`/usr/bin/${shell}`);

/** A script that answers like Pulumi. */
const pulumi = (backend: string) => `#!/bin/sh
case "$*" in
*"stack ls --json"*) echo '[{"name":"dev","lastUpdate":"2026-11-20"},{"name":"prod"}]';;
*"stack --show-name"*) echo dev;;
*"whoami --json"*) echo '{"url":"${backend}"}';;
esac
`;

describe("the completion of pulumi-lvs", () => {
  let root: string;
  let program: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "pulumi-lvs-completion-"));
    const [bin, backend] = [join(root, "bin"), join(root, "backend")];
    program = join(root, "program");
    for (const directory of [bin, backend, program]) mkdirSync(directory);
    writeFileSync(join(program, "Pulumi.yaml"), "name: lvs\nruntime: nodejs\n");
    cpSync(HISTORY, join(backend, ".pulumi/history/lvs/dev"), { recursive: true });
    const main = `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/dist/provider/cli/main.js" "$@"\n`;
    writeFileSync(join(bin, "pulumi-lvs"), main, { mode: 0o755 });
    writeFileSync(join(bin, "pulumi"), pulumi(`file://${backend}`), { mode: 0o755 });
    env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, HOME: root, TERM: "dumb" };
    for (const shell of ["bash", "zsh", "fish"])
      writeFileSync(
        join(root, shell),
        execFileSync(join(bin, "pulumi-lvs"), ["completion", shell], { env }),
      );
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** The completions of bash for the last word. */
  const inBash = (...words: string[]) => {
    const script = `source ${root}/bash
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pulumi_lvs; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const args = ["--norc", "-c", script, "bash", "pulumi-lvs", ...words];
    const printed = execFileSync("bash", args, { env, cwd: program, encoding: "utf8" });
    return printed.split("\n").filter((line) => line !== "");
  };
  /** The completions of fish for a line, with descriptions. */
  const inFish = (line: string) => {
    const script = `source ${root}/fish; complete --do-complete "${line}"`;
    const args = ["--no-config", "-c", script];
    return execFileSync("fish", args, { env, cwd: program, encoding: "utf8" }).split("\n");
  };

  it("is there in bash: commands, options, stacks, and numbers of updates", () => {
    expect(inBash("rollb")).toEqual(["rollback"]);
    expect(inBash("rollback", "--last")).toEqual(["--last-good"]);
    expect(inBash("history", "--stack", "")).toEqual(["dev", "prod"]);
    expect(inBash("diff", "")).toEqual(["1"]);
    expect(inBash("rollback", "--from", "")).toEqual([]);
    expect(inBash("completion", "f")).toEqual(["fish"]);
  });

  it.skipIf(!has("fish"))("is there in fish, with what each is", () => {
    expect(inFish("pulumi-lvs rollb")[0]).toMatch(/^rollback\tBring the clusters back/);
    expect(inFish("pulumi-lvs history --stack ").slice(0, 2)).toEqual([
      "dev\t2026-11-20",
      "prod\tnever updated",
    ]);
    expect(inFish("pulumi-lvs diff ")[0]).toMatch(/^1\t20\d\d-.* refresh succeeded$/);
    expect(inFish("pulumi-lvs rollback --from Pul")[0]).toContain("Pulumi.yaml");
  });

  it.skipIf(!has("zsh"))("is there in zsh, for keys that are typed", async () => {
    const words = `HOME=${root} exec zsh -f -i`;
    const zsh = spawn("script", ["-qec", words, "/dev/null"], { env, cwd: program });
    let printed = "";
    const shows = (text: string) =>
      new Promise<void>((resolve) => {
        // zsh removes the space that it inserted when another word begins.
        const look = () => printed.replaceAll(" \b", "").includes(text) && resolve();
        zsh.stdout.on("data", look);
        look();
      });
    zsh.stdout.on("data", (data: Buffer) => {
      printed += data;
    });
    try {
      zsh.stdin.write(`autoload -Uz compinit; compinit -u -D; source ${root}/zsh; echo rea''dy\n`);
      await shows("ready");
      zsh.stdin.write("pulumi-lvs rollb\t--last\t--stack d\t");
      await shows("rollback --last-good --stack dev ");
    } finally {
      zsh.kill("SIGKILL");
      zsh.stdin.end();
    }
  });
});
