import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isBooting } from "../../baseline";
import type { LabHost } from "../../host";
import type { Manager } from "../../qemu";
import { waitUntil } from "../../run";
import type { Release } from "../../sources";
import type { TopologyName } from "../../topology";
import { connections, type Load, steadyLoad, watchArp } from "../../traffic";
import { type ClusterDescription, Clusters, succeeded } from "./clusters";
import { failuresDuring } from "./continuity";
import { eventsOf, HARMLESS } from "./events";
import { isBack, liveOn, unitsOn } from "./live";

/** A cluster, and the events on its hosts. */
export interface Survival {
  readonly topology: TopologyName;
  readonly cluster: ClusterDescription;
  readonly vip: string;
  /** The network manager of each host. */
  readonly managers: Readonly<Record<string, Manager>>;
  readonly releases?: Readonly<Record<string, Release>>;
  /** The events of each network manager. @default all of them (events.ts) */
  readonly events?: Readonly<Partial<Record<Manager, readonly string[]>>>;
  /** Each entry boots all hosts together: those that it names reboot by systemctl, and the others lose their power. */
  readonly boots: readonly (readonly string[])[];
  /** The hosts without any part of ours. */
  readonly others?: readonly string[];
}

/** All events of two managers, on a machine that is busy. */
const EVENTS_MS = 900_000;

async function bootAgain(host: LabHost, isReboot: boolean): Promise<void> {
  if (isReboot) return host.reboot();
  await host.kill();
  return host.start();
}

/** Declares a story: declared parts survive every event on the hosts, and a destroy removes all of them. */
export function tellSurvival(name: string, survival: Survival): void {
  const { vip, managers, events, boots } = survival;
  const hosts = Object.keys(managers);
  const webs = hosts.filter((host) => host.startsWith("web"));

  const each = Object.entries(managers).map(([host, manager]) => `${manager} on ${host}`);
  describe(`${name}, with ${each.join(", ")}`, () => {
    let story: Clusters;
    let before: Map<string, string>;

    const answer = async () => Object.keys(await connections(story.lab, vip, 80, 4)).sort();
    const areServed = (event: string) =>
      waitUntil(
        `all real servers answer: ${event}`,
        async () => (await answer()).join() === webs.join(),
        120_000,
      );
    /** What happens while a client goes on, and while nobody but the director answers ARP. */
    const underLoad = async (work: (load: Load) => Promise<unknown>) => {
      const arp = await watchArp(story.lab, vip);
      const load = await steadyLoad(story.lab, vip, [80], 0);
      await work(load);
      // The traffic is back by itself: no request fails any more.
      expect(await failuresDuring(load, answer)).toBe(0);
      await load.stop();
      expect(Object.keys(await arp.stop())).toEqual(["director1"]);
    };
    const counted = async (load: Load, event: string, work: () => Promise<unknown>) => {
      const failed = await failuresDuring(load, work);
      console.log(`${event}: ${failed} requests failed`);
      return failed;
    };

    /** The events on a host, one after another. */
    const eventsHappen = async (name: string, load: Load) => {
      const host = story.lab.host(name);
      const manager = managers[name] as Manager;
      const own = new Map([[name, before.get(name) as string]]);
      for (const [what, happens] of eventsOf(host, manager, events?.[manager])) {
        const event = `${manager} on ${name}: ${what}`;
        const failed = await counted(load, event, async () => {
          await happens(host);
          await isBack(story.lab, vip, own, event);
        });
        if (HARMLESS.has(what)) expect(failed, event).toBe(0);
      }
    };

    beforeAll(async () => {
      const { topology, releases = {}, others = [] } = survival;
      const all = [...hosts, ...others];
      story = await Clusters.begin({ topology, hosts: all, managers, releases });
      await story.up(survival.cluster);
      const live = hosts.map(async (host): Promise<[string, string]> => {
        return [host, await liveOn(story.lab, host, vip)];
      });
      before = new Map(await Promise.all(live));
    });
    afterAll(async () => story?.end());

    it(
      "is restored after every event of a network manager",
      async () => {
        await underLoad(async (load) => {
          for (const host of hosts) await eventsHappen(host, load);
          await areServed("the network was set up anew");
        });
        await succeeded(story.stack.preview("--refresh", "--expect-no-changes"));
      },
      EVENTS_MS,
    );

    it.each(boots.map((rebooting) => [rebooting.join(" and "), rebooting] as const))(
      "is restored after a reboot of %s, while the others lose their power",
      async (_, rebooting) => {
        await underLoad(async (load) => {
          const boot = (name: string) => bootAgain(story.lab.host(name), rebooting.includes(name));
          await counted(load, "until all hosts are back", () => Promise.all(hosts.map(boot)));
          await counted(load, "after that", async () => {
            await isBack(story.lab, vip, before, "reboots and power cuts");
            await areServed("reboots and power cuts");
          });
        });
        await succeeded(story.stack.preview("--refresh", "--expect-no-changes"));
      },
    );

    it("shows an edited or removed file as drift, and repairs it", async () => {
      const [web = ""] = webs;
      await story.lab.host("director1").mustRun("echo exit >> /etc/pulumi-lvs/apply");
      await story.lab.host(web).mustRun("rm /etc/pulumi-lvs/parts.d/[345]*");
      const shown = await succeeded(story.stack.preview("--refresh"));
      expect(shown).toMatch(/~ persist\s*: false => true/);
      await succeeded(story.stack.up("--refresh"));
      await succeeded(story.stack.preview("--refresh", "--expect-no-changes"));
    });

    it("leaves nothing behind, files and units included", async () => {
      await succeeded(story.stack.destroy());
      expect((await story.differences()).filter((line) => !isBooting(line))).toEqual([]);
      expect(await unitsOn(story.lab)).toEqual([]);
    });
  });
}
