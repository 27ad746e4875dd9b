import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isBooting } from "../baseline";
import { Clusters, realServer, succeeded } from "../stories/support/clusters";
import { ownersOf } from "../stories/support/watch";
import { connections } from "../traffic";

const VIP = "192.0.2.80";
const MODULES = '"/lib/modules/$(uname -r)/kernel/net/netfilter/ipvs"';

describe("a director that comes back with a kernel without IPVS", () => {
  let story: Clusters;
  const director = () => story.lab.host("director1");
  const unit = async () => (await director().run("systemctl is-active pulumi-lvs")).stdout.trim();

  beforeAll(async () => {
    story = await Clusters.begin({ hosts: ["director1", "web1"] });
    await story.up({
      vips: [VIP],
      forwardingMethod: "dr",
      directors: [{ connection: "director1" }],
      services: [{ port: 80, scheduler: "rr" }],
      realServers: [realServer("web1")],
    });
  });
  afterAll(async () => story?.end());

  it("does not answer for a VIP that it cannot serve, and says why", async () => {
    await director().mustRun(`mv ${MODULES} /root/ipvs && depmod`);
    await director().reboot();
    expect(await unit()).toBe("failed");
    const said = await director().mustRun("journalctl -b -u pulumi-lvs -o cat --no-pager");
    expect(said).toContain("failed: modprobe ip_vs: modprobe: FATAL: Module ip_vs not found");
    expect(said).toContain(`failed: ${VIP} has no virtual service yet, and so is not added`);
    expect(await ownersOf(story.lab, VIP)).toEqual([]);
  });

  it("is found by a refresh, and serves again when its kernel has IPVS", async () => {
    const shown = await succeeded(story.stack.preview("--refresh"));
    expect(shown).toMatch(/~ ipvs\s*: "not loaded" => "loaded"/);
    await director().mustRun(`mv /root/ipvs ${MODULES} && depmod && systemctl restart pulumi-lvs`);
    expect(await unit()).toBe("active");
    expect(await connections(story.lab, VIP, 80, 4)).toEqual({ web1: 4 });
    expect(await ownersOf(story.lab, VIP)).toEqual(["director1"]);
    await succeeded(story.stack.preview("--refresh", "--expect-no-changes"));
  });

  it("leaves nothing behind", async () => {
    await succeeded(story.stack.destroy());
    expect((await story.differences()).filter((line) => !isBooting(line))).toEqual([]);
  });
});
