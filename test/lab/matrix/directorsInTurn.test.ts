import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stack } from "../../stack/stack";
import { isBooting } from "../baseline";
import {
  type ClusterDescription,
  Clusters,
  realServer,
  succeeded,
} from "../stories/support/clusters";
import { failuresIn } from "../stories/support/continuity";
import { isBack, liveOn } from "../stories/support/live";
import { type Counts, steadyLoad, watchArp } from "../traffic";

/** Each VIP with the director that has it; the other one stands by for it. */
const OWNERS = { "192.0.2.80": "director1", "192.0.2.81": "director2" } as const;
const VIPS = ["192.0.2.80", "192.0.2.81"] as const;
const WEBS = ["web1", "web2"] as const;
const HELD = 4;

const cluster = (vip: string, ...directors: string[]): ClusterDescription => ({
  vips: [vip],
  forwardingMethod: "dr",
  directors: directors.map((connection) => ({ name: connection, connection })),
  services: [{ port: 80, scheduler: "rr" }],
  realServers: WEBS.map((web) => realServer(web)),
});

/** What became of the connections to a VIP while a host was rebooted. */
interface Traffic {
  /** Who answered the held connections before, and afterwards. */
  readonly before: Counts;
  readonly after: Counts;
  /** Who answered the new ones. */
  readonly answers: Counts;
}

describe("two directors, each of which stands by for the other one", () => {
  let story: Clusters;
  let other: Stack;
  let live: ReadonlyMap<string, string>;

  beforeAll(async () => {
    story = await Clusters.begin({ hosts: ["director1", "director2", ...WEBS] });
    other = await story.sibling("other");
    await story.up(cluster("192.0.2.80", "director1", "director2"));
    await story.up(cluster("192.0.2.81", "director2", "director1"), other);
    const looks = story.lab.hostNames.map(async (host) => [host, await liveHere(host)] as const);
    live = new Map(await Promise.all(looks));
  });
  afterAll(async () => story?.end());

  // Both VIPs: what is declared of each is on every host.
  const liveHere = async (host: string) => liveOn(story.lab, host, "192.0.2.80/31");

  /** Reboots a host under load, and waits until it is as before. */
  async function rebooted(name: string): Promise<Record<keyof typeof OWNERS, Traffic>> {
    const { lab } = story;
    const arps = await Promise.all(VIPS.map((vip) => watchArp(lab, vip)));
    const loads = await Promise.all(VIPS.map((vip) => steadyLoad(lab, vip, [80], HELD)));
    const before = await Promise.all(loads.map((load) => load.holders()));
    await lab.host(name).reboot();
    const own = new Map([[name, live.get(name) as string]]);
    await isBack(lab, "192.0.2.80/31", own, `${name} was rebooted`);
    const after = await Promise.all(loads.map((load) => load.holders()));
    const answers = await Promise.all(loads.map((load) => load.stop()));
    for (const [at, vip] of VIPS.entries())
      expect(Object.keys((await arps[at]?.stop()) ?? {})).toEqual([OWNERS[vip]]);
    const traffic = VIPS.map((vip, at) => {
      const of = { before: before[at], after: after[at], answers: answers[at] };
      console.log(`${name} was rebooted: ${vip}: ${JSON.stringify(of)}`);
      return [vip, of];
    });
    return Object.fromEntries(traffic);
  }

  it.each(WEBS)("lose no request but those to %s while that reboots", async (web) => {
    const left = WEBS.find((one) => one !== web) as string;
    for (const { before, after, answers } of Object.values(await rebooted(web))) {
      expect(before).toEqual({ web1: HELD / 2, web2: HELD / 2 });
      expect(after[left]).toBe(HELD / 2);
      // They take turns: as many as the other one has answered were sent to this one.
      const sent = (answers[web] ?? 0) + failuresIn(answers);
      expect(Math.abs(sent - (answers[left] ?? 0))).toBeLessThanOrEqual(1);
    }
  });

  it.each(VIPS)("lose no request but those to %s while its director reboots", async (vip) => {
    const traffic = await rebooted(OWNERS[vip]);
    const left = traffic[vip === VIPS[0] ? VIPS[1] : VIPS[0]];
    expect(left.after).toEqual(left.before);
    expect(failuresIn(left.answers)).toBe(0);
    // The same load found out that this director was away, and that it is back.
    const { answers } = traffic[vip];
    expect(failuresIn(answers)).toBeGreaterThan(0);
    expect(answers).toMatchObject({ web1: expect.any(Number), web2: expect.any(Number) });
  });

  it("are as declared afterwards, and leave nothing behind", async () => {
    for (const stack of [story.stack, other]) {
      await succeeded(stack.preview("--refresh", "--expect-no-changes"));
      await succeeded(stack.destroy());
    }
    expect((await story.differences()).filter((line) => !isBooting(line))).toEqual([]);
  });
});
