import { describe, expect, it } from "vitest";
import type { HealthCheck } from "../../provider/keepalived/healthCheck";
import {
  checkText,
  hasQuorum,
  quorumFailure,
  quorumProgress,
  quorumState,
  reactionSeconds,
} from "../../provider/keepalived/quorum";
import { aRealServer, aTable, aVirtualService } from "../support/builders";

const tcp: HealthCheck = {
  ...{ type: "tcp", intervalSeconds: 5, timeoutSeconds: 4 },
  ...{ retries: 2, delayBeforeRetrySeconds: 1 },
};
const sorryServer = { rip: "10.0.0.9", port: 80, forwardingMethod: "dr" } as const;
const real = (...weights: readonly number[]) =>
  weights.map((weight, index) => aRealServer({ rip: `10.0.0.${index + 1}`, weight }));
const sorry = (weight: number) => aRealServer({ rip: "10.0.0.9", weight });

const awaiting = (check: Partial<HealthCheck>, ...declared: readonly number[]) => ({
  ...{ name: "tcp 192.0.2.80:80", check: { ...tcp, ...check }, seconds: 30 },
  service: aVirtualService({
    realServers: [...real(...declared), ...(check.sorryServer ? [sorry(1)] : [])],
  }),
});
const live = (weights: readonly number[], sorryWeight = 0) =>
  aTable(aVirtualService({ realServers: [...real(...weights), sorry(sorryWeight)] }));

describe("the checks that real servers have of their own", () => {
  const own = {
    ...tcp,
    type: "http",
    path: "/up",
    address: "10.9.0.1",
    timeoutSeconds: 20,
  } as const;
  const check = { ...tcp, realServers: { "10.0.0.1:80": own, "10.0.0.2:80": false as const } };

  it("count for the time, and are named when they fail; who is not checked is not down", () => {
    expect(reactionSeconds(check)).toBe(reactionSeconds({ ...tcp, timeoutSeconds: 20 }));
    const awaited = awaiting({ ...check, quorum: 9 }, 1, 3);
    const failure = quorumFailure(awaited, live([0, 0]), new Map());
    expect(failure).toContain("10.0.0.1:80 is down: it fails its http check of /up at 10.9.0.1");
    expect(failure).not.toContain("10.0.0.2:80");
  });
});

describe("quorumState", () => {
  it.each<[string, Partial<HealthCheck>, number[], number[], number, boolean]>([
    ["one of two is enough", {}, [1, 3], [0, 3], 3, true],
    ["none is too few", {}, [1, 3], [0, 0], 0, false],
    ["a quorum wants more", { quorum: 4 }, [1, 3], [0, 3], 3, false],
    ["a quorum is there", { quorum: 4 }, [1, 3], [1, 3], 4, true],
    ["all are declared as 0", {}, [0, 0], [0, 0], 0, true],
    ["the sorry server is no real server", { sorryServer }, [1, 1], [0, 0], 0, false],
  ])("knows that %s", (_, check, declared, weights, weight, isThere) => {
    const state = quorumState(awaiting(check, ...declared), live(weights, 1));
    expect(state.weight).toBe(weight);
    expect(hasQuorum(state)).toBe(isThere);
  });

  it("counts a virtual service that is not there as down", () => {
    expect(quorumState(awaiting({}, 1), {})).toEqual({
      ...{ weight: 0, needed: 1, down: ["10.0.0.1:80"] },
    });
  });
});

describe("the words for a quorum", () => {
  it("say on the row who is down, and how long it may take", () => {
    const [one, two] = [awaiting({}, 1), awaiting({}, 1, 1)];
    expect(quorumProgress([one], live([0]), 18)).toBe(
      "waiting for tcp 192.0.2.80:80: 10.0.0.1:80 is down, 18 s left",
    );
    expect(quorumProgress([two, one], live([0, 0]), 5)).toBe(
      "waiting for tcp 192.0.2.80:80: 10.0.0.1:80 and 1 more are down, 5 s left, and for 1 more",
    );
    expect(quorumProgress([one], live([1]), 5)).toMatch(/its new check has yet to fail/);
  });

  it("say in an error which real server fails which check", () => {
    const check = { type: "http", path: "/up", port: 8080, quorum: 2 } as const;
    const name = "tcp 192.0.2.80:80 -> 10.0.0.1:80";
    const log = new Map([[name, { isUp: false, at: new Date(0), why: "no answer" }]]);
    const text = quorumFailure(awaiting(check, 1, 1), live([0, 0]), log);
    expect(text.split("\n")).toEqual([
      "tcp 192.0.2.80:80 is not healthy after 30 seconds: weight 0, and its quorum needs 2",
      "  10.0.0.1:80 is down: it fails its http check of /up on port 8080: no answer",
      "  10.0.0.2:80 is down: it fails its http check of /up on port 8080",
    ]);
  });

  it.each<[Partial<HealthCheck>, string]>([
    [{}, "tcp check"],
    [{ type: "ping" }, "ping check"],
    [{ type: "dns", queryName: "example.com" }, "dns check of example.com"],
    [{ type: "script", script: "/bin/check", port: 1 }, "script check of /bin/check on port 1"],
  ])("name the check %j", (check, words) => {
    expect(checkText({ ...tcp, ...check })).toBe(words);
  });
});

it("reactionSeconds is the time until a real server that does not answer is down", () => {
  expect(reactionSeconds(tcp)).toBe(5 + 3 * 4 + 2 * 1);
  expect(reactionSeconds({ ...tcp, warmupSeconds: 10 })).toBe(29);
});
