import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { healthCheckType } from "../../provider/keepalived/healthChecksPart";
import { failoverType } from "../../provider/keepalived/vrrp/failoverPart";
import { FakeRoot } from "../system/support/fakeRoot";
import { carryOut } from "./support/steps";

const KEEPALIVEDS = [
  {
    ...{ type: healthCheckType, id: "tcp 192.0.2.80:80", name: "tcp-192.0.2.80-80.conf" },
    ...{ directory: "etc/pulumi-lvs/keepalived.d", unit: "pulumi-lvs-health.service" },
    pid: "run/pulumi-lvs/checkers.pid",
  },
  {
    ...{ type: failoverType, id: "vrid 80", name: "vrid-80.conf" },
    ...{ directory: "etc/pulumi-lvs/failover.d", unit: "pulumi-lvs-failover.service" },
    pid: "run/pulumi-lvs-failover/vrrp.pid",
  },
];
const FILE = "a good file\n";

let root: FakeRoot;
beforeEach(() => {
  root = new FakeRoot({ keepalived: "", systemctl: "", sync: "", ipvsadm: "", sleep: "" });
});
afterEach(() => root.remove());

describe.each(KEEPALIVEDS)("the files of keepalived in $directory", (keepalived) => {
  const { type, id, name, directory, unit, pid } = keepalived;
  const set = (text: string) => carryOut(root, type.set(id, text, undefined));
  const refuse = () => root.write("bin/keepalived", "#!/bin/sh\necho Unknown keyword; exit 1\n");
  beforeEach(() => root.write(pid, "7"));

  it("are tested when they are new, then taken, and the unit reloads", () => {
    expect(set(FILE)).toBe("");
    expect(root.read(`${directory}/${name}`)).toBe(FILE);
    expect(root.read(`etc/systemd/system/${unit}`)).toContain("[Service]");
    expect(root.calls()).toEqual([
      "systemctl daemon-reload",
      expect.stringMatching(/^keepalived -t -f /),
      expect.stringMatching(/^sync -f /),
      `systemctl reload-or-restart ${unit}`,
    ]);
  });

  it("are not tested when they are there already, and the unit that does not run starts", () => {
    set(FILE);
    root.calls();
    expect(set(FILE)).toBe("");
    const calls = root.calls();
    expect(calls).not.toContainEqual(expect.stringMatching(/^keepalived/));
    expect(calls).toContain(`systemctl reload-or-restart ${unit}`);
  });

  it("stay when keepalived refuses a new one, and the error says why", () => {
    set(FILE);
    refuse();
    expect(set("a bad file\n")).toContain(`${name}: Unknown keyword`);
    expect(root.read(`${directory}/${name}`)).toBe(FILE);
    expect(root.files(directory)).toEqual([name]);
  });

  it("leave nothing where keepalived refuses the only one", () => {
    refuse();
    expect(set("a bad file\n")).toContain("keepalived refuses");
    expect([...root.files("etc"), ...root.files("run")]).toEqual([]);
  });

  it("may be longer than one word of a command", () => {
    const long = `${"# a line of a long file\n".repeat(10_000)}`;
    expect(set(long)).toBe("");
    expect(root.read(`${directory}/${name}`)).toBe(long);
  });

  it("go one by one, and all of it goes with the last one", () => {
    set(FILE);
    root.write(`${directory}/other.conf`, FILE);
    root.calls();
    expect(carryOut(root, type.unset(id, FILE))).toBe("");
    expect(root.files(directory)).toEqual(["other.conf"]);
    expect(root.calls()).toEqual([expect.stringMatching(`^systemctl \\S+ ${unit}$`)]);
    set(FILE);
    root.sh(`rm /${directory}/other.conf`);
    root.calls();
    expect(carryOut(root, type.unset(id, FILE))).toBe("");
    expect(root.calls()[0]).toBe(`systemctl stop ${unit}`);
    expect(root.files("etc")).toEqual([]);
    expect(root.files("run")).toEqual([]);
  });
});
