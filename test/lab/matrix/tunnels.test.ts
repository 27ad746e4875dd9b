import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ClusterDescription,
  Clusters,
  realServer,
  succeeded,
} from "../stories/support/clusters";
import { watched } from "../stories/support/watch";
import { connections } from "../traffic";

const VIP = "192.0.2.80";
const VIP6 = "2001:db8:0:1::80";

/** Each VIP is behind each RIP: ipip and ip6tnl for the one, sit and ip6tnl for the other. */
const cluster: ClusterDescription = {
  vips: [VIP, VIP6],
  forwardingMethod: "tun",
  directors: [{ connection: "director1" }],
  services: [{ port: 80, scheduler: "rr" }],
  realServers: [
    realServer("web1", { rip: "198.51.100.11" }),
    realServer("web2", { rip: "2001:db8:0:2::12" }),
  ],
};

describe("tunnels between and within the families", () => {
  let story: Clusters;

  const tunnelsOf = async (web: string) => {
    const links = JSON.parse(await story.lab.host(web).mustRun("ip -json -details link show"));
    return links
      .filter(({ ifname }: { ifname: string }) => ifname.startsWith("lvs"))
      .map(({ linkinfo }: { linkinfo: { info_kind: string } }) => linkinfo.info_kind)
      .sort();
  };
  beforeAll(async () => {
    story = await Clusters.begin({
      topology: "tun",
      hosts: ["director1", "router", "web1", "web2"],
    });
  });
  afterAll(async () => story?.end());

  it("bring each VIP's connections to each RIP", async () => {
    await watched(story.lab, VIP, () => story.up(cluster));
    for (const vip of [VIP6, VIP])
      expect(await connections(story.lab, vip, 80, 4)).toEqual({ web1: 2, web2: 2 });
    expect(await tunnelsOf("web1")).toEqual(["ipip", "sit"]);
    expect(await tunnelsOf("web2")).toEqual(["ip6tnl"]);
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("go away again, with the modules that came for them", async () => {
    const owners = await watched(story.lab, VIP6, () => succeeded(story.stack.destroy()), {
      isVipLeaving: true,
    });
    expect(Object.keys(owners)).toEqual(["director1"]);
    expect(await story.differences()).toEqual([]);
  });
});
