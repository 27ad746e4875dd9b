import { describe, expect, it } from "vitest";
import type { RealServer, VirtualService } from "../../../provider/ipvs/model";
import { virtualServiceValue } from "../../../provider/ipvs/virtualServicePart";
import { kinds } from "../../../provider/kinds";
import type { HostInputs, Kind } from "../../../provider/kinds/kind";
import type { Facts } from "../../../provider/registry/facts";
import { inputsOf } from "../../support/inputs";
import { reached, trafficFacts, weights } from "../support/observedHosts";
import { lvs, service } from "../support/states";
import { directorIn, driftIn, live, serviceIn, time, viewOf } from "../support/views";

const withoutVip = ({ links }: Facts): Facts["links"] =>
  new Map(
    [...links].map(([name, link]) => {
      const addresses = link.addresses.filter(({ address }) => address !== "192.0.2.80");
      return [name, { ...link, addresses }];
    }),
  );

describe("health checks and failover in the view of a cluster", () => {
  it("is without drift where a health check has a real server at weight 0, and a sorry server is there", () => {
    const sorryServer = { rip: "192.0.2.12", port: 80, forwardingMethod: "dr" };
    const checked = { healthCheck: { type: "tcp", sorryServer }, schedulerFlags: [] };
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

  it("says that a checked real server drains while a change takes it away or quiesces it", () => {
    const facts = trafficFacts();
    const key = "tcp 192.0.2.80:80";
    const of = facts.ipvs[key] as VirtualService;
    const leaving = of.realServers["192.0.2.13:80"] as RealServer;
    expect(leaving.config.weight).toBe(0);
    const { "192.0.2.13:80": _gone, ...rest } = of.realServers;
    const checked = { healthCheck: { type: "tcp" }, schedulerFlags: [] };
    const resource = service(
      "http",
      weights({ "192.0.2.11": 3, "192.0.2.12": 1, "192.0.2.13": 7 }),
      checked,
    );
    const statesWith = (realServers: VirtualService["realServers"]) => {
      const value = virtualServiceValue({ ...of, realServers }, true, "{}");
      const journal = { [`virtualService ${key}`]: { before: null, value, claims: [] } };
      const looks = { ...live(), director1: reached(facts, journal) };
      return serviceIn(viewOf([resource], looks))?.realServers.map(({ health }) => health?.state);
    };
    expect(statesWith(rest)).toEqual(["up", "up", "draining"]);
    expect(statesWith(of.realServers)).toEqual(["up", "up", "draining"]);
    const config = { ...leaving.config, weight: 7 };
    expect(statesWith({ ...rest, "192.0.2.13:80": { ...leaving, config } })).toEqual([
      ...["up", "up", "down"],
    ]);
  });

  it("marks a keepalived that does not run, and not who has the VIPs of a failover", () => {
    const kind = kinds.Failover as Kind<HostInputs>;
    const facts = trafficFacts();
    const inputs = inputsOf(kind, "Failover", {
      address: facts.links.get("eth1")?.addresses[0]?.address,
    });
    const parts = kind.parts(inputs, {
      ...facts,
      links: withoutVip(facts),
      tools: new Set(["keepalived", "ip", "awk"]),
    });
    const files = new Map([["vrid-80.conf", parts.at(-1)?.value ?? ""]]);
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
});
