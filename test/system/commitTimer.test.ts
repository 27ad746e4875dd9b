import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inlineCommandLine } from "../../provider/host/shell/groupText";
import { journalCopy } from "../../provider/journal/file";
import { armCommand, CONFIRM, TAKE_BACK } from "../../provider/system/commitTimer";
import { type Command, command } from "../../provider/values/command";
import { commandLine } from "../../provider/values/quote";
import { FakeRoot } from "./support/fakeRoot";

const RULE = command("ip", "rule", "delete", "from", "192.0.2.11", "priority", "30001");
const TABLE = { argv: ["ipvsadm", "-R"], stdin: "-D -t 192.0.2.80:80\n" };
const steps = [RULE, TABLE].map((run) => ({ run, description: "go back" }));
const JOURNAL = "var/lib/pulumi-lvs/journal.jsonl";
const DIRECTORY = "run/pulumi-lvs-undo";

let root: FakeRoot;
let children: ChildProcess[];
beforeEach(() => {
  children = [];
  root = new FakeRoot({
    ip: "exit 2",
    ipvsadm: `cat >>"$(dirname "$0")/../table"`,
    systemctl: "",
    "systemd-run": "",
  });
});
afterEach(() => {
  for (const { pid } of children) if (pid !== undefined) kill(pid);
  root.remove();
});

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {} // has ended already
}

/** Shell text for this machine, with the directories that are written to below the root. */
const here = (text: string) =>
  text
    .replace("flock -w 120", "flock -w 2")
    .replaceAll(/(?<![\w}.])\/(run|var)\b/g, `${root.path}/$1`)
    .replace(/PATH=\/\S+/, `PATH=${root.path}/bin:$PATH`);
const env = () => ({ ...process.env, PATH: `${root.path}/bin:${process.env.PATH}` });
const sh = (text: string) => spawnSync("sh", ["-c", here(text)], { env: env(), encoding: "utf8" });
const run = (one: Command) => sh(commandLine(one));
const arm = () => expect(run(armCommand(steps, 60, journalCopy))).toMatchObject({ status: 0 });
const fire = () => sh(`sh /${DIRECTORY}/armed fire`);
const programs = () => root.calls().map((call) => call.split(" ")[0]);

describe.each(["systemd", "no systemd"])("the timer of a host with %s", (init) => {
  const hasSystemd = init === "systemd";
  beforeEach(() => {
    if (hasSystemd) mkdirSync(join(root.path, "run/systemd/system"), { recursive: true });
    root.write(JOURNAL, "what was there\n");
  });

  it("puts back what was before, whatever fails, and leaves nothing behind", () => {
    arm();
    root.write(JOURNAL, "what was there\nwhat is claimed\n");
    root.calls();
    const { status, stdout, stderr } = fire();
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("was not confirmed: putting back what was before");
    expect(programs()).toEqual(["ip", "ipvsadm", ...(hasSystemd ? ["systemctl"] : [])]);
    expect(root.read("table")).toBe(TABLE.stdin);
    expect(root.read(JOURNAL)).toBe("what was there\n");
    expect(existsSync(join(root.path, DIRECTORY))).toBe(false);
  });

  it("leaves what a keepalived of ours has while it runs", () => {
    const files = ["run/pulumi-lvs/checkers.pid", "run/pulumi-lvs-failover/vrrp.pid"];
    for (const file of files) root.write(file, "7");
    arm();
    run(CONFIRM);
    arm();
    fire();
    for (const file of files) expect(root.read(file)).toBe("7");
  });

  it("does nothing after a confirmation, of which nothing stays", () => {
    arm();
    const armed = root.read(`${DIRECTORY}/armed`) ?? "";
    expect(run(CONFIRM).status).toBe(0);
    expect(existsSync(join(root.path, DIRECTORY))).toBe(false);
    root.calls();
    root.write(`${DIRECTORY}/later`, "");
    expect(sh(`set -- fire; ${armed}`).status).toBe(0);
    expect(programs()).toEqual([]);
  });

  it("cannot be confirmed after it has fired", () => {
    arm();
    fire();
    expect(run(CONFIRM).status).not.toBe(0);
  });

  it("is forestalled by whoever locks the host next", () => {
    arm();
    const armed = root.read(`${DIRECTORY}/armed`) ?? "";
    root.calls();
    expect(sh(TAKE_BACK).status).toBe(0);
    expect(programs()).toEqual(["ip", "ipvsadm", ...(hasSystemd ? ["systemctl"] : [])]);
    expect(sh(TAKE_BACK).status).toBe(0);
    sh(`set -- fire; ${armed}`);
    expect(programs()).toEqual([]);
  });

  it("is carried on where it was cut off", () => {
    arm();
    sh(`mv /${DIRECTORY}/armed /${DIRECTORY}/undoing`);
    sh(TAKE_BACK);
    expect(root.read("table")).toBe(TABLE.stdin);
    expect(existsSync(join(root.path, DIRECTORY))).toBe(false);
  });

  it("lets nobody else read what lies on the host", () => {
    arm();
    const mode = (path: string) => statSync(join(root.path, path)).mode & 0o777;
    expect(mode(DIRECTORY)).toBe(0o700);
    expect([mode(`${DIRECTORY}/armed`), mode(`${DIRECTORY}/journal`)]).toEqual([0o600, 0o600]);
  });

  it("removes a journal that was not there before", () => {
    sh("rm -r /var/lib/pulumi-lvs");
    arm();
    root.write(JOURNAL, "what is claimed\n");
    fire();
    expect(existsSync(join(root.path, "var/lib/pulumi-lvs"))).toBe(false);
  });

  it("ends the shell of the change, which may have the lock behind a cut way", async () => {
    const change = spawn("sh", [], { env: env(), stdio: ["pipe", "ignore", "ignore"] });
    children.push(change);
    const ended = new Promise((resolve) => change.on("exit", (_, signal) => resolve(signal)));
    change.stdin.write(`exec 9<${root.path}/run/lock; flock 9
${here(`( ${inlineCommandLine(armCommand(steps, 60, journalCopy))} ) 9>&-`)}\n`);
    const holder = () => root.read(`${DIRECTORY}/holder`);
    await vi.waitFor(() => expect(holder()).toMatch(/^\d+ \d+\n$/), { timeout: 20_000 });
    await vi.waitFor(() => expect(root.read(`${DIRECTORY}/armed`)).toContain("rm -rf"));
    fire();
    expect(await ended).toBe("SIGKILL");
    expect(root.read("table")).toBe(TABLE.stdin);
  });
});

describe("the timer", () => {
  it("is a transient unit of systemd, which nothing of an SSH session ends", () => {
    mkdirSync(join(root.path, "run/systemd/system"), { recursive: true });
    arm();
    expect(root.calls()).toEqual([
      `systemd-run --quiet --collect --unit=pulumi-lvs-undo --on-active=60 --timer-property=AccuracySec=1s /bin/sh ${root.path}/${DIRECTORY}/armed fire`,
    ]);
  });

  it("is a process of its own session elsewhere, which a confirmation ends", async () => {
    arm();
    const sleeper = Number(root.read(`${DIRECTORY}/sleeper`));
    const words = () => sh(`tr '\\0' ' ' 2>/dev/null <"/proc/${sleeper}/cmdline"`).stdout;
    const session = spawnSync("ps", ["-o", "sid=", "-p", String(sleeper)], { encoding: "utf8" });
    expect(session.stdout.trim()).toBe(String(sleeper));
    expect(words()).toContain("pulumi-lvs-undo 60");
    run(CONFIRM);
    await vi.waitFor(() => expect(words()).toBe(""));
  });

  it("is refused where it cannot be started, and nothing of it stays", () => {
    root.remove();
    root = new FakeRoot({ systemctl: "", "systemd-run": "echo 'no bus' >&2; exit 1" });
    mkdirSync(join(root.path, "run/systemd/system"), { recursive: true });
    const { status, stderr } = run(armCommand(steps, 60, journalCopy));
    expect([status, stderr]).toEqual([1, "no bus\n"]);
    expect(existsSync(join(root.path, DIRECTORY))).toBe(false);
  });
});
