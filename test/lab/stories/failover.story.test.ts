import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isBooting } from "../baseline";
import { waitUntil } from "../run";
import { connections, holdConnection, watchRefusals } from "../traffic";
import { type ClusterDescription, Clusters, realServer, succeeded } from "./support/clusters";

const VIP = "192.0.2.80";
const VIPS = [VIP, "192.0.2.81", "2001:db8:0:1::80"];
const OURS =
  "ls -d /etc/pulumi-lvs /run/pulumi-lvs* /etc/systemd/system/pulumi-lvs* 2>/dev/null || :";
const DIRECTORS = ["director1", "director2"] as const;
type Name = (typeof DIRECTORS)[number];

// A request that is lost takes half a second, and the next one comes a little later (traffic.py, refusals). The VIPs are
// back after three advertisements, the skew of the backup, and a second.
const MOST_LOST = Math.ceil((3 + 1 + 1) / 0.65);

// A request whose packets meet both directors, and the first one before the new holder is announced.
const UNDER_WAY = 2;

const cluster: ClusterDescription = {
  vips: VIPS.slice(0, 2),
  forwardingMethod: "dr",
  directors: [
    { connection: "director1", name: "director1", address: "192.0.2.2" },
    { connection: "director2", name: "director2", address: "192.0.2.3" },
  ],
  services: [{ port: 80 }],
  realServers: [realServer("web1", { rip: ["192.0.2.11", "2001:db8:0:1::11"] })],
  failover: { preemptDelaySeconds: 5 },
};

describe("two directors with failover", () => {
  let story: Clusters;
  const on = (name: Name, line: string) => story.lab.host(name).mustRun(line);
  const vipsOf = async (name: Name) => {
    const shown = await on(name, "ip -o address show dev eth1");
    return VIPS.filter((vip) => shown.includes(` ${vip}/`));
  };
  const have = (name: Name, vips: readonly string[] = VIPS.slice(0, 2)) =>
    waitUntil(
      `${name} has ${vips.join(", ")}, and the other one has none`,
      async () => {
        const [held, others] = await Promise.all([
          vipsOf(name),
          vipsOf(name === "director1" ? "director2" : "director1").catch(() => []),
        ]);
        return held.join() === vips.join() && others.length === 0;
      },
      60_000,
      200,
    ).catch(async (error) => {
      const log = "ip -br address; journalctl -u pulumi-lvs-failover --no-pager -o cat | tail -40";
      const logs = await Promise.all(
        DIRECTORS.map((one) => story.lab.host(one).run(log, { timeoutMs: 10_000 })),
      ).catch(() => []);
      throw new Error(`${error}\n${logs.map(({ stdout }) => stdout).join("\n")}`);
    });
  const noDrift = () => succeeded(story.stack.refresh("--expect-no-changes"));
  /** What came of requests while something was done, and until the VIPs are on a director. */
  const during = async (name: Name, work: () => Promise<unknown>) => {
    const requests = await watchRefusals(story.lab, VIP, 80);
    await work();
    await have(name);
    expect(await connections(story.lab, VIP, 80, 1)).toEqual({ web1: 1 });
    const { web1: _answered, ...lost } = await requests.stop();
    return Object.values(lost).reduce((sum, count) => sum + count, 0);
  };

  beforeAll(async () => {
    story = await Clusters.begin({ hosts: [...DIRECTORS, "web1"] });
  });
  afterAll(async () => story?.end());

  it("have the VIPs on the first one", async () => {
    await story.up(cluster);
    await have("director1");
    expect(await connections(story.lab, VIP, 80, 2)).toEqual({ web1: 2 });
    await noDrift();
    await succeeded(story.stack.preview("--expect-no-changes"));
  });

  it("serve clients again when the power of the first one is cut, on held connections too", async () => {
    const held = await holdConnection(story.lab, VIP, 80);
    // The kernel tells of a connection with its third packet (ipvs-sysctl.rst, sync_threshold), at most two seconds later.
    for (const _ of [1, 2, 3]) expect(await held.ask()).toBe("web1");
    await waitUntil(
      "director2 knows the connection",
      async () => (await on("director2", "ipvsadm -Lnc")).includes("ESTABLISHED"),
      30_000,
      200,
    );
    const lost = await during("director2", () => story.lab.host("director1").kill());
    expect(lost).toBeLessThanOrEqual(MOST_LOST);
    expect(await held.ask()).toBe("web1");
    await held.close();
  });

  it("give the VIPs back to the first one when it is up again, and lose no more than what is under way", async () => {
    await story.lab.host("director1").start();
    const lost = await during("director1", async () => {});
    expect(lost).toBeLessThanOrEqual(UNDER_WAY);
    await noDrift();
  });

  it("keep serving when the first one is told to stop, and show no drift of who has the VIPs", async () => {
    const lost = await during("director2", () =>
      on("director1", "systemctl stop pulumi-lvs-failover"),
    );
    expect(lost).toBeLessThanOrEqual(UNDER_WAY);
    await on("director1", "systemctl start pulumi-lvs-failover");
    await have("director1");
    await story.lab.host("director1").cutLink("eth1");
    await have("director2");
    await noDrift();
    await story.lab.host("director1").restoreLink("eth1");
    await have("director1");
  });

  it("show a keepalived that does not run, and start it", async () => {
    await on("director2", "systemctl stop pulumi-lvs-failover");
    await succeeded(story.stack.refresh());
    expect(await succeeded(story.stack.preview())).toMatch(/state\s*: "not running" => "running"/);
    await succeeded(story.stack.up());
    expect(await on("director2", "systemctl is-active pulumi-lvs-failover")).toBe("active\n");
    await noDrift();
  });

  it("get more VIPs, and lose them, without a lost request", async () => {
    const lost = await during("director1", async () => {
      await story.up({ ...cluster, vips: VIPS });
      await have("director1", VIPS);
      await noDrift();
      await story.up(cluster);
    });
    expect(lost).toBe(0);
    await noDrift();
  });

  it("leave nothing behind", async () => {
    await succeeded(story.stack.destroy());
    expect((await story.differences()).filter((line) => !isBooting(line))).toEqual([]);
    for (const name of DIRECTORS) expect(await on(name, OURS)).toBe("");
  });
});
