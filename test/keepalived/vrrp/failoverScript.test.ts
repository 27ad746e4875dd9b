import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failoverType } from "../../../provider/keepalived/vrrp/failoverPart";
import { FAILOVER_SCRIPT } from "../../../provider/keepalived/vrrp/failoverScript";
import type { Command } from "../../../provider/values/command";
import { FakeRoot } from "../../system/support/fakeRoot";

const NAME = "vrid-80.conf";
const ID = "vrid 80";
const FILE = `vrrp_instance virtual_router_80 {
    unicast_src_ip 192.0.2.2
}
`;
const RUN = "run/pulumi-lvs-failover";
const FILES = "etc/pulumi-lvs/failover.d";
const UNIT = "etc/systemd/system/pulumi-lvs-failover.service";

let root: FakeRoot;
beforeEach(() => begin());
afterEach(() => root.remove());

/** A host whose keepalived does as this text says; one that runs has written its file. */
function begin(keepalived = "", ip = "echo inet 192.0.2.2/24"): void {
  root = new FakeRoot({ keepalived, systemctl: "", sync: "", sleep: "", ip });
  root.write(`${RUN}/vrrp.pid`, "7");
}
/** Runs a command of ours; the program that it writes is for this root too. */
const run = ({ argv: [, , text = "", , ...words] }: Command) =>
  root.sh(text, ...words.map((word) => root.text(word)));
const set = (text: string) => {
  for (const step of failoverType.set(ID, text, undefined)) {
    const { exitCode, output } = run(step.run);
    if (exitCode !== 0) return output;
  }
  return "";
};
const leave = () => failoverType.unset(ID, FILE).map((step) => run(step.run).exitCode);
const script = (...words: string[]) => root.sh(FAILOVER_SCRIPT, ...words);

describe("the script for failover", () => {
  it("tests a new file, takes it, and has the unit reload", () => {
    expect(set(FILE)).toBe("");
    expect(root.read(`${FILES}/${NAME}`)).toBe(FILE);
    expect(root.read(UNIT)).toMatch(/^ExecStart=\/bin\/sh .*\/etc\/pulumi-lvs\/failover run$/m);
    expect(root.calls()).toEqual([
      "systemctl daemon-reload",
      expect.stringMatching(/^keepalived -t -f /),
      expect.stringMatching(/^sync -f /),
      "systemctl reload-or-restart pulumi-lvs-failover.service",
    ]);
  });

  it("tests nothing that is there already, and only starts what does not run", () => {
    set(FILE);
    root.calls();
    expect(set(FILE)).toBe("");
    expect(root.calls()).not.toContainEqual(expect.stringMatching(/^keepalived/));
  });

  it("keeps a good file when keepalived refuses a new one, and says why", () => {
    set(FILE);
    root.write("bin/keepalived", "#!/bin/sh\necho Unknown keyword; exit 1\n");
    expect(set("vrrp_instanc\n")).toMatch(/refuses .*vrid-80.conf: Unknown keyword/);
    expect(root.read(`${FILES}/${NAME}`)).toBe(FILE);
    expect(root.files(FILES)).toEqual([NAME]);
  });

  it("leaves nothing where keepalived refuses the only file", () => {
    root.write("bin/keepalived", "#!/bin/sh\nexit 1\n");
    expect(set("vrrp_instanc\n")).toMatch(/keepalived refuses/);
    expect([...root.files("etc"), ...root.files("run")]).toEqual([]);
  });

  it("says that keepalived does not run", () => {
    root.remove();
    root = new FakeRoot({ keepalived: "", systemctl: "", sync: "", sleep: "", ip: "" });
    expect(set(FILE)).toMatch(/keepalived does not run: see journalctl -u pulumi-lvs-failover/);
  });

  it("runs keepalived with all files, once the director has its addresses", () => {
    begin("", `[ -e ${"$"}0.asked ] && echo inet 192.0.2.2/24; : >${"$"}0.asked`);
    root.write(`${FILES}/${NAME}`, FILE);
    root.write(`${FILES}/vrid-81.conf`, "vrrp_instance virtual_router_81 {\n}\n");
    const { exitCode, output } = script("run");
    expect([exitCode, output]).toEqual([0, "waits for 192.0.2.2\n"]);
    expect(root.read(`${RUN}/keepalived.conf`)).toMatch(
      /^vrrp_instance virtual_router_80 .*router_81/s,
    );
    expect(root.calls()).toEqual([
      "ip -o address show to 192.0.2.2",
      expect.stringMatching(/^sleep /),
      "ip -o address show to 192.0.2.2",
      expect.stringMatching(
        /^keepalived -n -P -D -f .*keepalived.conf -p .*keepalived.pid -r .*vrrp.pid$/,
      ),
    ]);
    expect(root.files(RUN)).toEqual(["keepalived.conf"]);
  });

  it("has keepalived read what is left when a virtual router leaves, and takes all away after the last one", () => {
    set(FILE);
    root.write(`${FILES}/other.conf`, FILE);
    root.calls();
    expect(leave()).toEqual([0, 0]);
    expect(root.calls()).toEqual(["systemctl reload-or-restart pulumi-lvs-failover.service"]);
    expect(root.files(FILES)).toEqual(["other.conf"]);
    rmSync(join(root.path, FILES, "other.conf"));
    script("left");
    expect(root.calls()[0]).toBe("systemctl stop pulumi-lvs-failover.service");
    expect(root.files("etc")).toEqual([]);
    expect(root.files("run")).toEqual([]);
  });
});
