import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Baseline, difference, observeHost } from "../baseline";
import { type Lab, startLab } from "../lab";
import { connections, holdConnection, watchArp, watchRefusals } from "../traffic";

const BOOT_MS = 300_000;
const STORY_MS = 120_000;

const ON_WEB = `sysctl -qw net.ipv4.conf.eth1.arp_ignore=1 net.ipv4.conf.eth1.arp_announce=2
ip addr replace 192.0.2.80/32 dev lo`;

// The second virtual service keeps IPVS at work when the first one goes: without any, the kernel takes it out of the way.
const ON_DIRECTOR = `set -e
ipvsadm -A -t 192.0.2.80:443
ipvsadm -A -t 192.0.2.80:80 -s rr
ipvsadm -a -t 192.0.2.80:80 -r 192.0.2.11 -g
ipvsadm -a -t 192.0.2.80:80 -r 192.0.2.12 -g
ip addr add 192.0.2.80/32 dev eth1`;

/** What an administrator types for direct routing: the lab must be able to tell that it works. */
async function setUpDirectRouting(lab: Lab): Promise<void> {
  for (const web of ["web1", "web2"]) await lab.host(web).mustRun(ON_WEB);
  await lab.host("director1").mustRun(ON_DIRECTOR);
}

describe("a lab of Debian 12 and 13 hosts", () => {
  let lab: Lab;
  let pristine: Baseline;

  beforeAll(async () => {
    const hosts = ["client", "director1", "web1", "web2"];
    lab = await startLab({ topology: "dr", hosts, releases: { web2: 13 } });
    pristine = await observeHost(lab.host("director1"));
  }, BOOT_MS);
  afterAll(() => lab?.stop());

  it("runs the kernel of each release", async () => {
    expect(await lab.host("web1").mustRun("uname -r")).toMatch(/^6\.1\./);
    expect(await lab.host("web2").mustRun("uname -r")).toMatch(/^6\.12\./);
  });

  it("starts without IPVS", async () => {
    expect(Object.keys(pristine.module)).not.toContain("ip_vs");
    expect(await connections(lab, lab.topology.vip.ipv4, 80, 1)).toEqual({ unreachable: 1 });
  });

  it(
    "sees who answers the ARP of a VIP that is not hidden",
    async () => {
      await lab.host("web1").mustRun("ip addr add 192.0.2.80/32 dev lo");
      await lab.host("web2").mustRun("ip addr add 192.0.2.80/32 dev lo");
      const owners = await watchArp(lab, "192.0.2.80");
      expect(Object.keys(await owners.stop()).sort()).toEqual(["web1", "web2"]);
    },
    STORY_MS,
  );

  it(
    "spreads connections with direct routing, and only the director owns the VIP",
    async () => {
      await setUpDirectRouting(lab);
      const owners = await watchArp(lab, "192.0.2.80");
      const refusals = await watchRefusals(lab, "192.0.2.80", 80);
      // Whose turn it is, is chance while two take turns; both together see all.
      const answers = [await connections(lab, "192.0.2.80", 80, 2), await refusals.stop()];
      expect([...new Set(answers.flatMap(Object.keys))].sort()).toEqual(["web1", "web2"]);
      for (const one of answers) expect(Object.keys(one)).not.toEqual([]);
      expect(Object.keys(await owners.stop())).toEqual(["director1"]);
      // In turn, now that nobody else takes a turn.
      expect(await connections(lab, "192.0.2.80", 80, 10)).toEqual({ web1: 5, web2: 5 });
    },
    STORY_MS,
  );

  it(
    "tells a refusal from silence, and a connection that lives from one that is dead",
    async () => {
      const held = await holdConnection(lab, "192.0.2.80", 80);
      expect(await held.ask()).toMatch(/^web[12]$/);
      const refusals = await watchRefusals(lab, "192.0.2.80", 80);
      await lab.host("director1").mustRun("ipvsadm -D -t 192.0.2.80:80");
      expect(await held.ask()).toBe("timeout");
      expect((await refusals.stop()).refused).toBeGreaterThan(0);
      await lab.host("web1").cutLink("eth1");
      expect(await connections(lab, "192.0.2.11", 80, 1)).toEqual({ unreachable: 1 });
    },
    STORY_MS,
  );

  it(
    "puts every host back",
    async () => {
      await lab.host("web1").kill();
      expect(difference(pristine, await observeHost(lab.host("director1")))).not.toEqual([]);
      await lab.restore();
      expect(difference(pristine, await observeHost(lab.host("director1")))).toEqual([]);
      expect(await connections(lab, "192.0.2.11", 80, 3)).toEqual({ web1: 3 });
    },
    STORY_MS,
  );
});
