import { chmodSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { healthCheckType } from "../../provider/keepalived/healthChecksPart";
import { HEALTH_SCRIPT } from "../../provider/keepalived/healthScript";
import type { Command } from "../../provider/values/command";
import { FakeRoot } from "../system/support/fakeRoot";

const NAME = "tcp-192.0.2.80-80.conf";
const ID = "tcp 192.0.2.80:80";
const FILE = `virtual_server 192.0.2.80 80 {
    real_server 192.0.2.11 80 {
        alpha # -t 192.0.2.80:80 -r 192.0.2.11:80
    }
    real_server 192.0.2.12 80 {
        alpha # -t 192.0.2.80:80 -r 192.0.2.12:80
    }
}
`;
const TABLE = `-A -t 192.0.2.80:80 -s wlc
-a -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 10
-a -t 192.0.2.80:80 -r 192.0.2.12:80 -g -w 0
`;
const RUNNING = "run/pulumi-lvs/keepalived.conf";
const CHECKS = "etc/pulumi-lvs/keepalived.d";
const UNIT = "etc/systemd/system/pulumi-lvs-health.service";

let root: FakeRoot;
beforeEach(() => begin());
afterEach(() => root.remove());

/** Starts with a host whose keepalived is this shell text, and writes its process file. */
function begin(keepalived = "", table = TABLE): void {
  root = new FakeRoot({ keepalived, systemctl: "", sync: "", ipvsadm: `printf '%s' '${table}'` });
  root.write("proc/net/ip_vs", "");
  root.write("run/pulumi-lvs/checkers.pid", "7");
}
/** Runs a command in the directory of the test, also for the program that the command writes. */
const run = ({ argv: [, , text = "", , ...words] }: Command) =>
  root.sh(text, ...words.map((word) => root.text(word)));
const set = (text: string) => {
  for (const step of healthCheckType.set(ID, text, undefined)) {
    const { exitCode, output } = run(step.run);
    if (exitCode !== 0) return output;
  }
  return "";
};
const leave = () => healthCheckType.unset(ID, FILE).map((step) => run(step.run).exitCode);
const start = () => root.sh(HEALTH_SCRIPT, "start");

describe("the script for keepalived", () => {
  it("counts as up, when keepalived starts, exactly the real servers that have a weight", () => {
    root.write(`${CHECKS}/${NAME}`, FILE);
    expect(start().exitCode).toBe(0);
    const up = "        alpha # -t 192.0.2.80:80 -r 192.0.2.11:80\n";
    expect(root.read(RUNNING)).toBe(FILE.replace(up, ""));
  });

  it("counts all as down where the IPVS table is empty", () => {
    begin("", "");
    root.write(`${CHECKS}/${NAME}`, FILE);
    expect(start().exitCode).toBe(0);
    expect(root.read(RUNNING)).toBe(FILE);
  });

  it("has keepalived read the whole file again", () => {
    root.write(`${CHECKS}/${NAME}`, FILE);
    root.sh(HEALTH_SCRIPT, "reload");
    expect(root.read(RUNNING)).toBe(FILE);
  });

  it("tests a new file, takes it, and has the unit reload", () => {
    expect(set(FILE)).toBe("");
    expect(root.read(`${CHECKS}/${NAME}`)).toBe(FILE);
    expect(root.read(UNIT)).toContain("keepalived -n -C -I");
    expect(root.calls()).toEqual([
      "systemctl daemon-reload",
      expect.stringMatching(/^keepalived -t -f /),
      expect.stringMatching(/^sync -f /),
      "systemctl reload-or-restart pulumi-lvs-health.service",
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
    expect(set("virtual_serve\n")).toMatch(/refuses .*tcp-192.0.2.80-80.conf: Unknown keyword/);
    expect(root.read(`${CHECKS}/${NAME}`)).toBe(FILE);
    expect(root.files(CHECKS)).toEqual([NAME]);
  });

  it("tests weights of 0 as 1, since keepalived refuses that all are 0", () => {
    root.write("bin/keepalived", '#!/bin/sh\ncat "$3" >&2; exit 1\n');
    const said = set("        weight 0\n        weight 10\n");
    expect(said).toContain("        weight 1\n        weight 10\n");
  });

  it.each([
    ["is not there", "/etc/check", "there is no executable file"],
    ["cannot be executed", "/etc/passwd", "there is no executable file"],
    ["is a directory", "/etc", "there is no executable file"],
    ["others can change", "/etc/open", "others than root can change"],
  ])("refuses a script that %s", (_, script, reason) => {
    root.write("etc/passwd", "");
    root.write("etc/open", "#!/bin/sh\n");
    chmodSync(`${root.path}/etc/open`, 0o777);
    const text = root.text(`        misc_path "${script} 192.0.2.11 80"\n`);
    expect(set(text)).toContain(reason);
    expect(root.read(`${CHECKS}/${NAME}`)).toBeUndefined();
  });

  it("takes a script that root alone can change", () => {
    const text = '        misc_path "/bin/true 192.0.2.11 80"\n';
    expect(set(text)).toBe("");
    expect(root.read(`${CHECKS}/${NAME}`)).toBe(text);
  });

  it("leaves nothing where keepalived refuses the only file", () => {
    root.write("bin/keepalived", "#!/bin/sh\nexit 1\n");
    expect(set("virtual_serve\n")).toMatch(/keepalived refuses/);
    expect([...root.files("etc"), ...root.files("run")]).toEqual([]);
  });

  it("restarts keepalived when a virtual service leaves, and takes all away after the last one", () => {
    set(FILE);
    root.write(`${CHECKS}/other.conf`, FILE);
    root.calls();
    expect(leave()).toEqual([0, 0]);
    expect(root.calls()).toEqual(["systemctl restart pulumi-lvs-health.service"]);
    expect(root.files(CHECKS)).toEqual(["other.conf"]);
    root.sh(`rm /${CHECKS}/other.conf`);
    root.sh(HEALTH_SCRIPT, "left");
    expect(root.calls()[0]).toBe("systemctl stop pulumi-lvs-health.service");
    expect(root.files("etc")).toEqual([]);
    expect(root.files("run")).toEqual([]);
  });

  it("does not start keepalived again with a virtual service that leaves in the same batch", () => {
    const steps = [ID, "tcp 192.0.2.80:443"].map((id) => healthCheckType.unset(id, FILE));
    expect(steps.map((own) => own.map(({ isLast = false }) => isLast))).toEqual([
      [false, true],
      [false, true],
    ]);
    const [[, first] = [], [, second] = []] = steps;
    expect(second?.run).toEqual(first?.run);
  });

  it("waits until keepalived checks the others, before which it would add what is taken away then", () => {
    set(FILE);
    root.write(`${CHECKS}/other.conf`, FILE);
    const pid = "run/pulumi-lvs/checkers.pid";
    root.write(
      "bin/systemctl",
      `#!/bin/sh\nrm ${root.path}/${pid}; (sleep 0.3; : > ${root.path}/${pid}) &\n`,
    );
    expect(leave()).toEqual([0, 0]);
    expect(root.read(pid)).toBe("");
  });
});
