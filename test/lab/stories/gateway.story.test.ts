import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killTree } from "../../stack/processTree";
import { Stack } from "../../stack/stack";
import { type Baseline, difference, observeHost } from "../baseline";
import { type Lab, startLab } from "../lab";
import { waitUntil } from "../run";
import { succeeded } from "./support/clusters";
import { of, PROGRAM, reach, said } from "./support/pieces";

// A host of one's own with two ways out: the main table has a dead end for the network of the management, and a policy
// rule of the user sends what answers it by the router. The rules of a RealServerGateway come before that rule.
const RIP = "198.51.100.11";
const DEAD_END = "192.0.2.0/24 via 198.51.100.12";
const TWO_WAYS = `set -e; ip route add ${DEAD_END}; ip route add default via 198.51.100.1 table 100
ip rule add from 198.51.100.11 lookup 100 priority 31000`;

describe("the gateway of a real server that is managed through its RIP", () => {
  let lab: Lab;
  let stack: Stack;
  let before: Baseline;
  const web = () => lab.host("web1");

  /** By way of the director, which is in another network. */
  const far = (host = RIP) =>
    reach(lab, "web1", {
      ...{ host, port: 22 },
      proxy: reach(lab, "director1"),
      commitTimeoutSeconds: 20,
    });
  const gateway = () => {
    const args = { rip: RIP, dip: "198.51.100.12", connection: far() };
    return of({ kind: "RealServerGateway", name: "web1", args });
  };
  /** A change that cuts the way to the host, which takes it back: what the error says of it. */
  const takenBack = async (program: string[], host: string, ...parts: string[]) => {
    const run = await stack.up(...program);
    expect(run.exitCode).not.toBe(0);
    for (const message of [
      `${host} was lost by this change, or in the middle of it`,
      ...parts,
      `was not confirmed over a new connection within 20 s (connection.commitTimeoutSeconds), so ${host} puts back what was before by itself`,
      `Nothing of this change is left on ${host}, as reading it again shows`,
    ])
      expect(said(run)).toContain(message);
    expect(stack.resources()).toEqual([]);
    expect(difference(before, await observeHost(web()))).toEqual([]);
  };

  beforeAll(async () => {
    lab = await startLab({ topology: "tun", hosts: ["director1", "router", "web1"] });
    stack = await Stack.create({ program: PROGRAM });
    await stack.config({}, { privateKey: lab.connection("web1").privateKey });
    before = await observeHost(web());
  });
  afterAll(async () => {
    await lab?.stop();
    stack?.remove();
  });

  it("is refused where the management connection would be lost, before any change", async () => {
    const run = await stack.up(...gateway());
    expect(run.exitCode).not.toBe(0);
    expect(said(run)).toContain(
      "this host is managed from 192.0.2.2 through its address 198.51.100.11: with the director as the gateway of that " +
        "address, the management connection would be lost; nothing was changed",
    );
    expect(said(run)).toContain("or give it a route of its own to 192.0.2.2");
    expect(difference(before, await observeHost(web()))).toEqual([]);
  });

  it("is set where there is another way back, and the host can still be managed", async () => {
    await web().mustRun("ip route add 192.0.2.2 via 198.51.100.1");
    before = await observeHost(web());
    await succeeded(stack.up(...gateway()));
    const way = (to: string) => web().mustRun(`ip route get ${to} from 198.51.100.11`);
    expect(await way("203.0.113.1")).toContain("via 198.51.100.12");
    expect(await way("192.0.2.2")).toContain("via 198.51.100.1 ");
    await succeeded(stack.refresh("--expect-no-changes"));
    await succeeded(stack.destroy());
    expect(difference(before, await observeHost(web()))).toEqual([]);
  });

  describe("and whose change cuts the way to it", () => {
    const isCut = async () => (await web().run("ip rule | grep -q '^30001:'")).exitCode === 0;
    const noneLeft = async () => {
      expect(difference(before, await observeHost(web()))).toEqual([]);
      expect(await web().mustRun("systemctl list-units --all --plain 'pulumi-lvs*'")).toMatch(
        /^0 loaded units listed/m,
      );
    };

    beforeAll(async () => {
      await web().mustRun(`ip route del 192.0.2.2 via 198.51.100.1; ${TWO_WAYS}`);
      before = await observeHost(web());
    });

    it("comes back by itself, and the error says what happened", async () => {
      await takenBack(
        gateway(),
        RIP,
        `rule ipv4 from ${RIP} priority 30000`,
        `rule ipv4 from ${RIP} priority 30001`,
      );
      await noneLeft();
    });

    it("comes back by itself when the process and every sshd are killed meanwhile", async () => {
      const { child, ended } = stack.start("up", "--yes", "--skip-preview", ...gateway());
      await waitUntil("the way is cut", isCut, 120_000, 200);
      // All but the session of this shell, so that what follows is seen.
      const others = "pgrep -x sshd | grep -vx $PPID";
      const killed = `systemctl stop ssh; ${others} | xargs kill -KILL; sleep 1; ${others}`;
      expect((await web().run(killed)).stdout).toBe("");
      killTree(child.pid as number);
      expect((await ended).exitCode).not.toBe(0);
      await waitUntil("the host has come back", async () => !(await isCut()), 120_000, 200);
      const isGone = async () => (await web().run("test -e /run/pulumi-lvs-undo")).exitCode !== 0;
      await waitUntil("the timer has ended", isGone, 60_000, 200);
      await web().mustRun("systemctl start ssh");
      await noneLeft();
      await succeeded(stack.run("cancel", "--yes"));
    });

    it("converges with the next up, of which no timer stays, and is as before after destroy", async () => {
      await web().mustRun(`ip route del ${DEAD_END}; ip route add 192.0.2.0/24 via 198.51.100.1`);
      before = await observeHost(web());
      await succeeded(stack.up(...gateway()));
      expect(await isCut()).toBe(true);
      const now = difference(before, await observeHost(web()));
      expect(now.filter((line) => line.includes("/run/"))).toEqual([]);
      expect(await web().mustRun("systemctl list-units --all --plain 'pulumi-lvs-undo*'")).toMatch(
        /^0 loaded units listed/m,
      );
      await succeeded(stack.refresh("--expect-no-changes"));
      await succeeded(stack.destroy());
      await noneLeft();
    });
  });

  it("comes back by itself from a sysctl, by which nobody finds the address that manages it", async () => {
    // It answers ARP on eth1 for an address of lo, until arp_ignore is 1; the router asks all the time.
    const address = "198.51.100.99";
    const router = lab.host("router");
    await web().mustRun(`ip address add ${address}/32 dev lo`);
    const forgetting = `while :; do ip neigh flush to ${address}; sleep 0.3; done`;
    const pid = await router.mustRun(`nohup sh -c '${forgetting}' >/dev/null 2>&1 & echo $!`);
    before = await observeHost(web());
    const args = {
      ...{ connection: far(address), vip: "203.0.113.80", rip: RIP, forwardingMethod: "dr" },
    };
    await takenBack(
      of({ kind: "RealServerVip", name: "web1", args }),
      address,
      "sysctl net/ipv4/conf/eth1/arp_ignore",
    );
    await router.mustRun(`kill ${pid}`);
    await web().mustRun(`ip address delete ${address}/32 dev lo`);
  });

  it("comes back by itself without systemd, from a VIP that is the address of who manages it", async () => {
    // What systemd shows of itself (sd_booted(3)), for us and for its own tools.
    await web().mustRun("mv /run/systemd/system /run/systemd/away");
    before = await observeHost(web());
    const args = { address: "192.0.2.2", interface: "eth1", persist: false };
    const vip = {
      kind: "VirtualIp",
      name: "vip",
      args: { director: { connection: far() }, ...args },
    };
    await takenBack(of(vip), RIP, "address 192.0.2.2/32");
    expect(await web().mustRun("pgrep -f '[p]ulumi-lvs-undo' || echo none")).toBe("none\n");
    await web().mustRun("mv /run/systemd/away /run/systemd/system");
  });
});
