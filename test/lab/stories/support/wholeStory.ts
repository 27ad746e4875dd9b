import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connections, holdConnection, watchArp, watchRefusals } from "../../traffic";
import { ClusterStory, changedLines, type Example } from "./cluster";

/** An example with what differs from method to method. */
export interface Whole extends Example {
  readonly vip: string;
  /** By hand on a host: takes back a setting that the method needs. `shows` is the field in the next preview. */
  readonly undo: { readonly host: string; readonly line: string; readonly shows: RegExp };
  readonly rip: (name: string) => string;
}

const WEIGHTS = { web1: 1, web2: 3 };

/** From a clean host to a clean host: up, traffic, no change, one weight, drift, destroy. */
export function tellWholeStory(name: string, example: Whole): void {
  describe(name, () => {
    let story: ClusterStory;
    const { vip } = example;
    const must = async (run: Promise<{ exitCode: number; stdout: string; stderr: string }>) => {
      const { exitCode, stdout, stderr } = await run;
      expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
      return stdout;
    };

    beforeAll(async () => {
      story = await ClusterStory.begin(example, WEIGHTS);
    });
    afterAll(async () => story?.end());

    it("previews without touching a host", async () => {
      expect(await must(story.stack.preview())).toMatch(/\+ \d+ to create/);
      expect(await story.differences()).toEqual([]);
    });

    it("answers from every real server by its weight, and never from a real server's ARP", async () => {
      const arp = await watchArp(story.lab, vip);
      const refusals = await watchRefusals(story.lab, vip, 80);
      await must(story.stack.up());
      const owners = Object.keys(await arp.stop());
      expect(await refusals.stop()).not.toHaveProperty("refused");
      expect(owners.filter((owner) => owner.startsWith("web"))).toEqual([]);
      // Any eight connections in a row: the watcher's own came before them.
      expect(await connections(story.lab, vip, 80, 8)).toEqual({ web1: 2, web2: 6 });
    });

    it("changes nothing the second time", async () => {
      expect(await must(story.stack.up("--expect-no-changes"))).toContain("unchanged");
    });

    it("shows a changed weight as one field, and edits in place", async () => {
      const held = await holdConnection(story.lab, vip, 80);
      const answering = await held.ask();
      await story.stack.config({ weights: { web1: 2, web2: 3 } });
      expect(changedLines(await must(story.stack.preview()))).toEqual(["~ weight: 1 => 2"]);
      await must(story.stack.up());
      expect(await story.table()).toMatch(new RegExp(`${example.rip("web1")}:80 -\\S -w 2`));
      expect(await held.ask()).toBe(answering);
      await held.close();
    });

    it("finds what was changed by hand, shows it by field and repairs it", async () => {
      const service = `-t ${vip}:80`;
      const director = story.lab.host("director1");
      await director.mustRun(
        `ipvsadm -e ${service} -r ${example.rip("web2")}:80 $(ipvsadm -Sn | sed -n 's/.*${example.rip("web2")}:80 \\(-[gim]\\) .*/\\1/p' | head -1) -w 9`,
      );
      await director.mustRun(`ipvsadm -a ${service} -r ${example.rip("web3")}:80 -g -w 4`);
      await story.lab.host(example.undo.host).mustRun(example.undo.line);
      await must(story.stack.refresh());
      const diff = await must(story.stack.preview());
      expect(diff).toMatch(/~ weight\s*: 9 => 3/);
      expect(diff).toMatch(new RegExp(`- ${example.rip("web3")}:80`));
      expect(diff).toMatch(example.undo.shows);
      await must(story.stack.up());
      await must(story.stack.up("--refresh", "--expect-no-changes"));
    });

    it("shows a deleted virtual service as a create, and brings it back", async () => {
      await story.lab.host("director1").mustRun(`ipvsadm -D -t ${vip}:80`);
      await must(story.stack.refresh());
      expect(await must(story.stack.preview())).toMatch(/\+ .*lvs:VirtualService: \(create\)/);
      await must(story.stack.up());
      expect(await connections(story.lab, vip, 80, 5)).toEqual({ web1: 2, web2: 3 });
    });

    it("leaves every host as it was before, and what is not ours throughout", async () => {
      expect(await story.table()).toContain("-a -t 192.0.2.99:9999 -r 192.0.2.98:9999 -g -w 7");
      await must(story.stack.destroy());
      expect(await story.differences()).toEqual([]);
    });
  });
}
