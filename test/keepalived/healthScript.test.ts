import { chmodSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { healthCheckType } from "../../provider/keepalived/healthChecksPart";
import { HEALTH_SCRIPT } from "../../provider/keepalived/healthScript";
import { FakeRoot } from "../system/support/fakeRoot";
import { carryOut } from "./support/steps";

const NAME = "tcp-192.0.2.80-80.conf";
const ID = "tcp 192.0.2.80:80";
const FILE = `virtual_server 192.0.2.80 80 {
    protocol TCP
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
/** The same with weights, a quorum and a sorry server. */
const sorryFile = (quorum: string) =>
  FILE.replace(
    "{\n",
    `{\n    ${quorum}    sorry_server_inhibit # -t 192.0.2.80:80 -r 192.0.2.99:80\n`,
  ).replaceAll("        alpha", "        weight 10\n        alpha");
const RUNNING = "run/pulumi-lvs/keepalived.conf";
const CHECKS = "etc/pulumi-lvs/keepalived.d";

let root: FakeRoot;
beforeEach(() => begin());
afterEach(() => root.remove());

/** Starts with a host whose keepalived is this shell text, and writes its process file. */
function begin(keepalived = "", table = TABLE): void {
  root = new FakeRoot({ keepalived, systemctl: "", sync: "", ipvsadm: `printf '%s' '${table}'` });
  root.write("proc/net/ip_vs", "");
  root.write("run/pulumi-lvs/checkers.pid", "7");
}
const set = (text: string) => carryOut(root, healthCheckType.set(ID, text, undefined));
const leave = () => carryOut(root, healthCheckType.unset(ID, FILE));
const start = () => root.sh(HEALTH_SCRIPT, "start");

describe("the script for keepalived", () => {
  it("counts as up, when keepalived starts, exactly the real servers that have a weight", () => {
    root.write(`${CHECKS}/${NAME}`, FILE);
    expect(start().exitCode).toBe(0);
    const up = "        alpha # -t 192.0.2.80:80 -r 192.0.2.11:80\n";
    expect(root.read(RUNNING)).toBe(FILE.replace(up, ""));
  });

  it.each([
    ["quorum 11\n", 0, ["-e -t 192.0.2.80:80 -r 192.0.2.99:80 -g -w 1"]],
    ["quorum 10\n", 0, []],
    ["", 0, []],
    ["quorum 11\n", 1, []],
  ])(
    "has a sorry server answer where the quorum is not there: %j with its weight %i",
    (quorum, weight, changes) => {
      begin("", `${TABLE}-a -t 192.0.2.80:80 -r 192.0.2.99:80 -g -w ${weight}\n`);
      root.write(`${CHECKS}/${NAME}`, sorryFile(quorum));
      expect(start().exitCode).toBe(0);
      const changing = root.calls().filter((call) => call.startsWith("ipvsadm -e"));
      expect(changing).toEqual(changes.map((words) => `ipvsadm ${words}`));
    },
  );

  it("leaves the sorry servers of what keepalived knows to keepalived, when it reads the file again", () => {
    begin("", `${TABLE}-a -t 192.0.2.80:80 -r 192.0.2.99:80 -g -w 0\n`);
    root.write(`${CHECKS}/${NAME}`, sorryFile("quorum 11\n"));
    const changesAtReload = () => {
      root.sh(HEALTH_SCRIPT, "reload");
      return root.calls().filter((call) => call.startsWith("ipvsadm -e")).length;
    };
    expect([changesAtReload(), changesAtReload()]).toEqual([1, 0]);
  });

  it("has a sorry server of udp answer where keepalived knows tcp on the same port", () => {
    const ofUdp = (text: string) => text.replaceAll("-t ", "-u ").replace("TCP", "UDP");
    const table = `${TABLE}-a -t 192.0.2.80:80 -r 192.0.2.99:80 -g -w 1\n`;
    begin("", table + ofUdp(table).replace("-w 1\n", "-w 0\n"));
    root.write(`${CHECKS}/${NAME}`, sorryFile("quorum 11\n"));
    root.sh(HEALTH_SCRIPT, "reload");
    root.calls();
    root.write(`${CHECKS}/udp-192.0.2.80-80.conf`, ofUdp(sorryFile("quorum 11\n")));
    root.sh(HEALTH_SCRIPT, "reload");
    expect(root.calls()).toContain("ipvsadm -e -u 192.0.2.80:80 -r 192.0.2.99:80 -g -w 1");
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

  it("restarts keepalived when a virtual service leaves, since a reload would take its rows out of the table", () => {
    set(FILE);
    root.write(`${CHECKS}/other.conf`, FILE);
    root.calls();
    expect(leave()).toBe("");
    expect(root.calls()).toEqual(["systemctl restart pulumi-lvs-health.service"]);
    expect(root.files(CHECKS)).toEqual(["other.conf"]);
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
    expect(leave()).toBe("");
    expect(root.read(pid)).toBe("");
  });
});
