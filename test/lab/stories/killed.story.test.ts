import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killTree } from "../../stack/processTree";
import { isBooting } from "../baseline";
import { waitUntil } from "../run";
import { connections } from "../traffic";
import { type ClusterDescription, Clusters, realServer, succeeded } from "./support/clusters";
import { holdUp, isHeldUp, letGo } from "./support/holdUp";

const VIP = "192.0.2.80";

const cluster = (...ports: number[]): ClusterDescription => ({
  vips: [VIP],
  forwardingMethod: "dr",
  directors: [{ connection: "director1" }],
  services: ports.map((port) => ({ port, scheduler: "rr" })),
  realServers: [realServer("web1")],
});

describe("a pulumi up that is killed half-way", () => {
  let story: Clusters;

  /** Kills `pulumi up` with all its processes while a program on a host is at work. */
  const killedAt = async (name: string, program: string, words: string) => {
    const host = story.lab.host(name);
    await holdUp(host, program, words);
    const { child, ended } = story.stack.start("up", "--yes", "--skip-preview");
    await waitUntil(`${program} on ${name} is held up`, () => isHeldUp(host), 60_000, 200);
    killTree(child.pid as number);
    expect((await ended).exitCode).not.toBe(0);
    await letGo(host, program);
    await succeeded(story.stack.run("cancel", "--yes"));
  };
  const converges = async (...ports: number[]) => {
    await succeeded(story.stack.up());
    for (const port of ports)
      expect(await connections(story.lab, VIP, port, 2)).toEqual({ web1: 2 });
    await succeeded(story.stack.refresh("--expect-no-changes"));
  };

  beforeAll(async () => {
    story = await Clusters.begin({
      hosts: ["director1", "web1"],
      // Values of somebody's own, which have to come back.
      before: {
        director1: "modprobe ip_vs_rr",
        web1: "sysctl -qw net.ipv4.conf.eth1.arp_ignore=2 net.ipv4.conf.eth1.arp_announce=1",
      },
    });
  });
  afterAll(async () => story?.end());

  it("converges when it was killed on a real server", async () => {
    await story.stack.config({ cluster: cluster(80) });
    await killedAt("web1", "ip", "address add");
    const arp = await story.lab.host("web1").mustRun("sysctl -n net.ipv4.conf.eth1.arp_ignore");
    expect(arp).toBe("1\n");
    await converges(80);
  });

  it("converges when it was killed on the director", async () => {
    await story.stack.config({ cluster: cluster(80, 443) });
    await killedAt("director1", "ipvsadm", "-R");
    await converges(80, 443);
  });

  it("comes back as it was when the director loses its power meanwhile, and converges then", async () => {
    const director = story.lab.host("director1");
    await story.stack.config({ cluster: cluster(80, 443, 8080) });
    await holdUp(director, "ipvsadm", "-R");
    const { ended } = story.stack.start("up", "--yes", "--skip-preview");
    await waitUntil("ipvsadm is held up", () => isHeldUp(director), 60_000, 200);
    await director.kill();
    const run = await ended;
    expect(run.exitCode).not.toBe(0);
    expect(run.stdout + run.stderr).toContain("it is not known how much was changed");
    await director.start();
    const served = async () => (await director.run("ipvsadm -Sn")).stdout;
    const isServing = async () => (await served()).includes(`${VIP}:443`);
    await waitUntil("the director serves again", isServing, 120_000, 500);
    expect(await served()).not.toContain(":8080");
    expect(await connections(story.lab, VIP, 80, 2)).toEqual({ web1: 2 });
    await converges(80, 443, 8080);
  });

  it("restores the values from before when it is destroyed then", async () => {
    await succeeded(story.stack.destroy());
    expect((await story.differences()).filter((line) => !isBooting(line))).toEqual([]);
  });
});
