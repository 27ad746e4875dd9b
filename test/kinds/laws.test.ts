import { describe, expect, it } from "vitest";
import { serviceKeyText } from "../../provider/ipvs/model";
import { planClaims } from "../../provider/journal/plan";
import { factsOfClaims, planReleases } from "../../provider/journal/releases";
import { kinds } from "../../provider/kinds";
import type { HostInputs, Kind } from "../../provider/kinds/kind";
import type { Facts } from "../../provider/registry/facts";
import { partTypes } from "../../provider/registry/partTypes";
import type { FactName } from "../../provider/values/fact";
import { type Part, type PartName, partKey } from "../../provider/values/part";
import type { Step } from "../../provider/values/step";
import { aTable, aVirtualService } from "../support/builders";
import { factsOf } from "../support/captures";
import { owner } from "../support/claims";
import { inputsOf, type KindName } from "../support/inputs";
import { WorkingHost } from "../support/workingHost";

/** Another value for each path that makes a resource another thing. */
const another: Readonly<Record<string, unknown>> = {
  ...{ "connection.host": "director2", "connection.port": 2222 },
  ...{ protocol: "udp", "service.protocol": "udp", port: 443, "service.port": 443 },
  ...{ address: "192.0.2.81", vip: "192.0.2.81", "service.vip": "192.0.2.81" },
  ...{ virtualRouterId: 99, rip: "192.0.2.99", forwardingMethod: "tun", interface: "eth7" },
};

const cases = Object.entries(kinds).flatMap(([name, kind]) =>
  kind.identity.map((path) => [name as KindName, path] as const),
);

describe("identity", () => {
  // The journal knows a resource by its URN and its ID: a replacement with the ID of the old one would lose its claims
  // with it, unless the old one goes first.
  it.each(cases)("gives another ID, or lets the old one go first: %s %s", (name, path) => {
    const kind = kinds[name] as Kind<HostInputs>;
    const inputs = inputsOf(kind, name);
    expect(another).toHaveProperty([path]);
    const replaced = kind.id(withValue(inputs, path.split("."), another[path]));
    const isRemovedFirst = kind.removeFirst?.includes(path) ?? false;
    expect(isRemovedFirst || replaced !== kind.id(inputs)).toBe(true);
  });
});

describe("services", () => {
  const ofServices = Object.entries(kinds).filter(([, kind]) => kind.services) as unknown as [
    KindName,
    Kind<HostInputs>,
  ][];

  it("are named by the kinds that look at some virtual services only", () => {
    expect(ofServices.map(([name]) => name)).toEqual([
      ...["VirtualService", "VirtualServices", "RealServer"],
    ]);
  });

  // What lies elsewhere in the IPVS table is not asked for, and would be taken for gone.
  it.each(ofServices)("are those of every part of the IPVS table: %s", (name, kind) => {
    const inputs = inputsOf(kind, name);
    const services = kind.services?.(inputs).map((key) => serviceKeyText(key));
    const ipvs = aTable(aVirtualService());
    const parts = kind.parts(inputs, factsOf("directorCluster", { ipvs }));
    const inTable = parts.filter(({ type }) => partTypes[type].fact === "ipvs");
    expect(inTable.map(({ id }) => id.split(" -> ")[0])).toEqual(services);
  });
});

describe("facts", () => {
  const realServer = (forwardingMethod: string) => ({ rip: "192.0.2.21", forwardingMethod });
  const list = (forwardingMethod: string) => ({ realServers: [realServer(forwardingMethod)] });
  const reply = { rip: "192.0.2.11", replyGateway: "192.0.2.1" };
  const needed: [KindName, object, FactName[]][] = [
    ["Director", {}, ["modules", "tools"]],
    ["Director", { exclusive: true }, ["modules", "tools", "ipvs", "competingPrograms"]],
    ["VirtualIp", {}, ["links", "routes", "tools", "failover"]],
    ["VirtualIp", { address: "2001:db8::80" }, ["links", "routes", "tools", "failover", "sysctls"]],
    [
      "VirtualIp",
      { address: "2001:db8:5::80", anycast: true },
      ["links", "routes", "tools", "failover"],
    ],
    [
      "Failover",
      { address: "192.0.2.11", interface: "eth1" },
      ["links", "routes", "tools", "filters", "failover", "modules"],
    ],
    [
      "Failover",
      { address: "192.0.2.11", syncConnections: false },
      ["links", "routes", "tools", "filters", "failover"],
    ],
    ["VirtualService", {}, ["ipvs", "modules", "tools", "filters"]],
    ["VirtualService", list("dr"), ["ipvs", "modules", "tools", "filters", "routes"]],
    ["VirtualService", list("tun"), ["ipvs", "modules", "tools", "filters", "routes"]],
    ["VirtualService", list("nat"), ["ipvs", "modules", "tools", "filters", "routes", "sysctls"]],
    ["RealServer", realServer("dr"), ["ipvs", "tools", "filters", "routes"]],
    ["RealServer", realServer("nat"), ["ipvs", "tools", "filters", "routes", "sysctls"]],
    [
      "RealServerVip",
      reply,
      ["modules", "links", "sysctls", "routes", "rules", "tools", "filters"],
    ],
    [
      "RealServerVip",
      { ...reply, forwardingMethod: "tun" },
      ["modules", "links", "sysctls", "routes", "rules", "tools", "filters"],
    ],
    [
      "RealServerGateway",
      { rip: "192.0.2.11", dip: "192.0.2.1" },
      ["links", "routes", "rules", "tools", "management"],
    ],
  ];

  it.each(needed)("are all that is looked at: %s with %j", (name, more, names) => {
    const kind = kinds[name] as Kind<HostInputs>;
    const inputs = inputsOf(kind, name, more);
    expect(kind.facts(inputs)).toEqual(names);
    const host = new WorkingHost({
      addresses: ["192.0.2.11/24", "2001:db8::2/64"],
      ipvs: ["-A -t 192.0.2.80:80 -s wlc", "-a -t 192.0.2.80:80 -r 192.0.2.21:80 -m -w 1"],
    });
    const facts = onlyThese(names, host.facts());
    const parts = kind.parts(inputs, facts);
    const { journal } = planClaims(parts, owner("web"), {}, facts, true);
    kind.live(inputs, facts, true);
    kind.announce?.(inputs, facts);
    kind.warnings?.(inputs, facts);
    const held = onlyThese(factsOfClaims([owner("web")], journal), host.facts());
    planReleases([], owner("web"), journal, held);
    expect(names).toEqual(expect.arrayContaining(factsOfClaims([owner("web")], journal)));
  });
});

describe("live", () => {
  const nat = { realServers: [{ rip: "192.0.2.21", forwardingMethod: "nat" }] };
  const cases: [KindName, object][] = [
    ["Director", {}],
    ["VirtualIp", {}],
    ["VirtualIp", { address: "2001:db8::80" }],
    ["VirtualIp", { address: "2001:db8:5::80", anycast: true }],
    ["Failover", { address: "192.0.2.11" }],
    ["VirtualService", nat],
    ["RealServer", nat.realServers[0] ?? {}],
    ["RealServerVip", { rip: "192.0.2.11", replyGateway: "192.0.2.1" }],
    ["RealServerVip", { rip: "192.0.2.11", replyGateway: "192.0.2.1", forwardingMethod: "tun" }],
    ["RealServerVip", { vip: "2001:db8::80", rip: "192.0.2.11", forwardingMethod: "tun" }],
    ["RealServerGateway", { rip: "192.0.2.11", dip: "192.0.2.1" }],
  ];

  /** A host on which all is as a resource wants it, and the parts that it wants. */
  function ensured(kind: Kind<HostInputs>, inputs: HostInputs) {
    const host = new WorkingHost({ addresses: ["192.0.2.11/24", "2001:db8::2/64"] });
    if (kind.id(inputs).includes(" -> ")) {
      host.modules.add("ip_vs");
      host.table.restore("-A -t 192.0.2.80:80 -s wlc");
    }
    const parts = kind.parts(inputs, host.facts());
    host.carryOut(planClaims(parts, owner("web"), {}, host.facts(), true).steps);
    return { host, parts };
  }

  /** What becomes of a part when somebody takes it away, or changes it. */
  function driftsOf({ type, id, value }: Part): Step[][] {
    const { set, unset } = partTypes[type];
    const other = others[type]?.(value);
    return [unset(id, value), other === undefined ? [] : set(id, other, value)].filter(
      (steps) => steps.length > 0,
    );
  }

  const others: Partial<Record<PartName, (value: string) => string>> = {
    sysctl: (value) => (value === "0" ? "1" : "0"),
    route: (value) => value.replace("eth1", "lo"),
    rule: () => "lookup 99",
  };

  it.each(cases)(
    "shows what is not as wanted any more, whatever it is: %s with %j",
    (name, more) => {
      const kind = kinds[name] as Kind<HostInputs>;
      const inputs = inputsOf(kind, name, more);
      const { host, parts } = ensured(kind, inputs);
      expect(kind.live(inputs, host.facts(), true)).toEqual(inputs);
      // A module that something uses cannot be unloaded.
      const loose = parts.filter(({ type }) => type !== "module" || name === "Director");
      const drifts = loose.flatMap((part) => driftsOf(part).map((steps) => ({ part, steps })));
      expect(drifts.length).toBeGreaterThanOrEqual(loose.length);
      for (const { part, steps } of drifts) {
        const { host: drifted } = ensured(kind, inputs);
        drifted.carryOut(steps);
        const seen = kind.live(inputs, drifted.facts(), true);
        expect(
          seen,
          `${partKey(part)}: ${steps.map(({ description }) => description)}`,
        ).not.toEqual(inputs);
      }
    },
  );
});

/** Facts of which no other ones may be looked at. */
function onlyThese(names: readonly FactName[], facts: Facts): Facts {
  return new Proxy(facts, {
    get(all, name) {
      if (!names.includes(name as FactName)) throw new Error(`${String(name)} is looked at`);
      return all[name as FactName];
    },
  });
}

function withValue<T>(inputs: T, [key = "", ...rest]: readonly string[], value: unknown): T {
  const inner = (inputs as Record<string, unknown>)[key];
  return { ...inputs, [key]: rest.length === 0 ? value : withValue(inner, rest, value) };
}
