import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failoverType } from "../../../provider/keepalived/vrrp/failoverPart";
import { FAILOVER_SCRIPT } from "../../../provider/keepalived/vrrp/failoverScript";
import { FakeRoot } from "../../system/support/fakeRoot";
import { carryOut } from "../support/steps";

const NAME = "vrid-80.conf";
const ID = "vrid 80";
const FILE = `vrrp_instance virtual_router_80 {
    unicast_src_ip 192.0.2.2
}
`;
const RUN = "run/pulumi-lvs-failover";
const FILES = "etc/pulumi-lvs/failover.d";

let root: FakeRoot;
beforeEach(() => begin());
afterEach(() => root.remove());

/** A host whose keepalived does as this text says; one that runs has written its file. */
function begin(keepalived = "", ip = "echo inet 192.0.2.2/24"): void {
  root = new FakeRoot({ keepalived, systemctl: "", sync: "", sleep: "", ip });
  root.write(`${RUN}/vrrp.pid`, "7");
}
const set = (text: string) => carryOut(root, failoverType.set(ID, text, undefined));
const leave = () => carryOut(root, failoverType.unset(ID, FILE));
const script = (...words: string[]) => root.sh(FAILOVER_SCRIPT, ...words);

describe("the script for failover", () => {
  it("is what the unit runs", () => {
    set(FILE);
    expect(root.read("etc/systemd/system/pulumi-lvs-failover.service")).toMatch(
      /^ExecStart=\/bin\/sh .*\/etc\/pulumi-lvs\/failover run$/m,
    );
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
      "ip -o address show to 192.0.2.2 -tentative",
      expect.stringMatching(/^sleep /),
      "ip -o address show to 192.0.2.2 -tentative",
      expect.stringMatching(
        /^keepalived -n -P -D -f .*keepalived.conf -p .*keepalived.pid -r .*vrrp.pid$/,
      ),
    ]);
    expect(root.files(RUN)).toEqual(["keepalived.conf"]);
  });

  it("has keepalived read what is left when a virtual router leaves", () => {
    set(FILE);
    root.write(`${FILES}/other.conf`, FILE);
    root.calls();
    expect(leave()).toBe("");
    expect(root.calls()).toEqual(["systemctl reload-or-restart pulumi-lvs-failover.service"]);
    expect(root.files(FILES)).toEqual(["other.conf"]);
  });
});
