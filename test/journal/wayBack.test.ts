import { describe, expect, it } from "vitest";
import { planClaims } from "../../provider/journal/plan";
import { planReleases } from "../../provider/journal/releases";
import { mayCutWayIn, planWayBack } from "../../provider/journal/wayBack";
import type { Part } from "../../provider/values/part";
import { claim, module, owner, service, sysctl, vip, whole } from "../support/claims";
import { WorkingHost } from "../support/workingHost";

const who = owner("web");
const reply = (type: "route" | "rule", id: string, value: string): Part => ({
  ...{ type, id: `ipv4 ${id}`, value, shared: true },
});
const SERVICE = "-A -t 192.0.2.80:80 -s wlc";
const realServer = (last: number, weight = 1) =>
  `-a -t 192.0.2.80:80 -r 10.0.0.${last}:80 -g -w ${weight} -x 0 -y 0`;

const network: readonly Part[] = [
  module("ipip"),
  { type: "link", id: "lvs4-c000020b", value: "ipip local 192.0.2.11 up", shared: true },
  sysctl("arp_ignore", "1"),
  reply("route", "default table 1234567", "via 192.0.2.1 dev eth1"),
  reply("rule", "from 10.255.0.15 priority 30001", "lookup 1234567"),
  vip(),
];
const before = [sysctl("arp_announce", "2"), service(SERVICE, realServer(5), realServer(6))];
const after = [...network, service(SERVICE, realServer(5, 3), realServer(7))];

/** A virtual service whose real servers are resources of their own, or have a health check. */
const open = (scheduler: string) =>
  service(`-A -t 192.0.2.80:80 -s ${scheduler}`, "# and any real servers");
const checked = (weight: number) =>
  service(SERVICE, realServer(5, weight), '# health check {"type":"tcp"}');

/** A host on which these parts are claimed, and the steps and the way back of a change to others. */
function changing(from: readonly Part[], to: readonly Part[]) {
  const host = new WorkingHost({ modules: ["ip_vs"] });
  claim(host, who, from);
  const [facts, journal] = [host.facts(), host.claims()];
  const claims = planClaims(to, who, journal, facts, false);
  const releases = planReleases(to, who, claims.journal, facts);
  const way = planWayBack([who], { facts, journal }, releases.journal);
  return { host, way, steps: [...claims.steps, ...releases.steps] };
}

describe("planWayBack", () => {
  it.each([
    ["a first change", [], after],
    ["a change of what is there", before, after],
    ["a change that takes everything away", [...before, ...network], []],
    ["the first change of an open service", [], [...network, open("wlc")]],
    ["a change of an open service", [open("wlc")], [...network, open("rr")]],
    ["the first change of a checked service", [], [...network, checked(3)]],
    ["a change of a checked service", [checked(1)], [...network, checked(3)]],
  ])("leads back from each step of %s", (_, from, to) => {
    const { steps } = changing(from, to);
    for (let cut = 0; cut <= steps.length; cut += 1) {
      const { host, way, steps } = changing(from, to);
      const start = whole(host);
      host.carryOut(steps.slice(0, cut));
      // What was not reached yet has nothing to be undone: these commands fail.
      for (const { run } of way?.steps ?? []) host.run(run);
      expect(whole(host), `after ${cut} of ${steps.length} steps`).toEqual(start);
    }
  });

  it("is none where nothing changes that can cut the way in", () => {
    expect(changing([], [vip(), service(SERVICE), sysctl("arp_ignore", "1")]).way).toBeUndefined();
    expect(changing(network, network).way).toBeUndefined();
  });

  it("names the parts that can cut it, and those only", () => {
    const keys = changing(before, after).way?.cutting.map(({ type, id }) => `${type} ${id}`);
    expect(keys).toEqual([
      "route ipv4 default table 1234567",
      "rule ipv4 from 10.255.0.15 priority 30001",
    ]);
  });
});

describe("mayCutWayIn", () => {
  it("says which facts a change reads that may have such parts", () => {
    expect(mayCutWayIn(["modules", "ipvs", "routes", "tools", "filters"])).toBe(false);
    expect(mayCutWayIn(["links"])).toBe(true);
  });
});
