import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Baselines } from "../stories/support/baselines";
import {
  type ClusterDescription,
  Clusters,
  realServer,
  succeeded,
} from "../stories/support/clusters";
import { connections } from "../traffic";

const VIP = "192.0.2.80";
const HOSTS = ["director1", "web1"];

const cluster: ClusterDescription = {
  vips: [VIP],
  forwardingMethod: "tun",
  directors: [{ connection: "director1" }],
  services: [{ port: 80, scheduler: "rr" }],
  realServers: [realServer("web1")],
  persist: false,
};

describe("a cluster with persist: false after a reboot of its hosts", () => {
  let story: Clusters;
  let booted: Baselines;

  beforeAll(async () => {
    story = await Clusters.begin({ hosts: HOSTS });
    await story.up(cluster);
    await Promise.all(HOSTS.map((name) => story.lab.host(name).reboot()));
    booted = await Baselines.take(story.lab, HOSTS);
  });
  afterAll(async () => story?.end());

  it("is gone from the hosts, but not from the state of the stack", async () => {
    for (const name of HOSTS)
      expect(await story.lab.host(name).mustRun("cat /proc/modules")).not.toMatch(/^ip_?(vs|ip)/m);
    await succeeded(story.stack.preview("--expect-no-changes"));
  });

  it("is found missing by a refresh, which changes nothing and loads no module", async () => {
    await succeeded(story.stack.refresh());
    expect(await booted.differences()).toEqual([]);
    const diff = await succeeded(story.stack.preview());
    expect(diff).toMatch(/~ ipvs\s*: "not loaded" => "loaded"/);
    expect(diff).toMatch(/~ tunnel\s*: "absent" => "ipip"/);
    expect(diff).toMatch(/\+ .*lvs:VirtualService: \(create\)/);
    expect(diff).toMatch(/\+ .*lvs:VirtualIp: \(create\)/);
    expect(await booted.differences()).toEqual([]);
  });

  it("comes back with pulumi up --refresh", async () => {
    await succeeded(story.stack.up("--refresh"));
    expect(await connections(story.lab, VIP, 80, 2)).toEqual({ web1: 2 });
  });

  it("can be destroyed, and leaves nothing behind", async () => {
    await succeeded(story.stack.destroy());
    // The journal outlives a reboot: what was there before is known afterwards.
    const journal = /^\w+: file \/var\/lib\/pulumi-lvs\b.*: is gone$/;
    expect((await booted.differences()).filter((line) => !journal.test(line))).toEqual([]);
    expect(await story.lab.host("director1").mustRun("ls /var/lib")).not.toContain("pulumi-lvs");
  });
});
