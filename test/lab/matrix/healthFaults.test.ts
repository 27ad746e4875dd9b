import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitUntil } from "../run";
import {
  type Beginning,
  type ClusterDescription,
  Clusters,
  realServer,
  succeeded,
} from "../stories/support/clusters";
import { connections, watchRefusals } from "../traffic";

// Half of the requests go to web2, one each 0.15 seconds at most (traffic.py, refusals), for twice the time that keepalived
// may take: interval + (retries + 1) x timeout + retries x delay (docs/health.md).
const REACTION_SECONDS = 1 + 2 * 1 + 1;
const MOST_LOST = Math.ceil((2 * REACTION_SECONDS) / 0.15 / 2);

/** A cluster whose real servers die in every way. */
interface Faults extends Pick<Beginning, "releases"> {
  readonly topology: "nat" | "tun";
  readonly hosts: readonly string[];
  readonly vip: string;
  readonly rips: readonly [string, string];
  readonly more?: Partial<ClusterDescription>;
}

const ALL: readonly Faults[] = [
  {
    topology: "nat",
    hosts: ["director1", "web1", "web2"],
    vip: "198.51.100.80",
    rips: ["10.0.0.11", "10.0.0.12"],
    more: { dip: "10.0.0.1" },
    releases: { director1: 13 },
  },
  {
    topology: "tun",
    hosts: ["director1", "router", "web1", "web2"],
    vip: "192.0.2.80",
    rips: ["198.51.100.11", "198.51.100.12"],
  },
];

describe.each(ALL)(
  "checked real servers of $topology",
  ({ topology, vip, rips, more, ...where }) => {
    let story: Clusters;
    const web = (name: "web1" | "web2") => story.lab.host(name);
    const director = (line: string) => story.lab.host("director1").mustRun(line);
    const weightOf = async (rip: string) =>
      new RegExp(`-r ${rip}:80 -\\w -w (\\d)`).exec(await director("ipvsadm -Sn"))?.[1];
    const have = (...wanted: readonly string[]) =>
      waitUntil(
        `the weights are ${wanted.join(", ")}`,
        // A look that failed was none.
        () =>
          Promise.all(rips.map(weightOf)).then(
            (now) => now.join() === wanted.join(),
            () => false,
          ),
        90_000,
        200,
      ).catch(async (error) => {
        throw new Error(
          `${error}\n${await director("ipvsadm -Sn; journalctl -u pulumi-lvs-health -o cat --no-pager | tail -40")}`,
        );
      });
    /** How many requests fail while web2 dies, until keepalived has noticed; after that it is none. */
    const lostBy = async (death: () => Promise<unknown>) => {
      const watch = await watchRefusals(story.lab, vip, 80);
      await death();
      await have("1", "0");
      const { web1: _one, web2: _two, ...lost } = await watch.stop();
      expect(await connections(story.lab, vip, 80, 8)).toEqual({ web1: 8 });
      return Object.values(lost).reduce((sum, count) => sum + count, 0);
    };

    beforeAll(async () => {
      story = await Clusters.begin({ topology, ...where });
      await story.up({
        vips: [vip],
        forwardingMethod: topology,
        directors: [{ connection: "director1" }],
        services: [{ port: 80, scheduler: "rr" }],
        realServers: [realServer("web1", { rip: rips[0] }), realServer("web2", { rip: rips[1] })],
        healthCheck: { type: "tcp", intervalSeconds: 1, timeoutSeconds: 1 },
        ...more,
      });
    });
    afterAll(async () => story?.end());

    it("join when their first check succeeds", async () => {
      await have("1", "1");
      expect(await connections(story.lab, vip, 80, 4)).toEqual({ web1: 2, web2: 2 });
    });

    it("lose their clients when the cable is cut, and get them back", async () => {
      expect(await lostBy(() => web("web2").cutLink("eth1"))).toBeLessThanOrEqual(MOST_LOST);
      await web("web2").restoreLink("eth1");
      await have("1", "1");
    });

    it("have their weights after a service that came and went again and again", async () => {
      for (let times = 0; times < 3; times += 1) {
        await web("web2").mustRun("systemctl stop answer");
        await have("1", "0");
        await web("web2").mustRun("systemctl start answer");
        await have("1", "1");
      }
      await succeeded(story.stack.refresh("--expect-no-changes"));
    });

    it("keep their weights while keepalived is upgraded, also 0", async () => {
      await web("web2").mustRun("systemctl stop answer");
      await have("1", "0");
      const watch = await watchRefusals(story.lab, vip, 80);
      // An upgrade replaces the program, and restarts who has the old one.
      await director(
        "cp -p /usr/sbin/keepalived /usr/sbin/keepalived.dpkg-new && mv /usr/sbin/keepalived.dpkg-new /usr/sbin/keepalived && systemctl restart pulumi-lvs-health",
      );
      await web("web1").mustRun("sleep 3");
      expect(Object.keys(await watch.stop())).toEqual(["web1"]);
      await have("1", "0");
      await web("web2").mustRun("systemctl start answer");
      await have("1", "1");
    });

    it("lose their clients when their host is killed", async () => {
      expect(await lostBy(() => web("web2").kill())).toBeLessThanOrEqual(MOST_LOST);
      await succeeded(story.stack.refresh("--expect-no-changes", "--target", "**VirtualService**"));
    });
  },
);
