import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connections } from "../traffic";
import { type ClusterDescription, Clusters, realServer } from "./support/clusters";

const VIP = "192.0.2.80";

const cluster: ClusterDescription = {
  vips: [VIP],
  forwardingMethod: "dr",
  directors: [{ connection: "director1" }],
  services: [{ port: 80 }],
  realServers: [realServer("web1")],
};

describe("a director whose packet filter drops unknown packets", () => {
  let story: Clusters;

  beforeAll(async () => {
    story = await Clusters.begin({
      hosts: ["director1", "web1"],
      before: { director1: "iptables -P INPUT DROP; iptables -A INPUT -i eth0 -j ACCEPT" },
    });
  });
  afterAll(async () => story?.end());

  it("is set up, with a warning that says which packets the filter must accept", async () => {
    const said = await story.up(cluster);
    expect(said.replaceAll(/\s+/g, " ")).toContain(
      `warning: the packet filter of this host drops what none of its rules accepts (chain ip filter INPUT): it has to accept tcp ${VIP}:80`,
    );
    expect(await connections(story.lab, VIP, 80, 1)).toEqual({ timeout: 1 });
  });

  it("serves clients when the filter accepts these packets", async () => {
    const accept = `iptables -A INPUT -p tcp -d ${VIP} --dport 80 -j ACCEPT`;
    await story.lab.host("director1").mustRun(accept);
    expect(await connections(story.lab, VIP, 80, 2)).toEqual({ web1: 2 });
  });
});
