import { describe, expect, it } from "vitest";
import { kinds } from "../../provider/kinds";
import type { HostInputs, Kind } from "../../provider/kinds/kind";
import { realServer } from "../../provider/kinds/realServer";
import { realServerVip } from "../../provider/kinds/realServerVip";
import { virtualService } from "../../provider/kinds/virtualService";
import type { Facts } from "../../provider/registry/facts";
import { factsOf } from "../support/captures";
import { inputsOf, type KindName, least, most } from "../support/inputs";

const chain = (hook: "input" | "forward", family: "ipv4" | "ipv6" = "ipv4") => ({
  ...{ name: `ip filter ${hook.toUpperCase()}`, hook, families: [family] },
});
const both = [chain("input"), chain("forward")];
const director = factsOf("directorCluster", { filters: both });
const web1 = factsOf("realServerEverything", { filters: both });
const drops = (name: string) =>
  `the packet filter of this host drops what none of its rules accepts (chain ip filter ${name}): it has to accept `;

describe("virtualService.warnings", () => {
  const warnings = (more: object, facts: Facts = director) =>
    virtualService.warnings?.(inputsOf(virtualService, "VirtualService", more), facts);
  const realServers = (forwardingMethod: string) => [
    { rip: "192.0.2.11", forwardingMethod },
    { rip: "192.0.2.12", forwardingMethod },
  ];

  it("say what has to be accepted: with NAT the replies too", () => {
    const input = `${drops("INPUT")}tcp 192.0.2.80:80`;
    const forward = `${drops("FORWARD")}what comes from 192.0.2.11, 192.0.2.12`;
    expect(warnings({ realServers: realServers("dr") })).toEqual([input]);
    expect(warnings({ realServers: realServers("nat") })).toEqual([input, forward]);
    expect(warnings({ realServers: [] })).toEqual([input]);
  });

  it("say nothing of chains of the other family, and without any", () => {
    expect(warnings({}, factsOf("directorCluster", { filters: [chain("input", "ipv6")] }))).toEqual(
      [],
    );
    expect(warnings({}, factsOf("directorCluster"))).toEqual([]);
  });
});

describe("realServer.warnings", () => {
  it("say that the replies of NAT must be accepted", () => {
    const warnings = (forwardingMethod: string) =>
      realServer.warnings?.(inputsOf(realServer, "RealServer", { forwardingMethod }), director);
    expect(warnings("nat")).toEqual([`${drops("FORWARD")}what comes from 192.0.2.11`]);
    expect(warnings("dr")).toEqual([]);
  });
});

describe("realServerVip.warnings", () => {
  const warnings = (more: object, facts: Facts) =>
    realServerVip.warnings?.(inputsOf(realServerVip, "RealServerVip", more), facts);

  it("say what has to be accepted: the tunnel too", () => {
    const vip = `${drops("INPUT")}what comes to 192.0.2.80`;
    expect(warnings({}, web1)).toEqual([vip]);
    expect(warnings({ forwardingMethod: "tun" }, web1)).toEqual([
      vip,
      `${drops("INPUT")}tunnels from the director to 192.0.2.11`,
    ]);
  });

  /** A host whose default route leaves by another interface than that of the RIP. */
  function twoWays(all: string, own: string): Facts {
    const facts = factsOf("realServerEverything");
    const [route] = facts.routes.filter((one) => one.family === "ipv4" && one.table === "main");
    if (!route) throw new Error("no such route");
    const away = { ...route, destination: "default", device: "eth0", gateway: "10.255.0.2" };
    const sysctls = new Map(facts.sysctls)
      .set("net/ipv4/conf/all/rp_filter", all)
      .set("net/ipv4/conf/eth1/rp_filter", own);
    const routes = [away, ...facts.routes.filter((one) => one.destination !== "default")];
    return { ...facts, sysctls, routes };
  }

  it.each([
    ["0", "1"],
    ["1", "0"],
    ["1", "1"],
  ])(
    "say that a strict source check drops requests whose replies leave elsewhere: %s, %s",
    (all, own) => {
      expect(warnings({}, twoWays(all, own))).toEqual([
        "rp_filter of eth1 is 1 (strict), and the default route of this host leaves by eth0: requests of clients beyond the " +
          "network of eth1 are dropped. Set net.ipv4.conf.eth1.rp_filter to 2 (loose), or give replyGateway",
      ]);
    },
  );

  it("say it of the interface that is named, also on a host that does not have the RIP itself", () => {
    const named = { rip: "192.0.2.99", interface: "eth1" };
    expect(warnings(named, twoWays("1", "0"))).toEqual([
      expect.stringMatching(/^rp_filter of eth1 /),
    ]);
    expect(warnings({ rip: "192.0.2.11", interface: "eth0" }, twoWays("1", "0"))).toEqual([]);
  });

  it("say nothing of a source check that is loose or off, or where replies leave the way that requests come", () => {
    for (const [all, own] of [
      ["0", "0"],
      ["2", "1"],
      ["1", "2"],
    ] as const)
      expect(warnings({}, twoWays(all, own))).toEqual([]);
    const strict = twoWays("1", "1");
    const [route, ...others] = strict.routes;
    const sameWay = {
      ...strict,
      routes: [{ ...(route as never as object), device: "eth1" }, ...others],
    };
    expect(warnings({}, sameWay as Facts)).toEqual([]);
    expect(warnings({ replyGateway: "192.0.2.1" }, strict)).toEqual([]);
    expect(warnings({ forwardingMethod: "tun" }, strict)).toEqual([]);
    expect(warnings({ vip: "2001:db8::80", rip: "2001:db8:0:1::11" }, strict)).toEqual([]);
  });
});

// The change is made by then: who throws here would lose the resource.
describe.each(Object.keys(kinds) as KindName[])("%s.warnings", (name) => {
  const kind = kinds[name] as Kind<HostInputs>;
  it.each([least[name], most[name]])("never throw, whatever host it is", (given) => {
    const inputs = inputsOf(kind, name, given);
    for (const host of ["directorClean", "realServerClean"] as const) {
      // The hosts were captured before anybody asked for perl.
      const tools = new Set([...factsOf(host).tools, "perl"]);
      expect(kind.warnings?.(inputs, factsOf(host, { tools })) ?? []).toEqual([]);
    }
  });
});
