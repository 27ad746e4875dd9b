import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isBooting } from "../baseline";
import { waitUntil } from "../run";
import {
  type ClusterDescription,
  Clusters,
  realServer,
  succeeded,
} from "../stories/support/clusters";
import { connections } from "../traffic";

const VIP = "192.0.2.80";
const SIX = "2001:db8:0:1::80";
const DIRECTORS = ["director1", "director2"] as const;
type Name = (typeof DIRECTORS)[number];

// Between the directors, and nowhere else, VRRP is lost (iptables is not on every host; nft is).
const CUT = `nft add table inet cut
nft add chain inet cut in '{ type filter hook input priority 0; }'
nft add rule inet cut in meta l4proto 112 drop`;
const HEAL = "nft delete table inet cut";

const director = (name: Name, address: string) => ({ connection: name, name, address });
const four: ClusterDescription = {
  vips: [VIP],
  forwardingMethod: "dr",
  directors: [director("director1", "192.0.2.2"), director("director2", "192.0.2.3")],
  services: [{ port: 80 }],
  realServers: [realServer("web1")],
};
const six: ClusterDescription = {
  ...four,
  vips: [SIX],
  directors: [director("director1", "2001:db8:0:1::2"), director("director2", "2001:db8:0:1::3")],
  realServers: [realServer("web1", { rip: "2001:db8:0:1::11" })],
  failover: { preemptDelaySeconds: 0 },
};
const { directors, ...rest } = four;
const alone: ClusterDescription = {
  ...rest,
  directors: DIRECTORS.map((name) => ({ connection: name, name })),
};

describe("failover between two directors", () => {
  let story: Clusters;
  const on = (name: Name, line: string) => story.lab.host(name).mustRun(line);
  const holders = async (vip: string) => {
    const all = await Promise.all(
      DIRECTORS.map(async (name) => [name, await on(name, "ip -o address show dev eth1")] as const),
    );
    return all.filter(([, shown]) => shown.includes(` ${vip}/`)).map(([name]) => name);
  };
  const have = (names: readonly Name[], vip = VIP) =>
    waitUntil(
      `${vip} is on ${names.join(" and ")}`,
      async () => (await holders(vip)).join() === names.join(),
      60_000,
      200,
    ).catch(async (error) => {
      const log = "ip -br address; journalctl -u pulumi-lvs-failover --no-pager -o cat | tail -40";
      const logs = await Promise.all(DIRECTORS.map((name) => on(name, log)));
      throw new Error(`${error}\n${logs.join("\n")}`);
    });
  const isServed = async (vip = VIP) =>
    expect(await connections(story.lab, vip, 80, 3)).toEqual({ web1: 3 });
  const keepalived = (name: Name, word: "stop" | "start") =>
    on(name, `systemctl ${word} pulumi-lvs-failover`);

  beforeAll(async () => {
    // The modules of the packet filter that cuts them apart belong to the test.
    const before = { director2: "modprobe nf_tables" };
    story = await Clusters.begin({ hosts: [...DIRECTORS, "web1"], before });
  });
  afterAll(async () => story?.end());

  it("comes after a VirtualIp that was given up, and not beside it", async () => {
    await story.up(alone);
    await have(["director1"]);
    await story.stack.config({ cluster: { ...four, failover: {} } });
    const refused = await story.stack.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain(`the VIP ${VIP} is on this host already`);
    await succeeded(story.stack.destroy("--target", "**VirtualIp**"));
    await story.up({ ...four, failover: { preempt: false, garp: { refreshSeconds: 5 } } });
    // It was set up first, and the other one does not take them from it.
    await have(["director2"]);
    await isServed();
  });

  it("leaves the VIPs where they are without preempt", async () => {
    await keepalived("director2", "stop");
    await have(["director1"]);
    await keepalived("director2", "start");
    await waitUntil(
      "director2 has heard of director1",
      async () => (await on("director2", "ipvsadm -L --daemon")).includes("backup sync daemon"),
      30_000,
      500,
    );
    await have(["director1"]);
    await isServed();
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("has the VIPs on both while they do not hear each other, and on one when they do again", async () => {
    await story.up({ ...four, failover: { preemptDelaySeconds: 0 } });
    await have(["director1"]);
    await on("director2", CUT);
    await have(["director1", "director2"]);
    await isServed();
    await on("director2", HEAL);
    await have(["director1"]);
    await isServed();
  });

  it("has the VIPs on one after a link that was cut again and again", async () => {
    for (let times = 0; times < 5; times += 1) {
      await story.lab.host("director1").cutLink("eth1");
      await waitUntil("it is cut", () => isDown("director1"), 20_000, 100);
      await story.lab.host("director1").restoreLink("eth1");
      await waitUntil("it is back", async () => !(await isDown("director1")), 20_000, 100);
    }
    await have(["director1"]);
    await isServed();
  });
  const isDown = async (name: Name) =>
    (await on(name, "cat /sys/class/net/eth1/carrier")).trim() === "0";

  it("goes by multicast too", async () => {
    await story.up({ ...four, failover: { preemptDelaySeconds: 0, multicast: true } });
    await have(["director1"]);
    await keepalived("director1", "stop");
    await have(["director2"]);
    await isServed();
    await keepalived("director1", "start");
    await have(["director1"]);
  });

  it("becomes a VirtualIp again when it was given up", async () => {
    await succeeded(story.stack.destroy("--target", "**Failover**", "--target-dependents"));
    await story.up(alone);
    await have(["director1"]);
    await isServed();
  });

  it("is for directors that have IPv6 alone", async () => {
    await succeeded(story.stack.destroy());
    await story.up(six);
    await have(["director1"], SIX);
    await isServed(SIX);
    await keepalived("director1", "stop");
    await have(["director2"], SIX);
    await isServed(SIX);
    await keepalived("director1", "start");
    await have(["director1"], SIX);
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("leaves nothing behind", async () => {
    await succeeded(story.stack.destroy());
    expect((await story.differences()).filter((line) => !isBooting(line))).toEqual([]);
  });
});
