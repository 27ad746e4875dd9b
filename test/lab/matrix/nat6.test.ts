import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Clusters, realServer, succeeded } from "../stories/support/clusters";
import { watched } from "../stories/support/watch";
import { connections } from "../traffic";

const VIP = "2001:db8:0:1::80";

describe("network address translation of IPv6", () => {
  let story: Clusters;

  beforeAll(async () => {
    story = await Clusters.begin({ topology: "nat", hosts: ["director1", "web1", "web2"] });
  });
  afterAll(async () => story?.end());

  it("answers at another port, by way of the director", async () => {
    await story.up({
      vips: [VIP],
      forwardingMethod: "nat",
      directors: [{ connection: "director1" }],
      dip: "2001:db8:0:10::1",
      services: [
        { port: 80, scheduler: "rr" },
        { port: 8000, realServerPort: 8080, protocol: "udp", scheduler: "rr" },
      ],
      realServers: ["web1", "web2"].map((web) =>
        realServer(web, { rip: `2001:db8:0:10::1${web.slice(-1)}` }),
      ),
    });
    const both = { web1: 2, web2: 2 };
    expect(await connections(story.lab, VIP, 80, 4)).toEqual(both);
    expect(await connections(story.lab, VIP, 8000, 4, { protocol: "udp" })).toEqual(both);
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("announces its VIP again when that was set back", async () => {
    const sysctl = "net.ipv6.conf.eth1.ndisc_notify";
    const director = story.lab.host("director1");
    await director.mustRun(`sysctl -w ${sysctl}=0`);
    await succeeded(story.stack.refresh());
    expect(await succeeded(story.stack.preview("--diff"))).toMatch(/~ ndiscNotify: 0 => 1/);
    await succeeded(story.stack.up());
    expect(await director.mustRun(`sysctl -n ${sysctl}`)).toBe("1\n");
  });

  it("leaves every host as it was before", async () => {
    const owners = await watched(story.lab, VIP, () => succeeded(story.stack.destroy()), {
      isVipLeaving: true,
    });
    expect(Object.keys(owners)).toEqual(["director1"]);
    expect(await story.differences()).toEqual([]);
  });
});
