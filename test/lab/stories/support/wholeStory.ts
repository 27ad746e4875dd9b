import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endpoint } from "../../../../provider/values/address";
import { connections, holdConnection } from "../../traffic";
import { ClusterStory, changedLines, type Example } from "./cluster";
import { succeeded } from "./clusters";
import { unitsOn } from "./live";
import { firstStranger } from "./readme";
import { watched } from "./watch";

/** An example with the values that depend on its forwarding method. */
export interface Whole extends Example {
  readonly vip: string;
  /** The option of ipvsadm for the forwarding method. */
  readonly option: "-m" | "-g" | "-i";
  readonly rip: (name: string) => string;
  /** Another virtual service of the VIP, which is deleted by hand. */
  readonly other: { readonly protocol: "tcp" | "udp"; readonly port: number };
  /** The number of virtual services of each real server. */
  readonly services: number;
  /** A shell line on a host that reverts a setting of the method. `shows` is the field in the next preview. */
  readonly undo: { readonly host: string; readonly line: string; readonly shows: RegExp };
  /** The excerpt of a README that shows this preview. @default - none */
  readonly drift?: string;
}

const WEIGHTS = { web1: 1, web2: 3 };

/** Declares a story from a clean host to a clean host: up, traffic, no change, a changed weight, drift, destroy. */
export function tellWholeStory(name: string, example: Whole): void {
  tellStory(name, example, true);
}

/** Declares a story from a clean host to a clean host without what is changed in between: up, traffic, destroy. */
export function tellShortStory(name: string, example: Whole): void {
  tellStory(name, example, false);
}

function tellStory(name: string, example: Whole, hasChanges: boolean): void {
  describe(name, () => {
    let story: ClusterStory;
    const { vip, option, services } = example;
    const service = `-t ${endpoint(vip, 80)}`;
    const real = (web: string) => endpoint(example.rip(web), 80);
    const connectedOnceToEach = () =>
      expect(Object.values(story.traffic().connectionsTo)).toEqual(story.hosts.map(() => 1));
    const onDirector = (line: string) => story.lab.host("director1").mustRun(line);

    beforeAll(async () => {
      story = await ClusterStory.begin(example, WEIGHTS);
    });
    afterAll(async () => story?.end());

    it("previews without touching a host", async () => {
      expect(await succeeded(story.stack.preview())).toMatch(/\+ \d+ to create/);
      expect(story.traffic()).toMatchObject({ connections: 0, roundTrips: 0 });
    });

    it("answers from every real server by its weight, and never from a real server's ARP", async () => {
      await watched(story.lab, vip, () => succeeded(story.stack.up()));
      connectedOnceToEach();
      // Eight connections show the weights, whatever connections the watcher made before.
      expect(await connections(story.lab, vip, 80, 8)).toEqual({ web1: 2, web2: 6 });
    });

    const tellChanges = () => {
      it("changes nothing the second time", async () => {
        expect(await succeeded(story.stack.up("--expect-no-changes"))).toContain("unchanged");
      });

      it("shows a changed weight as one field, and edits in place", async () => {
        const held = await holdConnection(story.lab, vip, 80);
        const answering = await held.ask();
        await story.stack.config({ weights: { web1: 2, web2: 3 } });
        const shown = changedLines(await succeeded(story.stack.up("--diff")));
        expect(shown).toEqual(Array(services).fill("~ weight: 1 => 2"));
        expect(await story.table()).toContain(`-a ${service} -r ${real("web1")} ${option} -w 2`);
        expect(await held.ask()).toBe(answering);
        await held.close();
      });

      it("finds what was changed by hand, shows it by field and repairs it", async () => {
        const { protocol, port } = example.other;
        await onDirector(`ipvsadm -e ${service} -r ${real("web2")} ${option} -w 9`);
        await onDirector(`ipvsadm -a ${service} -r ${real("web3")} ${option} -w 4`);
        await onDirector(`ipvsadm -D -${protocol[0]} ${endpoint(vip, port)}`);
        await story.lab.host(example.undo.host).mustRun(example.undo.line);
        story.traffic();
        await succeeded(story.stack.refresh());
        connectedOnceToEach();
        const diff = await succeeded(story.stack.preview());
        expect(diff).toMatch(/~ weight\s*: 9 => 3/);
        const lines = diff.split("\n").map((line) => line.replaceAll(" ", ""));
        expect(lines).toContain(`-${real("web3")}:{`);
        expect(diff).toMatch(/\+ .*lvs:VirtualService: \(create\)/);
        expect(diff).toMatch(example.undo.shows);
        expect(firstStranger(example.drift ?? "", diff), diff).toBeUndefined();
        await succeeded(story.stack.up());
        await succeeded(story.stack.refresh("--expect-no-changes"));
        expect(await connections(story.lab, vip, 80, 5)).toEqual({ web1: 2, web2: 3 });
        const answers = Object.keys(await connections(story.lab, vip, port, 4, { protocol }));
        expect(answers.filter((name) => !name.startsWith("web"))).toEqual([]);
      });
    };
    if (hasChanges) tellChanges();

    it("leaves every host as it was before, and has never changed what others own", async () => {
      expect(await story.table()).toContain("-a -t 192.0.2.99:9999 -r 192.0.2.98:9999 -g -w 7");
      story.traffic();
      const owners = await watched(story.lab, vip, () => succeeded(story.stack.destroy()), {
        isVipLeaving: true,
      });
      connectedOnceToEach();
      expect(Object.keys(owners)).toEqual(["director1"]);
      expect(await story.differences()).toEqual([]);
      expect(await unitsOn(story.lab)).toEqual([]);
    });
  });
}
