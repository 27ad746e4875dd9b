import { describe, expect, it } from "vitest";
import { hasDrift } from "../../../provider/cli/show/view";
import { factsOf } from "../../support/captures";
import { reached, trafficFacts, webCluster, weights } from "../support/observedHosts";
import { child, component, lvs, service } from "../support/states";
import { driftIn, live, serviceIn, viewOf, vipIn } from "../support/views";

describe("drift in the view of a cluster", () => {
  it("is without drift where all is as declared, a weight of 0 too", () => {
    const withoutMachine = webCluster().filter(({ id }) => !id?.startsWith("web1"));
    const view = viewOf(withoutMachine);
    expect(driftIn(view)).toEqual([["192.0.2.11:80"], ["192.0.2.12:80"], ["192.0.2.13:80"]]);
    expect(hasDrift(view)).toBe(false);
  });

  it("marks a weight, a real server that is missing, and one that nobody declares", () => {
    const view = viewOf(webCluster({ "192.0.2.11": 1, "192.0.2.13": 0, "192.0.2.14": 5 } as never));
    expect(driftIn(view)).toEqual([
      ["192.0.2.11:80", { attribute: "weight", declared: "1", live: "3" }],
      ["192.0.2.12:80", { attribute: "presence", declared: "absent", live: "present" }],
      ["192.0.2.13:80"],
      ["192.0.2.14:80", { attribute: "presence", declared: "present", live: "absent" }],
    ]);
    expect(serviceIn(view)?.realServers[3]).toMatchObject({ presence: "absent", weight: 5 });
    expect(hasDrift(view)).toBe(true);
  });

  it("marks what has drifted of the virtual service, and a service that is gone", () => {
    const wlc = viewOf([service("http", weights({}), { schedulerFlags: [] })]);
    expect(serviceIn(wlc)?.drift).toEqual([
      { attribute: "scheduler", declared: "wlc", live: "wrr" },
    ]);
    const gone = viewOf(webCluster(), live(trafficFacts({ ipvs: {}, statistics: new Map() })));
    expect(serviceIn(gone)).toMatchObject({ presence: "absent", scheduler: "wrr" });
    expect(serviceIn(gone)?.drift).toEqual([
      { attribute: "presence", declared: "present", live: "absent" },
    ]);
    expect(driftIn(gone)).toEqual([["192.0.2.11:80"], ["192.0.2.12:80"], ["192.0.2.13:80"]]);
  });

  it("marks a VIP that another director holds, instead of the one that declares it or besides", () => {
    const other = { ...lvs("Director", "other", { ipvs: "loaded" }), id: "director2 director" };
    const all = [...webCluster(), child(component("lvs:index:Cluster", "web"), other)];
    const besides = { attribute: "also held by", declared: "nobody", live: "director2" };
    const missing = { attribute: "presence", declared: "present", live: "absent" };
    const gone = trafficFacts({ links: factsOf("directorClean").links });
    const looks = { ...live(gone), director2: reached(trafficFacts()) };
    expect(vipIn(viewOf(all, looks))).toMatchObject({
      ...{ holders: [{ host: "director2", interface: "eth1" }], drift: [missing, besides] },
    });
    const both = { ...live(), director2: reached(trafficFacts()) };
    expect(vipIn(viewOf(all, both))?.drift).toEqual([besides]);
    const fine = { ...live(), director2: reached(gone) };
    expect(vipIn(viewOf(all, fine))?.drift).toEqual([]);
  });

  it("marks what has drifted on the machine of a real server", () => {
    const state = { vip: "present", arpIgnore: 7, arpAnnounce: 2 };
    const machine = {
      ...lvs("RealServerVip", "web1"),
      id: "web1 dr vip 192.0.2.80 rip 192.0.2.11",
    };
    const inputs = { rip: "192.0.2.11", vip: "192.0.2.80", forwardingMethod: "dr", state };
    const claims = [{ urn: machine.urn, id: machine.id }];
    const journal = { "sysctl net/ipv4/conf/eth1/arp_ignore": { before: "0", value: "1", claims } };
    const looks = { web1: reached(factsOf("directorClean"), journal) };
    const view = viewOf([{ ...machine, inputs: { ...machine.inputs, ...inputs } }], looks);
    const [thing] = view.clusters[0]?.machines[0]?.things ?? [];
    expect(thing?.name).toBe("dr vip 192.0.2.80 rip 192.0.2.11");
    expect(thing?.drift).toContainEqual({ attribute: "vip", declared: "present", live: "absent" });
    expect(thing?.drift.map(({ attribute }) => attribute)).toContain("arpIgnore");
  });
});
