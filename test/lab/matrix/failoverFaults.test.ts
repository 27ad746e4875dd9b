import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isBooting } from "../baseline";
import {
  type ClusterDescription,
  Clusters,
  realServer,
  succeeded,
} from "../stories/support/clusters";
import { DIRECTORS, type DirectorName, DirectorPair } from "../stories/support/directorPair";

const VIP = "192.0.2.80";
const SIX = "2001:db8:0:1::80";
const CARRIER = "cat /sys/class/net/eth1/carrier";

// Between the directors, and nowhere else, VRRP is lost (iptables is not on every host; nft is).
const CUT = `nft add table inet cut
nft add chain inet cut in '{ type filter hook input priority 0; }'
nft add rule inet cut in meta l4proto 112 drop`;
const HEAL = "nft delete table inet cut";

const director = (name: DirectorName, address: string) => ({ connection: name, name, address });
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
  const pair = new DirectorPair(() => story);
  const have = (names: readonly DirectorName[], vip = VIP) => pair.have(names, vip);

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
    await pair.isServed(VIP);
  });

  it("leaves the VIPs where they are without preempt", async () => {
    await pair.keepalived("director2", "stop");
    await have(["director1"]);
    await pair.keepalived("director2", "start");
    // director2 has heard of director1.
    await pair.says("director2", "ipvsadm -L --daemon | cut -d' ' -f1", "backup");
    await have(["director1"]);
    await pair.isServed(VIP);
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("has the VIPs on both while they do not hear each other, and on one when they do again", async () => {
    await story.up({ ...four, failover: { preemptDelaySeconds: 0 } });
    await have(["director1"]);
    await pair.on("director2", CUT);
    await have(["director1", "director2"]);
    await pair.isServed(VIP);
    await pair.on("director2", HEAL);
    await have(["director1"]);
    await pair.isServed(VIP);
  });

  it("has the VIPs on one after a link that was cut again and again", async () => {
    for (let times = 0; times < 5; times += 1) {
      await story.lab.host("director1").cutLink("eth1");
      await pair.says("director1", CARRIER, "0");
      await story.lab.host("director1").restoreLink("eth1");
      await pair.says("director1", CARRIER, "1");
    }
    await have(["director1"]);
    await pair.isServed(VIP);
  });

  it("goes by multicast too", async () => {
    await story.up({ ...four, failover: { preemptDelaySeconds: 0, multicast: true } });
    await have(["director1"]);
    await pair.keepalived("director1", "stop");
    await have(["director2"]);
    await pair.isServed(VIP);
    await pair.keepalived("director1", "start");
    await have(["director1"]);
  });

  it("becomes a VirtualIp again when it was given up", async () => {
    await succeeded(story.stack.destroy("--target", "**Failover**", "--target-dependents"));
    await story.up(alone);
    await have(["director1"]);
    await pair.isServed(VIP);
  });

  it("is for directors that have IPv6 alone", async () => {
    await succeeded(story.stack.destroy());
    await story.up(six);
    await have(["director1"], SIX);
    await pair.isServed(SIX);
    await pair.keepalived("director1", "stop");
    await have(["director2"], SIX);
    await pair.isServed(SIX);
    await pair.keepalived("director1", "start");
    await have(["director1"], SIX);
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("leaves nothing behind", async () => {
    await succeeded(story.stack.destroy());
    expect((await story.differences()).filter((line) => !isBooting(line))).toEqual([]);
  });
});
