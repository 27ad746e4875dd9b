import { describe, expect, it } from "vitest";
import { type ServiceKey, serviceKeyText } from "../../provider/ipvs/model";
import { kinds } from "../../provider/kinds";
import type { HostInputs, Kind } from "../../provider/kinds/kind";
import { partTypes } from "../../provider/parts";
import { aTable, aVirtualService } from "../support/builders";
import { factsOf } from "../support/captures";
import { inputsOf, type KindName } from "../support/inputs";

/** Another value for each path that makes a resource another thing. */
const another: Readonly<Record<string, unknown>> = {
  ...{ "connection.host": "director2", "connection.port": 2222 },
  ...{ protocol: "udp", "service.protocol": "udp", port: 443, "service.port": 443 },
  ...{ address: "192.0.2.81", vip: "192.0.2.81", "service.vip": "192.0.2.81" },
  ...{ rip: "192.0.2.99", forwardingMethod: "tun", interface: "eth7" },
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

describe("service", () => {
  const ofServices = Object.entries(kinds).filter(([, kind]) => kind.service) as unknown as [
    KindName,
    Kind<HostInputs>,
  ][];

  it("is named by the kinds that look at one virtual service", () => {
    expect(ofServices.map(([name]) => name)).toEqual(["VirtualService", "RealServer"]);
  });

  // What lies elsewhere in the IPVS table is not asked for, and would be taken for gone.
  it.each(ofServices)("is that of every part of the IPVS table: %s", (name, kind) => {
    const inputs = inputsOf(kind, name);
    const service = serviceKeyText(kind.service?.(inputs) as ServiceKey);
    const ipvs = aTable(aVirtualService());
    const parts = kind.parts(inputs, factsOf("directorCluster", { ipvs }));
    const inTable = parts.filter(({ type }) => partTypes[type].fact === "ipvs");
    expect(inTable.map(({ id }) => id.split(" -> ")[0])).toEqual([service]);
  });
});

describe("sweepFacts", () => {
  it.each(Object.entries(kinds).filter(([, kind]) => kind.sweepFacts))(
    "are, with the others, those of every type of part: what is swept can have any: %s",
    (_, { facts, sweepFacts = [] }) => {
      const all = Object.values(partTypes).map((type) => type.fact);
      expect([...facts, ...sweepFacts]).toEqual(expect.arrayContaining(all));
    },
  );
});

function withValue<T>(inputs: T, [key = "", ...rest]: readonly string[], value: unknown): T {
  const inner = (inputs as Record<string, unknown>)[key];
  return { ...inputs, [key]: rest.length === 0 ? value : withValue(inner, rest, value) };
}
