import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { killTree } from "../../../stack/processTree";
import { waitUntil } from "../../run";
import type { TopologyName } from "../../topology";
import { holdConnection, type Load, steadyLoad } from "../../traffic";
import { type ClusterDescription, Clusters, realServer, succeeded } from "./clusters";

/** A virtual service of each scheduler that treats a weight of 0 in a way of its own. */
const SERVICES = [
  { port: 80, scheduler: "wrr" },
  { port: 443, scheduler: "wlc" },
  { port: 5060, scheduler: "sh", schedulerFlags: ["sh-port"] },
  { port: 8080, scheduler: "mh", schedulerFlags: ["mh-port"] },
];
const PORTS = SERVICES.map(({ port }) => port);
const HELD = 13;

/** A cluster that real servers leave and join while it works. */
export interface Draining {
  readonly topology: TopologyName;
  readonly hosts: readonly string[];
  readonly vip: string;
  /** The address of web1, and both addresses of web2. */
  readonly rips: readonly [string, string, string];
  readonly more?: Partial<ClusterDescription>;
}

/** Real servers leave and join under load: no client is refused, and no connection is cut before the deadline. */
export function tellDraining(draining: Draining): void {
  const { topology, hosts, vip, rips } = draining;
  let story: Clusters;
  let load: Load;
  let cluster: ClusterDescription;

  const [web1, web2] = [
    (more = {}) => realServer("web1", { rip: rips[0], ...more }),
    (more = {}) => realServer("web2", { rip: rips[2], ...more }),
  ];
  const table = () => story.lab.host("director1").mustRun("ipvsadm -Sn");
  /** The rows of a real server in the table: one for each virtual service. */
  const rowsOf = async (rip: string) =>
    (await table()).split("\n").filter((line) => line.includes(` -r ${rip}:`));
  const isQuiesced = async (rip: string) => {
    const rows = await rowsOf(rip);
    return rows.length === PORTS.length && rows.every((row) => row.includes(" -w 0"));
  };
  /** The same for who asks again and again: a look that failed was none. */
  const looksQuiesced = (rip: string) => isQuiesced(rip).catch(() => false);
  const describeAs = async (more: Partial<ClusterDescription>) => {
    cluster = { ...cluster, ...more };
    await story.stack.config({ cluster });
  };
  /** Starts an update that takes a real server away, and waits until that is quiesced. */
  const startRemoving = async (rip: string, more: Partial<ClusterDescription>) => {
    await describeAs(more);
    const started = story.stack.start("up", "--yes", "--skip-preview");
    await waitUntil(`${rip} is quiesced`, () => looksQuiesced(rip), 60_000, 200);
    return started;
  };
  /** Collects the weights that a real server has, one after the other, until it is told to stop. */
  const watchWeights = (rip: string) => {
    const seen: number[] = [];
    let isStopped = false;
    const watching = (async () => {
      while (!isStopped) {
        const [row = ""] = await rowsOf(rip).catch(() => []);
        const weight = Number(/ -w (\d+)/.exec(row)?.[1] ?? 0);
        if (weight > 0 && seen.at(-1) !== weight) seen.push(weight);
        await sleep(300);
      }
    })();
    const stop = async () => {
      isStopped = true;
      await watching;
      return seen;
    };
    return { stop };
  };
  const isUnbroken = async (left: readonly string[]) =>
    expect(Object.keys(await load.holders()).sort()).toEqual([...left].sort());

  beforeAll(async () => {
    const before = { web2: `ip address add ${rips[2]}/24 dev eth1` };
    story = await Clusters.begin({ topology, hosts, before });
    cluster = {
      vips: [vip],
      forwardingMethod: topology,
      directors: [{ connection: "director1" }],
      services: SERVICES,
      realServers: [web1(), web2({ rip: rips[1] })],
      ...draining.more,
    };
    await story.up(cluster);
    load = await steadyLoad(story.lab, vip, PORTS, HELD);
  });
  afterAll(async () => story?.end());

  it("keeps the connections of a real server that is replaced until they end, and removes it then", async () => {
    const before = await load.holders();
    expect(Object.keys(before).sort()).toEqual(["web1", "web2"]);
    const { ended } = await startRemoving(rips[1], { realServers: [web1(), web2()] });
    expect(await table()).toMatch(/-s sh -b sh-fallback,sh-port/);
    expect((await rowsOf(rips[2])).filter((row) => row.includes(" -w 1")).length).toBe(4);
    expect(await load.holders()).toEqual(before);
    expect(await isQuiesced(rips[1])).toBe(true);
    await load.release("web2");
    const said = await succeeded(ended);
    expect(said).toMatch(new RegExp(`draining ${rips[1]}:\\d+: \\d+ connections?, \\d+ s left`));
    expect(await rowsOf(rips[1])).toEqual([]);
    expect(await table()).not.toContain("fallback");
    await isUnbroken(["web1", "released"]);
  });

  it("changes weights without breaking a connection, and has failed no new connection so far", async () => {
    await describeAs({ realServers: [web1({ weight: 2 }), web2({ weight: 3 })] });
    await succeeded(story.stack.up());
    await isUnbroken(["web1", "released"]);
    expect(Object.keys(await load.stop()).sort()).toEqual(["web1", "web2"]);
  });

  it("continues a drain that was killed, or restores the weight of the real server", async () => {
    load = await steadyLoad(story.lab, vip, PORTS, HELD);
    const before = await load.holders();
    const { child, ended } = await startRemoving(rips[2], {
      ...{ realServers: [web1()], drain: { timeoutSeconds: 120 } },
    });
    killTree(child.pid as number);
    expect((await ended).exitCode).not.toBe(0);
    await succeeded(story.stack.run("cancel", "--yes"));
    expect(await isQuiesced(rips[2])).toBe(true);
    if (topology === "dr") {
      await describeAs({ realServers: [web1(), web2({ weight: 3 })] });
      await succeeded(story.stack.up("--refresh"));
      expect((await rowsOf(rips[2])).every((row) => row.includes(" -w 3"))).toBe(true);
    }
    expect(await load.holders()).toEqual(before);
  });

  it("cuts the remaining connections at the deadline, and no others", async () => {
    const { web1: ofOther } = await load.holders();
    await describeAs({ realServers: [web1()], drain: { timeoutSeconds: 5 } });
    await succeeded(story.stack.up());
    expect(await rowsOf(rips[2])).toEqual([]);
    const after = await load.holders();
    expect(after.web1).toBe(ofOther);
    expect(after).not.toHaveProperty("web2");
    await load.release("web1");
    expect(Object.keys(await load.stop()).sort()).toEqual(["web1", "web2"]);
  });

  it("raises the weight of a real server that comes back in steps", async () => {
    const both = [web1({ weight: 8 }), web2({ weight: 8 })];
    await describeAs({ realServers: both, drain: true, slowStart: { seconds: 12 } });
    const { ended } = story.stack.start("up", "--yes", "--skip-preview");
    const weights = watchWeights(rips[2]);
    const said = await succeeded(ended);
    expect(said).toMatch(new RegExp(`slow start of ${rips[2]}:\\d+: weight \\d of 8, \\d+ s left`));
    const seen = await weights.stop();
    expect(seen).toEqual([...seen].sort());
    expect(seen.length).toBeGreaterThan(2);
    expect((await rowsOf(rips[2])).every((row) => row.includes(" -w 8"))).toBe(true);
  });

  it("keeps the VIP until the connections over it have ended, and leaves every host as it was before", async () => {
    const held = await holdConnection(story.lab, vip, 80);
    const holder = await held.ask();
    const { ended } = story.stack.start("destroy", "--yes", "--skip-preview");
    await waitUntil(`${rips[0]} is quiesced`, () => looksQuiesced(rips[0]), 60_000, 200);
    expect(await held.ask()).toBe(holder);
    await held.close();
    await succeeded(ended);
    expect(await story.differences()).toEqual([]);
  });
}
