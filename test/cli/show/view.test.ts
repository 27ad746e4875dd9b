import { describe, expect, it } from "vitest";
import type { Look } from "../../../provider/cli/show/observedHost";
import { isComplete } from "../../../provider/cli/show/view";
import type { StateResource } from "../../../provider/cli/state/checkpoint";
import { reached, trafficFacts, unreachable, webCluster, weights } from "../support/observedHosts";
import { lvs, service, urnOf } from "../support/states";
import { directorIn, driftIn, live, serviceIn, viewOf, vipIn } from "../support/views";

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

  it("shows resources without a Cluster apart, and a Director only once", () => {
    const [web, director, ...rest] = webCluster();
    const single = { ...director, urn: urnOf("Director", "single"), parent: "" } as StateResource;
    const view = viewOf([web as StateResource, single, ...rest]);
    expect(view.clusters.map(({ name }) => name)).toEqual(["web"]);
    expect(directorIn(view)?.drift).toEqual([]);
    expect(viewOf([single]).clusters.map(({ name }) => name)).toEqual([null]);
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
