import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stack } from "../../stack/stack";
import { connections } from "../traffic";
import { type ClusterDescription, Clusters, realServer, succeeded } from "./support/clusters";
import { watched } from "./support/watch";

const cluster = (vip: string, port: number, scheduler: string): ClusterDescription => ({
  vips: [vip],
  forwardingMethod: "dr",
  directors: [{ connection: "director1" }],
  services: [{ port, scheduler }],
  realServers: [realServer("web1")],
});

describe("two stacks that share a director and a real server", () => {
  let story: Clusters;
  let other: Stack;

  beforeAll(async () => {
    story = await Clusters.begin({
      hosts: ["director1", "web1"],
      // The sysctls of ip_vs stay when it is loaded before; values of somebody's own come back.
      before: {
        director1: "modprobe ip_vs",
        web1: "sysctl -qw net.ipv4.conf.eth1.arp_ignore=2 net.ipv4.conf.eth1.arp_announce=1",
      },
    });
    other = await story.sibling("other");
    await story.stack.config({ cluster: cluster("192.0.2.80", 80, "rr") });
    await other.config({ cluster: cluster("192.0.2.81", 8080, "wlc") });
  });
  afterAll(async () => story?.end());

  it("can be brought up at the same time", async () => {
    await Promise.all([succeeded(story.stack.up()), succeeded(other.up())]);
    expect(await connections(story.lab, "192.0.2.80", 80, 2)).toEqual({ web1: 2 });
    expect(await connections(story.lab, "192.0.2.81", 8080, 2)).toEqual({ web1: 2 });
  });

  it("do not change each other's parts", async () => {
    await Promise.all([
      succeeded(story.stack.refresh("--expect-no-changes")),
      succeeded(other.refresh("--expect-no-changes")),
    ]);
  });

  it("share the parts that both need until the last stack is destroyed", async () => {
    await watched(story.lab, "192.0.2.80", () => succeeded(other.destroy()));
    expect(await connections(story.lab, "192.0.2.80", 80, 2)).toEqual({ web1: 2 });
    expect(await connections(story.lab, "192.0.2.81", 8080, 1)).not.toHaveProperty("web1");
    await succeeded(story.stack.refresh("--expect-no-changes"));
    await succeeded(story.stack.destroy());
    expect(await story.differences()).toEqual([]);
  });
});
