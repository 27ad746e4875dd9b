import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connections } from "../traffic";
import { type ClusterDescription, Clusters, realServer, succeeded } from "./support/clusters";

const VIP = "192.0.2.80";
/** A client from elsewhere: the real server sends to it through its default gateway. */
const ELSEWHERE = "198.51.100.100";

const cluster = (method: "dr" | "tun", more = {}): ClusterDescription => ({
  vips: [VIP],
  forwardingMethod: method,
  directors: [{ connection: "director1" }],
  services: [{ port: 80, scheduler: "rr" }],
  realServers: [realServer("web1", more)],
  drain: false,
});

const router = `sysctl -qw net.ipv4.ip_forward=1 && ip route add ${ELSEWHERE} via 192.0.2.100`;

describe("real servers whose default gateway is the director", () => {
  let story: Clusters;
  const client = (line: string) => story.lab.host("client").mustRun(line);
  const answers = () => connections(story.lab, VIP, 80, 1);

  beforeAll(async () => {
    story = await Clusters.begin({
      hosts: ["director1", "director2", "web1"],
      before: {
        director1: router,
        director2: router,
        web1: "ip route add default via 192.0.2.2; modprobe ipip",
      },
    });
    await client(`ip address add ${ELSEWHERE}/32 dev lo
ip route replace ${VIP} dev eth1 src ${ELSEWHERE}`);
  });
  afterAll(async () => story?.end());

  it("answer only if replyGateway is another router, with direct routing and with tunnels", async () => {
    await story.up(cluster("dr"));
    expect(await answers()).toEqual({ timeout: 1 });
    await story.up(cluster("dr", { replyGateway: "192.0.2.3" }));
    expect(await answers()).toEqual({ web1: 1 });
    await story.up(cluster("tun", { replyGateway: "192.0.2.3" }));
    expect(await answers()).toEqual({ web1: 1 });
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("are as before after destroy", async () => {
    await succeeded(story.stack.destroy());
    expect(await story.differences()).toEqual([]);
  });
});
