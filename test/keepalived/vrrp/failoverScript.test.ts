import { chmodSync } from "node:fs";
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
  root = new FakeRoot({ keepalived, systemctl: "", sync: "", sleep: "", ip, perl: "" });
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
    root = new FakeRoot({ keepalived: "", systemctl: "", sync: "", sleep: "", ip: "", perl: "" });
    expect(set(FILE)).toMatch(/keepalived does not run: see journalctl -u pulumi-lvs-failover/);
  });

  const router = (directions: string) => `vrrp_instance virtual_router_80 {
    interface eth1
    virtual_router_id 80
    advert_int 2
${directions}}
`;
  const unicast = router(
    "    unicast_src_ip 192.0.2.2\n    unicast_peer {\n        192.0.2.3\n        192.0.2.4\n    }\n",
  );
  const multicast = router("    # peers 192.0.2.3 192.0.2.4\n    mcast_src_ip 192.0.2.2\n");
  it.each([
    ["unicast", unicast],
    ["multicast", multicast],
  ])(
    "listens before it takes a new virtual router, for others than its peers, with %s",
    (_, text) => {
      root.write("bin/perl", `#!/bin/sh\nshift 2; echo perl "$@" >>${root.path}/heard\n`);
      chmodSync(`${root.path}/bin/perl`, 0o755);
      expect([set(text), set(text.replace("advert_int 2", "advert_int 9"))]).toEqual(["", ""]);
      expect(root.read("heard")).toBe("perl eth1 80 8 192.0.2.2 192.0.2.3 192.0.2.4\n");
      expect(root.files(FILES)).toEqual([NAME]);
    },
  );

  it("refuses a virtual router that somebody else speaks for, and leaves nothing", () => {
    root.write("bin/perl", "#!/bin/sh\necho 192.0.2.66\n");
    chmodSync(`${root.path}/bin/perl`, 0o755);
    expect(set(unicast)).toMatch(
      /virtual router 80 is in use: 192.0.2.66 sends advertisements with this number on eth1/,
    );
    expect(root.read(`${FILES}/${NAME}`)).toBeUndefined();
  });

  it("takes a virtual router where perl cannot listen", () => {
    root.write("bin/perl", "#!/bin/sh\nexit 2\n");
    chmodSync(`${root.path}/bin/perl`, 0o755);
    expect(set(unicast)).toBe("");
    expect(root.read(`${FILES}/${NAME}`)).toBe(unicast);
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

  const realServer = (rip: string, check: string, weight = 1) =>
    `    real_server ${rip} 80 {\n        weight ${weight}\n${check}    }\n`;
  const checked = (rip: string, weight?: number) =>
    realServer(rip, `        alpha # -t 192.0.2.80:80 -r ${rip}:80\n`, weight);
  const service = (vip: string, ...lines: string[]) =>
    `virtual_server ${vip} 80 {\n    protocol TCP\n${lines.join("")}}\n`;
  const row = (rip: string, weight: number) => `-a -t 192.0.2.80:80 -r ${rip}:80 -g -w ${weight}\n`;
  const up = row("192.0.2.11", 1);
  const down = row("192.0.2.11", 0);
  const [one, other] = [checked("192.0.2.11"), checked("192.0.2.12")];
  it.each<[string, string, string, number]>([
    ["has a healthy real server", service("192.0.2.80", one, other), up, 0],
    ["has none, and a sorry server", service("192.0.2.80", one), down + row("192.0.2.99", 1), 1],
    ["has none in the table", service("192.0.2.80", one), "", 1],
    ["has less than its quorum", service("192.0.2.80", "    quorum 2\n", one, other), up, 1],
    ["has one that is not checked", service("192.0.2.80", realServer("192.0.2.12", "")), down, 0],
    ["is quiesced as a whole", service("192.0.2.80", checked("192.0.2.11", 0)), down, 0],
    ["is not of its VIPs", service("192.0.2.81", one), down, 0],
    ["has none, among others", service("192.0.2.81", other) + service("192.0.2.80", one), down, 1],
  ])("gives way where a virtual service %s, or not", (_, checks, table, exitCode) => {
    begin("", "");
    root.write("proc/net/ip_vs", "");
    root.write("bin/ipvsadm", `#!/bin/sh\nprintf %s '${table}'\n`);
    chmodSync(`${root.path}/bin/ipvsadm`, 0o755);
    root.write(`${FILES}/${NAME}`, FILE.replace("{\n", "{\n        192.0.2.80/32 dev eth1\n"));
    root.write("etc/pulumi-lvs/keepalived.d/one.conf", `global_defs {\n}\n${checks}`);
    expect(script("quorum", NAME).exitCode).toBe(exitCode);
  });

  it("does not give way where there are no checks, or nothing can be read", () => {
    root.write(`${FILES}/${NAME}`, FILE);
    expect(script("quorum", NAME).exitCode).toBe(0);
    root.write("proc/net/ip_vs", "");
    root.write("etc/pulumi-lvs/keepalived.d/one.conf", service("192.0.2.80", one));
    expect(script("quorum", NAME).exitCode).toBe(0);
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
