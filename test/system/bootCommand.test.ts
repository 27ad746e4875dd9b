import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BootChanges, bootStep } from "../../provider/system/bootCommand";
import { SYSTEM_FILES } from "../../provider/system/units";
import { FakeRoot } from "./support/fakeRoot";

// What enabling and disabling do to the link.
const SYSTEMCTL = `link=$(dirname "$0")/../etc/systemd/system/multi-user.target.wants/pulumi-lvs.service
case "$*" in
  *enable\\ pulumi*) mkdir -p "$(dirname "$link")"; : > "$link" ;;
  *disable*) rm -rf "$(dirname "$link")" ;;
esac`;

/** A systemd that has forgotten a unit as soon as that has stopped. */
const CLEAN = `${SYSTEMCTL}
case $* in show*) echo LoadState=not-found ;; esac`;

/** A systemd that starts no unit which it has not read. */
const FORGETFUL = `case $* in
  daemon-reload) : >"$0.reloaded" ;;
  *restart*) [ -e "$0.reloaded" ] ;;
esac`;

/** Functions in the place of programs, since busybox does not look for its own ones: they write down what they run. */
const COUNTING = ["mkdir", "mv", "rm", "sync", "chmod", "cat", "dd", "cp", "ln"]
  .map((name) => `${name}() { echo ${name} >>/run/programs; command ${name} "$@"; }\n`)
  .join("");

let root: FakeRoot;
beforeEach(() => {
  root = new FakeRoot({ systemctl: SYSTEMCTL });
});
afterEach(() => root.remove());

function change(changes: Partial<BootChanges>, before = "") {
  const all = { write: new Map(), remove: [], isNeeded: true, repairs: false, ...changes };
  const step = bootStep(all);
  if (!step) throw new Error("no step");
  const [shell = "", option = "", text = "", ...words] = step.run.argv;
  const { exitCode, output } = root.run({ argv: [shell, option, `${before}${text}`, ...words] });
  expect([exitCode, output]).toEqual([0, ""]);
}
const files = (...names: string[]) =>
  new Map(names.map((name) => [name, `# ${name} ::1\n\nlast\n`]));
const ENABLE = "systemctl --quiet --no-reload enable pulumi-lvs.service";
const RELOAD = "systemctl daemon-reload";
const SHOW = "systemctl show -p LoadState pulumi-lvs.service";
const START = "systemctl --no-block restart pulumi-lvs.service";

describe("the step for the files of a batch", () => {
  it("is none when no file changes", () => {
    const changes = { write: new Map(), remove: [], isNeeded: true, repairs: true };
    expect(bootStep(changes)).toBeUndefined();
  });

  it("writes the units once, and each file", () => {
    change({ write: files("10-module-ip_vs") });
    expect(root.calls()).toEqual([ENABLE, START]);
    change({ write: files("10-module-ip_vs", "80-address-192.0.2.80.32") });
    expect(root.calls()).toEqual([]);
    expect(root.files("etc/pulumi-lvs/parts.d")).toEqual([
      ...["10-module-ip_vs", "80-address-192.0.2.80.32"],
    ]);
    expect(root.read("etc/pulumi-lvs/parts.d/10-module-ip_vs")).toBe(
      "# 10-module-ip_vs ::1\n\nlast\n",
    );
    expect(root.files("etc/pulumi-lvs/parts.new")).toEqual([]);
    for (const { path, text, isOptional } of SYSTEM_FILES)
      expect(root.read(path)).toBe(isOptional ? undefined : text);
  });

  it("writes what udev and NetworkManager run, where they are", () => {
    const directories = ["etc/udev/rules.d", "etc/NetworkManager/dispatcher.d"];
    for (const directory of directories) root.write(`${directory}/50-other`, "");
    change({ write: files("10-module-ip_vs") });
    expect(root.files("etc/udev/rules.d")).toEqual(["50-other", "90-pulumi-lvs.rules"]);
    expect(root.files("etc/NetworkManager/dispatcher.d")).toEqual(["50-other", "90-pulumi-lvs"]);
    // NetworkManager-dispatcher(8) takes no other ones.
    expect(root.sh("ls -l /etc/NetworkManager/dispatcher.d/9*").output).toMatch(/^-rwxr-xr-x /);
    expect(root.sh("ls -l /etc/udev/rules.d/9*").output).toMatch(/^-rw-r--r-- /);
    change({ remove: ["10-module-ip_vs"], isNeeded: false });
    for (const directory of directories) expect(root.files(directory)).toEqual(["50-other"]);
  });

  it("writes units again that somebody has edited, where they are to be repaired", () => {
    change({ write: files("10-module-ip_vs") });
    root.write("etc/pulumi-lvs/apply", "exit\n");
    root.calls();
    change({ write: files("10-module-ip_vs"), repairs: true });
    expect(root.calls()).toEqual([ENABLE, RELOAD, START]);
    expect(root.read("etc/pulumi-lvs/apply")).toBe(SYSTEM_FILES[0]?.text);
  });

  it("lets systemd read all units where it does not find new ones by itself", () => {
    root.remove();
    root = new FakeRoot({ systemctl: FORGETFUL });
    change({ write: files("10-module-ip_vs") });
    expect(root.calls()).toEqual([ENABLE, START, RELOAD, START]);
  });

  it("takes files away, and with the last one all that came", () => {
    const before = root.files("etc");
    change({ write: files("10-module-ip_vs", "80-address-192.0.2.80.32") });
    change({ remove: ["80-address-192.0.2.80.32"] });
    expect(root.files("etc/pulumi-lvs/parts.d")).toEqual(["10-module-ip_vs"]);
    root.calls();
    change({ remove: ["10-module-ip_vs"], isNeeded: false });
    expect(root.calls()).toEqual([
      ...["systemctl --quiet --no-reload disable --now pulumi-lvs.service", SHOW, RELOAD],
    ]);
    expect(root.files("etc")).toEqual(before);
    change({ remove: ["10-module-ip_vs"], isNeeded: false });
    expect(root.files("etc")).toEqual(before);
  });
});

it("does not let systemd read all units when it has forgotten those that went", () => {
  root.remove();
  root = new FakeRoot({ systemctl: CLEAN });
  change({ write: files("10-module-ip_vs") });
  change({ remove: ["10-module-ip_vs"], isNeeded: false });
  expect(root.calls()).not.toContain(RELOAD);
});

describe.each([["dash"], ["bash"], ["busybox", "sh"]])(
  "the programs that it runs in %s",
  (...shell) => {
    beforeEach(() => {
      root.remove();
      root = new FakeRoot({ systemctl: SYSTEMCTL }, shell as [string, ...string[]]);
      change({ write: files("10-module-ip_vs", "20-c") });
    });

    const programs = (changes: Partial<BootChanges>) => {
      change(changes, COUNTING);
      return root.read("run/programs")?.trim().split("\n");
    };

    it.each([
      ["one to rename and one to sync any number of files", { write: files("20-a", "20-b") }, "mv"],
      ["one to remove and one to sync any number of files", { remove: ["20-c"] }, "rm"],
      ["three where files come and others go", { write: files("20-a"), remove: ["20-c"] }, "mv rm"],
    ])("are %s", (_, changes, names) => {
      expect(programs(changes)).toEqual([...names.split(" "), "sync"]);
    });
  },
);
