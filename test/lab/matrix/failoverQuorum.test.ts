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
const PRIORITY =
  "journalctl -u pulumi-lvs-failover -o cat | sed -n 's/.*hanging effective priority from .* to //p' | tail -1";

const director = (name: DirectorName, address: string) => ({ connection: name, name, address });
const cluster: ClusterDescription = {
  vips: [VIP],
  forwardingMethod: "dr",
  directors: [director("director1", "192.0.2.2"), director("director2", "192.0.2.3")],
  services: [{ port: 80 }],
  realServers: [realServer("web1")],
  healthCheck: { type: "tcp", intervalSeconds: 1, timeoutSeconds: 1 },
  failover: { preemptDelaySeconds: 0, trackQuorum: true },
};

// It has nothing to do with the cluster, but for the number of its virtual router, and speaks to all on the network.
const STRANGER = `cat >/run/stranger.conf <<END
vrrp_instance stranger {
    state MASTER
    interface eth1
    virtual_router_id 80
    priority 50
    virtual_ipaddress {
        198.51.100.99/32 dev lo
    }
}
END
systemd-run -q --unit stranger keepalived -n -P -f /run/stranger.conf -p /run/stranger.pid -r /run/stranger-vrrp.pid`;

describe("two directors that track the quorum", () => {
  let story: Clusters;
  const pair = new DirectorPair(() => story);

  beforeAll(async () => {
    story = await Clusters.begin({ hosts: [...DIRECTORS, "web1"] });
  });
  afterAll(async () => story?.end());

  it("refuse a virtual router that somebody else on the network speaks for", async () => {
    const web = story.lab.host("web1");
    await web.mustRun(STRANGER);
    await story.stack.config({ cluster });
    const refused = await story.stack.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain(
      "virtual router 80 is in use: 192.0.2.11 sends advertisements with this number on eth1",
    );
    expect(await pair.on("director2", "systemctl is-active pulumi-lvs-failover || :")).toBe(
      "inactive\n",
    );
    await web.mustRun("systemctl stop stranger; rm /run/stranger*");
  });

  it("have the VIPs on the one whose way to the real servers is not broken", async () => {
    await story.up(cluster);
    await pair.have(["director1"], VIP);
    await pair.on("director1", "ip route add unreachable 192.0.2.11/32");
    await pair.have(["director2"], VIP);
    await pair.isServed(VIP);
    await succeeded(story.stack.refresh("--expect-no-changes"));
    await pair.on("director1", "ip route del unreachable 192.0.2.11/32");
    await pair.have(["director1"], VIP);
    await pair.isServed(VIP);
  });

  it("leave the VIPs where they are when none of them is healthy", async () => {
    await story.lab.host("web1").mustRun("systemctl stop answer");
    await pair.says("director1", PRIORITY, "100");
    await pair.says("director2", PRIORITY, "95");
    await pair.have(["director1"], VIP);
    await story.lab.host("web1").mustRun("systemctl start answer");
    await pair.says("director1", PRIORITY, "200");
    await pair.says("director2", PRIORITY, "190");
    await pair.isServed(VIP);
  });

  it("leave nothing behind", async () => {
    await succeeded(story.stack.destroy());
    expect((await story.differences()).filter((line) => !isBooting(line))).toEqual([]);
  });
});
