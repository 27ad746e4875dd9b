import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitUntil } from "../run";
import { connections, watchRefusals } from "../traffic";
import { type ClusterDescription, Clusters, realServer, succeeded } from "./support/clusters";

const VIP = "192.0.2.80";
const OURS =
  "ls -d /etc/pulumi-lvs /run/pulumi-lvs* /etc/systemd/system/pulumi-lvs* 2>/dev/null || :";
const healthCheck = {
  type: "http",
  intervalSeconds: 2,
  timeoutSeconds: 2,
  sorryServer: { rip: "192.0.2.13", port: 80, forwardingMethod: "dr" },
} as const;

const cluster: ClusterDescription = {
  vips: [VIP],
  forwardingMethod: "dr",
  directors: [{ connection: "director1", name: "director1" }],
  services: [{ port: 80, scheduler: "wrr", healthCheck }],
  realServers: [realServer("web1"), realServer("web2")],
};

describe("real servers with health checks", () => {
  let story: Clusters;
  const director = (line: string) => story.lab.host("director1").mustRun(line);
  const weights = async () => {
    const rows = [
      ...(await director("ipvsadm -Sn")).matchAll(/-r 192\.0\.2\.1(\d):80 -g -w (\d+)/g),
    ];
    return Object.fromEntries(rows.map(([, web, weight]) => [`web${web}`, Number(weight)]));
  };
  const have = (wanted: Readonly<Record<string, number>>) =>
    waitUntil(
      `the weights are ${JSON.stringify(wanted)}`,
      // A look that failed was none.
      () =>
        weights().then(
          (now) => JSON.stringify(now) === JSON.stringify(wanted),
          () => false,
        ),
      60_000,
      200,
    ).catch(async (error) => {
      const log = "journalctl -u pulumi-lvs-health --no-pager -o cat | tail -40";
      throw new Error(`${error}\n${JSON.stringify(await weights())}\n${await director(log)}`);
    });
  const stop = (web: string) => story.lab.host(web).mustRun("systemctl stop answer");
  const start = (web: string) => story.lab.host(web).mustRun("systemctl start answer");

  beforeAll(async () => {
    story = await Clusters.begin({ hosts: ["director1", "web1", "web2"] });
  });
  afterAll(async () => story?.end());

  it("join when their first check succeeds", async () => {
    await story.up(cluster);
    await have({ web1: 1, web2: 1, web3: 0 });
    expect(await connections(story.lab, VIP, 80, 4)).toEqual({ web1: 2, web2: 2 });
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("lose their clients when they die, which is no drift, and get them back", async () => {
    const refusals = await watchRefusals(story.lab, VIP, 80);
    await stop("web2");
    await have({ web1: 1, web2: 0, web3: 0 });
    expect(await refusals.stop()).toHaveProperty("refused");
    expect(await connections(story.lab, VIP, 80, 8)).toEqual({ web1: 8 });
    await succeeded(story.stack.refresh("--expect-no-changes"));
    await succeeded(story.stack.up("--expect-no-changes"));
    expect(await weights()).toEqual({ web1: 1, web2: 0, web3: 0 });
  });

  it("keep the weight 0 of one that is down while others get other weights, which are set without a restart", async () => {
    const since = await director("systemctl show -P MainPID pulumi-lvs-health");
    const [web1, web2] = [realServer("web1", { weight: 5 }), realServer("web2", { weight: 7 })];
    await story.up({ ...cluster, realServers: [web1, web2] });
    await have({ web1: 5, web2: 0, web3: 0 });
    expect(await director("systemctl show -P MainPID pulumi-lvs-health")).toBe(since);
    await start("web2");
    await have({ web1: 5, web2: 7, web3: 0 });
  });

  it("show a weight that somebody else has set as drift, and get theirs back", async () => {
    await director(`ipvsadm -e -t ${VIP}:80 -r 192.0.2.11:80 -g -w 9`);
    await succeeded(story.stack.refresh());
    expect(await succeeded(story.stack.preview())).toMatch(/~ weight\s*: 9 => 5/);
    await succeeded(story.stack.up());
    await have({ web1: 5, web2: 7, web3: 0 });
  });

  it("are checked again after keepalived was killed, also one that died meanwhile", async () => {
    const pid = await director("systemctl show -P MainPID pulumi-lvs-health");
    await director("systemctl kill -s KILL pulumi-lvs-health");
    await stop("web1");
    await have({ web1: 0, web2: 7, web3: 0 });
    expect(await director("systemctl show -P MainPID pulumi-lvs-health")).not.toBe(pid);
  });

  it("have checks of their own, or none: who is not checked keeps its weight", async () => {
    const own = { type: "tcp", address: "192.0.2.11", intervalSeconds: 1 } as const;
    const web1 = realServer("web1", { weight: 5, healthCheck: own });
    const web2 = realServer("web2", { weight: 7, healthCheck: false });
    await story.up({ ...cluster, realServers: [web1, web2] });
    await have({ web1: 0, web2: 7, web3: 0 });
    await start("web1");
    await have({ web1: 5, web2: 7, web3: 0 });
    await stop("web2");
    await stop("web1");
    await have({ web1: 0, web2: 7, web3: 0 });
    await succeeded(story.stack.refresh("--expect-no-changes"));
    await start("web1");
    await start("web2");
    const checked = [realServer("web1", { weight: 5 }), realServer("web2", { weight: 7 })];
    await story.up({ ...cluster, realServers: checked });
    await have({ web1: 5, web2: 7, web3: 0 });
    await stop("web1");
    await have({ web1: 0, web2: 7, web3: 0 });
  });

  it("leave their clients to the sorry server when none of them is left", async () => {
    await stop("web2");
    await have({ web1: 0, web2: 0, web3: 1 });
    await succeeded(story.stack.refresh("--expect-no-changes"));
    await start("web1");
    await start("web2");
    await have({ web1: 5, web2: 7, web3: 0 });
  });

  it("drain before they leave, and leave the checks of the others alone", async () => {
    await story.up({ ...cluster, realServers: [realServer("web1", { weight: 5 })] });
    await have({ web1: 5, web3: 0 });
    await succeeded(story.stack.refresh("--expect-no-changes"));
  });

  it("have their declared weights when they are not checked any more", async () => {
    const realServers = [realServer("web1"), realServer("web2")];
    await story.up({ ...cluster, services: [{ port: 80, scheduler: "wrr" }], realServers });
    expect(await weights()).toEqual({ web1: 1, web2: 1 });
    expect(await director("systemctl is-active pulumi-lvs-health || :")).toBe("inactive\n");
    await story.up(cluster);
    await have({ web1: 1, web2: 1, web3: 0 });
  });

  it("refuse a host without keepalived before anything is changed", async () => {
    const program = "/usr/sbin/keepalived";
    await director(`mv ${program} ${program}.away`);
    await story.stack.config({ cluster: { ...cluster, realServers: [realServer("web1")] } });
    const { exitCode, stdout, stderr } = await story.stack.up();
    await director(`mv ${program}.away ${program}`);
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toContain("Install the package keepalived");
    expect(await weights()).toEqual({ web1: 1, web2: 1, web3: 0 });
  });

  it("leave nothing behind", async () => {
    await succeeded(story.stack.destroy());
    expect(await story.differences()).toEqual([]);
    expect(await director(OURS)).toBe("");
  });

  it("leave their clients to the sorry server from the start, until the first of them is up", async () => {
    await Promise.all([stop("web1"), stop("web2")]);
    await story.up(cluster);
    await have({ web1: 0, web2: 0, web3: 1 });
    await succeeded(story.stack.refresh("--expect-no-changes"));
    await start("web1");
    await have({ web1: 1, web2: 0, web3: 0 });
    await start("web2");
    await have({ web1: 1, web2: 1, web3: 0 });
  });

  it("are checked again after their director was rebooted, also one that died meanwhile", async () => {
    await stop("web2");
    await story.lab.host("director1").reboot();
    await have({ web1: 1, web2: 0, web3: 0 });
    await succeeded(story.stack.refresh("--expect-no-changes"));
    await start("web2");
    await have({ web1: 1, web2: 1, web3: 0 });
    await succeeded(story.stack.destroy());
    expect(await director(`${OURS}; ipvsadm -Sn`)).toBe("");
  });
});
