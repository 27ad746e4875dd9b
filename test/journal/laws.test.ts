import { describe, expect, it } from "vitest";
import type { Owner } from "../../provider/journal/journal";
import type { Part } from "../../provider/values/part";
import {
  claim,
  held,
  module,
  owner,
  release,
  service,
  sysctl,
  vip,
  vipOnLo,
  whole,
} from "../support/claims";
import { WorkingHost } from "../support/workingHost";

const all: readonly Part[] = [
  module("ip_vs"),
  sysctl("arp_ignore", "1"),
  sysctl("arp_announce", "2"),
  vip("192.0.2.81"),
  { type: "address", id: "192.0.2.83/32", value: "dev eth1", shared: false },
  vipOnLo(),
  service("-A -t 192.0.2.80:80 -s wlc", "-a -t 192.0.2.80:80 -r 10.0.0.5:80 -m -w 1 -x 0 -y 0"),
];
const shared = all.filter((part) => part.shared);

/** Hosts that somebody has used before us. */
const hosts: Readonly<Record<string, () => WorkingHost>> = {
  "a clean host": () => new WorkingHost(),
  "a host that has some of it already": () => {
    const host = new WorkingHost({ ipvs: ["-A -t 192.0.2.99:9999 -s rr"] });
    host.network.sysctls.set("net/ipv4/conf/eth1/arp_ignore", "2");
    host.network.links.get("lo")?.addresses.push("192.0.2.80/32");
    return host;
  },
};
const starts = Object.entries(hosts);

describe("laws of claims", () => {
  it.each(starts)("a claim and then its release is the start: %s", (_, make) => {
    const host = make();
    const start = whole(host);
    claim(host, owner("web"), all);
    expect(whole(host)).not.toEqual(start);
    release(host, owner("web"));
    expect(whole(host)).toEqual(start);
  });

  it.each(starts)("a second claim of the same changes nothing: %s", (_, make) => {
    const host = make();
    claim(host, owner("web"), all);
    const then = whole(host);
    expect(claim(host, owner("web"), all)).toEqual([]);
    expect(whole(host)).toEqual(then);
  });

  it.each(starts)("releases in any order restore what was there first: %s", (_, make) => {
    const owners = [owner("web"), owner("api"), owner("other::web")];
    for (const order of permutations(owners)) {
      const host = make();
      const start = whole(host);
      for (const who of owners) claim(host, who, shared);
      const claimed = host.facts();
      for (const [index, who] of order.entries()) {
        expect(host.facts()).toEqual(claimed);
        const steps = release(host, who);
        expect(steps.length > 0).toBe(index === order.length - 1);
      }
      expect(whole(host)).toEqual(start);
    }
  });

  it.each(starts)("a run that was killed anywhere is completed by the next one: %s", (_, make) => {
    const complete = make();
    claim(complete, owner("web"), all);
    const count = complete.changes.length;
    for (let done = 0; done <= count; done += 1) {
      const host = make();
      const start = whole(host);
      killAfter(host, done);
      claim(host, owner("web"), all);
      claim(host, owner("web"), all);
      expect(whole(host)).toEqual(whole(complete));
      release(host, owner("web"));
      expect(whole(host)).toEqual(start);
    }
  });

  it("a part that moves from one resource to another is never taken away", () => {
    const host = new WorkingHost();
    claim(host, owner("web"), [sysctl("arp_ignore", "1")]);
    const before = host.changes.length;
    claim(host, owner("api"), [sysctl("arp_ignore", "1")]);
    release(host, owner("web"));
    expect(host.changes.length).toBe(before);
    expect(host.claims()).toEqual({
      "sysctl net/ipv4/conf/eth1/arp_ignore": held("0", "1", owner("api")),
    });
  });

  it("a replacement leaves the host as the new one wants it", () => {
    const host = new WorkingHost();
    const old = owner("web", "director1 vip 192.0.2.81");
    const next = owner("web", "director1 vip 192.0.2.82");
    claim(host, old, [sysctl("arp_ignore", "1"), vip("192.0.2.81")]);
    claim(host, next, [sysctl("arp_ignore", "1"), vip("192.0.2.82")]);
    release(host, old);
    const { addresses } = host.facts().links.get("eth1") ?? {};
    expect(addresses?.map((one) => one.address)).toEqual(["192.0.2.2", "192.0.2.82"]);
    expect(host.facts().sysctls.get("net/ipv4/conf/eth1/arp_ignore")).toBe("1");
  });
});

/** The next steps on a host end after so many, as when the process is killed there. */
function killAfter(host: WorkingHost, done: number): void {
  const { carryOut } = host;
  host.carryOut = (steps) => {
    host.carryOut = carryOut;
    host.carryOut(steps.slice(0, done));
  };
}

function permutations(owners: readonly Owner[]): Owner[][] {
  if (owners.length === 0) return [[]];
  return owners.flatMap((one) =>
    permutations(owners.filter((other) => other !== one)).map((rest) => [one, ...rest]),
  );
}
