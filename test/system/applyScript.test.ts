import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bootFile } from "../../provider/journal/boot";
import { APPLY_SCRIPT } from "../../provider/system/applyScript";
import { FakeRoot } from "./support/fakeRoot";

const VIP = ["address 192.0.2.80/32", "dev eth1"] as const;
const HIDDEN = ["address 192.0.2.81/32 dev lo", "present"] as const;
const ARP = ["sysctl net/ipv4/conf/eth1/arp_ignore", "1"] as const;
const SERVICE = ["virtualService tcp 192.0.2.80:80", "-A -t 192.0.2.80:80 -s wlc\n"] as const;
const LISTED = "TCP  C0000250:0050 wlc\n";

// As iproute2, ipvsadm and sysctl say it.
const EXISTS = "echo 'RTNETLINK answers: File exists' >&2; exit 2";

let root: FakeRoot;
afterEach(() => root.remove());

/** A host whose programs do as these texts say. */
function host(programs: Readonly<Record<string, string>> = {}) {
  const none = Object.fromEntries(
    ["modprobe", "ip", "sysctl", "arping", "flock"].map((name) => [name, ""]),
  );
  root = new FakeRoot({ ...none, ipvsadm: "cat >/dev/null", ...programs });
  root.write("sys/class/net/eth1/flags", "0x1003\n");
  root.write("proc/net/ip_vs", LISTED);
}
beforeEach(() => host());

function has(...parts: (readonly [key: string, value: string])[]): void {
  for (const [key, value] of parts) {
    const { name, text } = bootFile(key, { before: null, value, claims: [] });
    root.write(`etc/pulumi-lvs/parts.d/${name}`, text);
  }
}
const apply = (...words: string[]) => root.sh(APPLY_SCRIPT, ...words);
const ADD = "ip address add 192.0.2.80/32 dev eth1";
const ARPING = "arping -q -U -c 1 -I eth1 192.0.2.80";
const SET = "sysctl -q -w net/ipv4/conf/eth1/arp_ignore=1";

describe("the script that makes parts again", () => {
  it("does so in order under the host's lock: sysctls first, a director's VIP last", () => {
    has(VIP, SERVICE, ARP, ["module ip_vs", "loaded"], HIDDEN);
    expect(apply()).toEqual({ exitCode: 0, output: "" });
    expect(root.calls()).toEqual([
      ...["flock -w 120 9", "modprobe ip_vs", SET, "ipvsadm -R", ADD, ARPING],
      "ip address add 192.0.2.81/32 dev lo",
    ]);
  });

  it("makes no modules and virtual services again when the network has changed", () => {
    has(VIP, SERVICE, ARP, ["module ip_vs", "loaded"]);
    expect(apply("network")).toEqual({ exitCode: 0, output: "" });
    expect(root.calls()).toEqual(["flock -w 120 9", SET, ADD, ARPING]);
  });

  it("sets what an interface has before anybody brings it up, and waits for no lock", () => {
    has(VIP, ARP, ["sysctl net/ipv4/conf/eth10/arp_ignore", "1"]);
    expect(apply("interface", "eth1")).toEqual({ exitCode: 0, output: "" });
    expect(root.calls()).toEqual([SET]);
  });

  it("sets what a VLAN has, whose name has a dot", () => {
    has(["sysctl net/ipv4/conf/eth1.100/arp_ignore", "1"], ARP);
    expect(apply("interface", "eth1.100")).toEqual({ exitCode: 0, output: "" });
    expect(root.calls()).toEqual(["sysctl -q -w net/ipv4/conf/eth1.100/arp_ignore=1"]);
  });

  it("leaves what is there as it is, and announces nothing", () => {
    host({ ip: EXISTS, ipvsadm: "cat >/dev/null; echo 'Service already exists' >&2" });
    has(VIP, SERVICE);
    expect(apply()).toEqual({ exitCode: 0, output: "" });
    expect(root.calls()).not.toContain(ARPING);
  });

  it("loads no IPVS on a host without virtual services", () => {
    has(HIDDEN);
    apply();
    expect(root.calls()).not.toContain("ipvsadm -R");
  });

  it("adds no VIP of a director whose interface is not up, or not there", () => {
    for (const flags of ["0x1002\n", undefined]) {
      host();
      if (flags) root.write("sys/class/net/eth1/flags", flags);
      else root.sh("rm /sys/class/net/eth1/flags");
      has(VIP);
      expect(apply()).toEqual({ exitCode: 0, output: "not yet: eth1 is not up\n" });
      expect(root.calls()).not.toContain(ADD);
    }
  });

  it.each([
    "unknown",
    "20 (unavailable)",
    "30 (disconnected)",
    "50 (connecting (configuring))",
    "70 (connecting (getting IP configuration))",
  ])(
    "adds no VIP while NetworkManager would take the interface for somebody else's: %s",
    (state) => {
      host({ nmcli: `echo '${state}'` });
      has(VIP, SERVICE);
      const output = "not yet: NetworkManager has not set up eth1\n";
      expect(apply()).toEqual({ exitCode: 0, output });
      expect(root.calls()).not.toContain(ADD);
    },
  );

  it.each(["10 (unmanaged)", "100 (connected)", "100 (connected (externally))"])(
    "adds a VIP where NetworkManager has set up its interface, or leaves it alone: %s",
    (state) => {
      const ip = "case $* in *show*) echo '2: eth1 inet 192.0.2.2/24' ;; esac";
      host({ nmcli: `echo '${state}'`, ip });
      has(VIP, ["address 192.0.2.82/32", "dev eth1"], SERVICE);
      expect(apply().exitCode).toBe(0);
      const asked = "nmcli -g GENERAL.STATE device show eth1";
      const calls = root.calls();
      expect(calls).toContain(ADD);
      expect(calls.filter((call) => call === asked)).toEqual([asked]);
    },
  );

  it.each([
    ["has not begun with it", 2, false],
    ["leaves it alone", 9, true],
  ])(
    "waits a moment for NetworkManager where an interface has no address: it %s",
    (_, unmanagedUntil, isAdded) => {
      const nmcli = `echo x >>asked; [ $(wc -l <asked) -lt ${unmanagedUntil} ] && echo '10 (unmanaged)' || echo '30 (disconnected)'`;
      host({ nmcli, sleep: "" });
      has(VIP, SERVICE);
      expect(apply().exitCode).toBe(0);
      expect(root.calls().includes(ADD)).toBe(isAdded);
    },
  );

  it("adds a VIP where NetworkManager does not run", () => {
    host({ nmcli: "echo 'Error: NetworkManager is not running.' >&2; exit 8" });
    has(VIP, SERVICE);
    expect(apply()).toEqual({ exitCode: 0, output: "" });
    expect(root.calls()).toContain(ADD);
  });

  it("adds no VIP of a director as long as IPVS does not serve it", () => {
    root.write("proc/net/ip_vs", LISTED.replace("50:", "51:"));
    has(VIP, SERVICE);
    const { exitCode, output } = apply();
    expect([exitCode, output]).toEqual([1, expect.stringContaining("192.0.2.80 has no virtual")]);
    expect(root.calls()).not.toContain(ADD);
  });

  it("adds no VIP where ARP cannot be hidden, and says so", () => {
    host({ sysctl: "echo 'sysctl: permission denied on key' >&2; exit 1" });
    has(ARP, HIDDEN, VIP);
    const { exitCode, output } = apply();
    expect([exitCode, output]).toEqual([1, expect.stringMatching(/^failed: sysctl .*denied/)]);
    expect(root.calls().filter((call) => call.startsWith("ip "))).toEqual([]);
  });

  it("goes on where an interface is not there yet, which udev then hides", () => {
    host({
      sysctl: "echo 'sysctl: cannot stat /proc/sys/net: No such file or directory' >&2; exit 1",
    });
    has(ARP, HIDDEN);
    expect(apply().exitCode).toBe(0);
    expect(root.calls()).toContain("ip address add 192.0.2.81/32 dev lo");
  });

  it("goes on without a module, so that one scheduler does not take all VIPs away, and fails at last", () => {
    host({ modprobe: "echo 'modprobe: FATAL: Module ip_vs_mh not found.' >&2; exit 1" });
    has(["module ip_vs_mh", "loaded"], VIP);
    const { exitCode, output } = apply();
    expect([exitCode, output]).toEqual([1, expect.stringContaining("ip_vs_mh not found")]);
    expect(root.calls()).toContain(ADD);
  });

  it("does nothing on a host from which all was taken away", () => {
    expect(apply()).toEqual({ exitCode: 0, output: "" });
    expect(root.calls()).toEqual([]);
  });
});
