import { declaredHosts } from "../../../provider/cli/show/declared";
import type { Look, ObservedHost } from "../../../provider/cli/show/observedHost";
import type { StateResource } from "../../../provider/cli/state/checkpoint";
import { statisticsFact } from "../../../provider/ipvs/statisticsFact";
import { tableFact } from "../../../provider/ipvs/tableFact";
import type { Journal } from "../../../provider/journal/journal";
import { linksFact } from "../../../provider/network/links";
import type { Facts } from "../../../provider/registry/facts";
import { answered, factsOf, fixture } from "../../support/captures";
import { child, component, lvs, service, stack } from "./states";

const AT = new Date("2026-11-27T09:00:00Z");

/** The facts of a captured director with traffic: tcp 192.0.2.80:80 (192.0.2.11 to 13), udp 192.0.2.80:53, and others. */
export function trafficFacts(otherwise: Partial<Facts> = {}): Facts {
  const read = (path: string) => [answered(fixture(path))];
  return factsOf("directorCluster", {
    ipvs: tableFact.parse(read("ipvs/traffic.table.ipvsadm-1.31.linux-6.1.txt")),
    statistics: statisticsFact.parse(read("ipvs/traffic.statistics.ipvsadm-1.31.linux-6.1.txt")),
    links: linksFact.parse(read("hosts/traffic.links.iproute2-6.1.linux-6.1.txt")),
    ...otherwise,
  });
}

export function reached(facts: Facts, journal: Journal = {}): Look {
  return { state: "reached", at: AT, snapshot: { facts, journal } };
}

export function unreachable(error: string): Look {
  return { state: "unreachable", at: AT, error };
}

/** The hosts of a state, with the result of reading each host by its name. */
export function observedHosts(
  resources: StateResource[],
  looks: Readonly<Record<string, Look>>,
): ObservedHost[] {
  const hosts = declaredHosts(stack(...resources.map(connected)));
  return hosts.map((declared) => ({
    declared,
    look: looks[declared.host] ?? unreachable("no answer"),
  }));
}

function connected(resource: StateResource): StateResource {
  const host = resource.id?.split(" ")[0];
  if (host === undefined) return resource;
  return { ...resource, inputs: { connection: { host, privateKey: "KEY" }, ...resource.inputs } };
}

/** Real servers on port 80 with these weights by address. */
export function weights(byAddress: Readonly<Record<string, number>>) {
  const named = Object.entries(byAddress).map(([rip, weight]) => {
    const thresholds = { upperThreshold: 0, lowerThreshold: 0 };
    return [`${rip}:80`, { rip, port: 80, forwardingMethod: "dr", weight, ...thresholds }];
  });
  return Object.fromEntries(named);
}

/** A Cluster on director1 that matches the captured director with traffic. */
export function webCluster(
  declaredWeights = { "192.0.2.11": 3, "192.0.2.12": 1, "192.0.2.13": 0 },
): StateResource[] {
  const web = component("lvs:index:Cluster", "web");
  const vip = { ...lvs("VirtualIp", "vip 192.0.2.80"), id: "director1 vip 192.0.2.80" };
  const prepared = {
    ...lvs("RealServerVip", "web1", { rip: "192.0.2.11", vip: "192.0.2.80" }),
    id: "web1 dr vip 192.0.2.80 rip 192.0.2.11",
  };
  return [
    web,
    child(web, lvs("Director", "director", { ipvs: "loaded" })),
    child(web, { ...prepared, inputs: { ...prepared.inputs, forwardingMethod: "dr" } }),
    child(web, service("http", weights(declaredWeights), { schedulerFlags: [], scheduler: "wrr" })),
    child(web, { ...vip, inputs: { ...vip.inputs, address: "192.0.2.80" } }),
  ];
}
