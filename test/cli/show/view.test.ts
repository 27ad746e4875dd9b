import { describe, expect, it } from "vitest";
import { showView } from "../../../provider/cli/show/build";
import type { Look } from "../../../provider/cli/show/observedHost";
import { hasDrift, isComplete, type ShowView } from "../../../provider/cli/show/view";
import type { StateResource } from "../../../provider/cli/state/checkpoint";
import { kinds } from "../../../provider/kinds";
import type { HostInputs, Kind } from "../../../provider/kinds/kind";
import type { Facts } from "../../../provider/registry/facts";
import { factsOf } from "../../support/captures";
import { inputsOf } from "../../support/inputs";
import {
  observedHosts,
  reached,
  trafficFacts,
  unreachable,
  webCluster,
  weights,
} from "../support/observedHosts";
import { child, component, lvs, service, urnOf } from "../support/states";

const words = { project: "lvs", stack: "dev" };
const time = new Date("2026-11-27T09:00:01Z");
const live = (facts: Facts = trafficFacts()): Record<string, Look> => ({
  director1: reached(facts),
  web1: reached(factsOf("realServerEverything")),
});
const viewOf = (resources: StateResource[], looks = live()) =>
  showView(words, time, observedHosts(resources, looks));

const withoutVip = ({ links }: Facts): Facts["links"] =>
  new Map(
    [...links].map(([name, link]) => {
      const addresses = link.addresses.filter(({ address }) => address !== "192.0.2.80");
      return [name, { ...link, addresses }];
    }),
  );

const directorIn = ({ clusters }: ShowView) => clusters[0]?.directors[0];
const vipIn = (view: ShowView) => directorIn(view)?.vips[0];
const serviceIn = (view: ShowView) => vipIn(view)?.services[0];
const driftIn = (view: ShowView) =>
  serviceIn(view)?.realServers.map(({ name, drift }) => [name, ...drift]);

describe("the view of a cluster", () => {
  it("has what is live: who holds the VIP, figures, the machine of a real server", () => {
    const view = viewOf(webCluster());
    expect(view.clusters.map(({ name }) => name)).toEqual(["web"]);
    expect(vipIn(view)).toMatchObject({
      address: "192.0.2.80",
      holders: [{ host: "director1", interface: "eth1" }],
      drift: [],
    });
    expect(serviceIn(view)).toMatchObject({
      ...{ name: "tcp 192.0.2.80:80", scheduler: "wrr", active: 2, inactive: 67, drift: [] },
      rates: { connections: 5, packetsIn: 28, bytesIn: 1517 },
      totals: { connections: 67, packetsIn: 394, bytesIn: 21284 },
    });
    expect(serviceIn(view)?.realServers[0]).toMatchObject({
      ...{ name: "192.0.2.11:80", host: "web1", forwardingMethod: "dr", weight: 3 },
      ...{ active: 1, inactive: 50, rates: { connections: 4 }, presence: "present", isOurs: true },
    });
    expect(directorIn(view)?.drift).toEqual([]);
    expect(isComplete(view)).toBe(true);
  });

  it("is without drift where all is as declared, a weight of 0 too", () => {
    const withoutMachine = webCluster().filter(({ id }) => !id?.startsWith("web1"));
    const view = viewOf(withoutMachine);
    expect(driftIn(view)).toEqual([["192.0.2.11:80"], ["192.0.2.12:80"], ["192.0.2.13:80"]]);
    expect(hasDrift(view)).toBe(false);
  });

  it("is without drift where a health check has a real server at weight 0, and a sorry server is there", () => {
    const sorryServer = { rip: "192.0.2.12", port: 80, forwardingMethod: "dr" };
    const healthCheck = { type: "tcp", sorryServer };
    const checked = { schedulerFlags: [], healthCheck };
    const http = service("http", weights({ "192.0.2.11": 3, "192.0.2.13": 7 }), checked);
    expect(driftIn(viewOf([http]))).toEqual([
      ["192.0.2.11:80"],
      ["192.0.2.12:80"],
      ["192.0.2.13:80"],
    ]);
  });

  it("says which checked real servers are up and down, and since when and why where the journal tells", () => {
    const name = (rip: string) => `tcp 192.0.2.80:80 -> ${rip}:80`;
    const [at, why] = [time, "TCP_CHECK on service [192.0.2.13]:tcp:80 failed."];
    const healthLog = new Map([
      [name("192.0.2.11"), { isUp: false, at }],
      [name("192.0.2.12"), { isUp: true, at }],
      [name("192.0.2.13"), { isUp: false, at, why }],
    ]);
    const healthIn = (byAddress: Record<string, number>, more: object) =>
      serviceIn(
        viewOf([service("http", weights(byAddress), more)], live(trafficFacts({ healthLog }))),
      )?.realServers.map(({ name, health }) => [name, health]);
    const checked = { healthCheck: { type: "tcp" }, schedulerFlags: [] };
    const all = { "192.0.2.11": 3, "192.0.2.12": 1, "192.0.2.13": 7 };
    expect(healthIn(all, checked)).toEqual([
      // The journal says otherwise: the table is what counts.
      ["192.0.2.11:80", { state: "up" }],
      ["192.0.2.12:80", { state: "up", since: time.toISOString() }],
      ["192.0.2.13:80", { state: "down", since: time.toISOString(), why }],
    ]);
    // One is taken away, and one is quiesced on purpose.
    expect(healthIn({ "192.0.2.11": 3, "192.0.2.13": 0 }, checked)).toEqual([
      ...[
        ["192.0.2.11:80", { state: "up" }],
        ["192.0.2.12:80", undefined],
      ],
      ["192.0.2.13:80", undefined],
    ]);
    expect(healthIn(all, {})?.map(([, health]) => health)).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });

  it("marks a keepalived that does not run, and not who has the VIPs of a failover", () => {
    const kind = kinds.Failover as Kind<HostInputs>;
    const facts = trafficFacts();
    const inputs = inputsOf(kind, "Failover", {
      address: facts.links.get("eth1")?.addresses[0]?.address,
    });
    const [part] = kind.parts(inputs, {
      ...facts,
      links: withoutVip(facts),
      tools: new Set(["keepalived", "ip", "awk"]),
    });
    const files = new Map([["vrid-80.conf", part?.value ?? ""]]);
    const resource = { ...lvs("Failover", "vrid 80"), inputs: { ...inputs } };
    const driftWhere = (isRunning: boolean) => {
      const view = viewOf([resource], live({ ...facts, failover: { files, isRunning } }));
      return directorIn(view)?.things.flatMap(({ drift }) => drift);
    };
    expect(driftWhere(true)).toEqual([]);
    expect(driftWhere(false)).toEqual([
      { attribute: "state", declared: "running", live: "not running" },
    ]);
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

  it("does not take a VIP that is hidden on a director for one that the director holds", () => {
    const onDirector2 = (resource: StateResource, name: string): StateResource => ({
      ...resource,
      id: `director2 ${name}`,
    });
    const inputs = { rip: "192.0.2.11", vip: "192.0.2.80", forwardingMethod: "dr" };
    const prepared = onDirector2(
      lvs("RealServerVip", "two", inputs),
      "dr vip 192.0.2.80 rip 192.0.2.11",
    );
    const other = onDirector2(lvs("Director", "other", { ipvs: "loaded" }), "director");
    const lo = { addresses: [{ address: "192.0.2.80", prefixLength: 32, isDuplicate: false }] };
    const links = new Map([
      ["lo", { ...lo, name: "lo", isUp: true, kind: undefined, local: undefined }],
    ]);
    const looks = { ...live(), director2: reached(trafficFacts({ links })) };
    const holder = { host: "director1", interface: "eth1" };
    expect(vipIn(viewOf([...webCluster(), other, prepared], looks))?.holders).toEqual([holder]);
    const unprepared = vipIn(viewOf([...webCluster(), other], looks));
    expect(unprepared?.holders).toEqual([holder, { host: "director2", interface: "lo" }]);
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

  it("has the virtual services of others, with the stack that claims them", () => {
    const urn = urnOf("VirtualService", "dns").replace(":dev::lvs::", ":prod::names::");
    const journal = {
      "virtualService udp 192.0.2.80:53": {
        ...{ before: null, value: "", claims: [{ urn, id: "director1 udp 192.0.2.80:53" }] },
      },
    };
    const looks = { ...live(), director1: reached(trafficFacts(), journal) };
    const { others } = viewOf(webCluster(), looks);
    const managers = others[0]?.services.map(({ name, managedBy }) => [name, managedBy]);
    expect(managers).toContainEqual(["udp 192.0.2.80:53", { project: "names", stack: "prod" }]);
    expect(managers).toContainEqual(["tcp 192.0.2.99:9999", null]);
    expect(managers?.map(([name]) => name)).not.toContain("tcp 192.0.2.80:80");
  });

  it("has each virtual service of a group as one of its own", () => {
    const named = (weight: number) => ({ forwardingMethod: "dr", weight });
    const realServers = {
      ...{ "192.0.2.11:80": named(3), "192.0.2.12:80": named(2), "192.0.2.13:80": named(0) },
    };
    const services = {
      "tcp 192.0.2.80:80": { scheduler: "wrr", realServers },
      "udp 192.0.2.80:53": { scheduler: "lc", realServers: { "192.0.2.11:53": named(1) } },
      "tcp 192.0.2.80:81": { scheduler: "rr", realServers: {} },
    };
    const view = viewOf([lvs("VirtualServices", "virtual services", { services })]);
    const seen = vipIn(view)?.services.map(({ name, presence, drift }) => [
      name,
      presence,
      ...drift,
    ]);
    expect(seen).toEqual([
      ["tcp 192.0.2.80:80", "present"],
      ["udp 192.0.2.80:53", "present", { attribute: "scheduler", declared: "lc", live: "rr" }],
      [
        ...["tcp 192.0.2.80:81", "absent"],
        { attribute: "presence", declared: "present", live: "absent" },
      ],
    ]);
    expect(driftIn(view)?.[1]).toEqual([
      ...["192.0.2.12:80", { attribute: "weight", declared: "2", live: "1" }],
    ]);
    expect(driftIn(view)?.[0]).toEqual(["192.0.2.11:80"]);
    expect(directorIn(view)?.things).toEqual([]);
    expect(view.others[0]?.services.map(({ name }) => name)).not.toContain("udp 192.0.2.80:53");
  });

  it("leaves real servers of others in peace where the service does not list its own", () => {
    const whole = service("http", {}, { schedulerFlags: [], scheduler: "wrr" });
    const { realServers: _realServers, ...inputs } = Object(whole.inputs);
    const own = {
      ...lvs("RealServer", "web1", Object(weights({ "192.0.2.11": 3 }))["192.0.2.11:80"]),
      id: "director1 tcp 192.0.2.80:80 -> 192.0.2.11:80",
    };
    const view = viewOf([{ ...whole, inputs }, own]);
    const seen = serviceIn(view)?.realServers.map(({ name, isOurs, drift }) => [
      ...[name, isOurs, drift.length],
    ]);
    expect(seen).toEqual([
      ["192.0.2.11:80", true, 0],
      ["192.0.2.12:80", false, 0],
      ["192.0.2.13:80", false, 0],
    ]);
  });

  it("says of a host that cannot be asked what the state says, and that it is not known", () => {
    const view = viewOf(webCluster(), {
      director1: unreachable("no route"),
      web1: live().web1 as Look,
    });
    expect(view.hosts).toMatchObject([
      { host: "director1", state: "unreachable", error: "no route" },
      { host: "web1", state: "reached" },
    ]);
    expect(vipIn(view)).toMatchObject({ holders: [], areHoldersKnown: false, drift: [] });
    expect(serviceIn(view)).toMatchObject({ presence: "unknown", scheduler: "wrr", drift: [] });
    expect(serviceIn(view)?.realServers[0]).toMatchObject({ presence: "unknown", weight: 3 });
    expect(isComplete(view)).toBe(false);
  });

  it("shows resources without a Cluster apart, and a Director only once", () => {
    const [web, director, ...rest] = webCluster();
    const single = { ...director, urn: urnOf("Director", "single"), parent: "" } as StateResource;
    const view = viewOf([web as StateResource, single, ...rest]);
    expect(view.clusters.map(({ name }) => name)).toEqual(["web"]);
    expect(directorIn(view)?.drift).toEqual([]);
    expect(viewOf([single]).clusters.map(({ name }) => name)).toEqual([null]);
  });

  it("holds no secret: neither of a connection, nor a value that is one", () => {
    const secret = (value: unknown) => ({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: JSON.stringify(value),
    });
    const connection = { host: "director1", password: secret("PASSWORD") };
    const http = service("http", weights({ "192.0.2.11": 3 }), { schedulerFlags: [], connection });
    const list = Object(http.inputs).realServers["192.0.2.11:80"];
    list.weight = secret(12345);
    const view = viewOf([http]);
    expect(serviceIn(view)?.realServers[0]?.drift).toEqual([
      { attribute: "weight", declared: "[secret]", live: "[secret]" },
    ]);
    expect(JSON.stringify(view)).not.toMatch(/PASSWORD|12345|KEY/);
  });
});
