import { describe, expect, it } from "vitest";
import type { Look } from "../../../provider/cli/show/observedHost";
import { watch } from "../../../provider/cli/show/watch";
import {
  observedHosts,
  reached,
  trafficFacts,
  unreachable,
  webCluster,
} from "../support/observedHosts";

const hosts = observedHosts(webCluster(), {}).map(({ declared }) => declared);
const answers: Record<string, Look> = {
  director1: reached(trafficFacts()),
  web1: unreachable("off"),
};
const SECONDS = 0.01;

describe("watch", () => {
  it("shows hosts that an update brings, and no more those that one removes", async () => {
    const [director = hosts[0] as never, web1] = hosts;
    const ending = new AbortController();
    const shown: string[][] = [];
    const now = [[director], [director], hosts, hosts, [web1 as never]];
    await watch({
      ...{ seconds: SECONDS, signal: ending.signal, showsAtOnce: false },
      hosts: () => now[Math.min(shown.length, now.length - 1)] ?? [],
      look: async ({ host }) => answers[host] as Look,
      show: (looked) => {
        shown.push(looked.map(({ declared, look }) => `${declared.host} ${look.state}`));
        if (shown.length === now.length) ending.abort();
      },
    });
    expect(shown[1]).toEqual(["director1 reached"]);
    expect(shown[3]).toEqual(["director1 reached", "web1 unreachable"]);
    expect(shown[4]).toEqual(["web1 unreachable"]);
  });

  it("does not wait for a host that does not answer, and asks it once at a time", async () => {
    const ending = new AbortController();
    const asked = new Map<string, number>();
    const states: string[][] = [];
    await watch({
      ...{ hosts: () => hosts, seconds: SECONDS, signal: ending.signal, showsAtOnce: false },
      look: ({ host }) => {
        asked.set(host, (asked.get(host) ?? 0) + 1);
        return host === "web1"
          ? new Promise(() => undefined)
          : Promise.resolve(answers[host] as Look);
      },
      show: (looked) => {
        states.push(looked.map(({ look }) => look.state));
        if (states.length === 3) ending.abort();
      },
    });
    expect(states).toEqual(Array(3).fill(["reached", "connecting"]));
    expect(asked.get("director1")).toBe(3);
    expect(asked.get("web1")).toBe(1);
  });
});
