import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isBooting } from "../baseline";
import { ensureImage } from "../image";
import { installKernel } from "../kernels";
import { Clusters, succeeded } from "../stories/support/clusters";
import { isBack, liveOn } from "../stories/support/live";
import { survivalOf } from "../stories/support/survivals";
import { connections, watchArp } from "../traffic";

const MANAGERS = { director1: "networkd", web1: "nm" } as const;
const HOSTS = Object.keys(MANAGERS);

describe.each(["dr", "nat", "tun"] as const)(
  "hosts of %s that come back with another version of the kernel",
  (method) => {
    const { topology, vip, others = [], cluster } = survivalOf(method, MANAGERS);
    let story: Clusters;
    let before: ReadonlyMap<string, string>;
    let first: string;
    const hosts = () => HOSTS.map((name) => story.lab.host(name));
    const kernels = () =>
      Promise.all(hosts().map(async (host) => (await host.mustRun("uname -r")).trim()));

    beforeAll(async () => {
      story = await Clusters.begin({ topology, hosts: [...HOSTS, ...others], managers: MANAGERS });
      // The scheduler is a module of its own.
      await story.up({ ...cluster, services: [{ port: 80, scheduler: "mh" }] });
      const looks = HOSTS.map(async (name) => [name, await liveOn(story.lab, name, vip)] as const);
      before = new Map(await Promise.all(looks));
      [first = ""] = await kernels();
    });
    afterAll(async () => story?.end());

    /** Switches the hosts off and on, and expects everything that was declared to be there again. */
    async function comeBack(version: string): Promise<void> {
      const arp = await watchArp(story.lab, vip);
      for (const host of hosts()) {
        await host.mustRun("sync");
        await host.kill();
      }
      await Promise.all(hosts().map((host) => host.start()));
      expect(await kernels()).toEqual(HOSTS.map(() => version));
      await isBack(story.lab, vip, before, `kernel ${version}`);
      expect(await connections(story.lab, vip, 80, 4)).toEqual({ web1: 4 });
      expect(Object.keys(await arp.stop())).toEqual(["director1"]);
      await succeeded(story.stack.preview("--refresh", "--expect-no-changes"));
    }

    it("have everything again with a newer one", async () => {
      const version = await installKernel(await ensureImage(13), hosts(), story.lab.directory);
      expect(version).not.toBe(first);
      await comeBack(version);
    });

    it("have it again with the one from before, and leave nothing behind", async () => {
      const image = await ensureImage(12);
      for (const host of hosts()) host.bootsKernelOf(image);
      await comeBack(first);
      await succeeded(story.stack.destroy());
      expect((await story.differences()).filter((line) => !isBooting(line))).toEqual([]);
    });
  },
);
