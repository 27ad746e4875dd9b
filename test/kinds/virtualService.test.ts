import { describe, expect, it } from "vitest";
import type { VirtualService } from "../../provider/ipvs/model";
import { virtualService } from "../../provider/kinds/virtualService";
import type { Facts } from "../../provider/registry/facts";
import { aRealServer, aTable, aVirtualService } from "../support/builders";
import { factsOf } from "../support/captures";
import { inputsOf } from "../support/inputs";

const cluster = factsOf("directorCluster");
const inputs = (more: object = {}) => inputsOf(virtualService, "VirtualService", more);
const near = (forwardingMethod: string, rip = "192.0.2.11") => ({ rip, forwardingMethod });
const parts = (more: object, facts: Facts = cluster) =>
  virtualService
    .parts(inputs(more), facts)
    .map((part) => `${part.type} ${part.id} = ${part.value}`);
const withTable = (...services: VirtualService[]): Facts => ({
  ...{ ...cluster, ipvs: aTable(...services) },
});

describe("virtualService.parts", () => {
  it("has the service with its real servers, and the needed modules", () => {
    const all = parts({ scheduler: "wrr", realServers: [{ ...near("dr"), weight: 2 }] });
    expect(all).toContain("module ip_vs = loaded");
    expect(all).toContain("module ip_vs_wrr = loaded");
    expect(all.at(-1)).toBe(
      "virtualService tcp 192.0.2.80:80 = -A -t 192.0.2.80:80 -s wrr\n" +
        "-a -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 2 -x 0 -y 0\n",
    );
  });

  it("leaves real servers to others when it names none", () => {
    expect(parts({}).at(-1)).toMatch(/ -s wlc\n# and any real servers\n$/);
    expect(parts({ realServers: [] }).at(-1)).toMatch(/ -s wlc\n$/);
  });

  it("forwards on the interface towards NAT real servers, and nowhere else", () => {
    const sysctls = (more: object) => parts(more).filter((one) => one.startsWith("sysctl"));
    const nat = [near("nat"), near("nat", "192.0.2.12")];
    const elsewhere = { vip: "203.0.113.80", realServers: nat };
    expect(sysctls(elsewhere)).toEqual(["sysctl net/ipv4/conf/eth1/forwarding = 1"]);
    expect(sysctls({ realServers: [near("dr"), near("tun", "192.0.2.12")] })).toEqual([]);
    const six = { vip: "2001:db8:0:1::80", realServers: [near("nat", "2001:db8:0:1::11")] };
    expect(sysctls(six)).toEqual(["sysctl net/ipv6/conf/all/forwarding = 1"]);
  });

  it("sends no redirects where the VIP is on the interface of NAT real servers", () => {
    const all = "net/ipv4/conf/all/send_redirects";
    const one = { realServers: [near("nat")] };
    const facts = (value: string) =>
      ({ ...cluster, sysctls: new Map([...cluster.sysctls, [all, value]]) }) as Facts;
    expect(parts(one, facts("0"))).toContain("sysctl net/ipv4/conf/eth1/send_redirects = 0");
    expect(() => parts(one, facts("1"))).toThrow(
      /bypass it .* which net\/ipv4\/conf\/all\/send_redirects is on for; nothing was changed\. Set .* to 0/,
    );
    expect(() => parts({ realServers: [near("dr")] }, facts("1"))).not.toThrow();
  });

  it("keeps the director's default route of a router advertisement", () => {
    const [known] = cluster.routes.filter((route) => route.family === "ipv6");
    const advertised = { destination: "default", gateway: "fe80::1", isAdvertised: true };
    const routes = [...cluster.routes, { ...known, ...advertised, device: "eth1" }];
    const facts = (acceptRa: string) =>
      ({
        ...cluster,
        routes,
        sysctls: new Map([...cluster.sysctls, ["net/ipv6/conf/eth1/accept_ra", acceptRa]]),
      }) as Facts;
    const six = { vip: "2001:db8:0:1::80", realServers: [near("nat", "2001:db8:0:1::11")] };
    expect(() => parts(six, facts("1"))).toThrow(
      /would lose its default route through fe80::1 .* nothing was changed\. Set net\.ipv6\.conf\.eth1\.accept_ra to 2/,
    );
    expect(() => parts(six, facts("2"))).not.toThrow();
  });

  it("owns the service, and shares modules and sysctls", () => {
    const all = virtualService.parts(inputs({ realServers: [near("nat")] }), cluster);
    expect(all.filter((part) => !part.shared).map((part) => part.type)).toEqual(["virtualService"]);
  });

  it.each([
    ["dr", /"dr" needs real servers on the same physical network/],
    ["nat", /"nat" needs real servers on the network of the DIP/],
  ])("refuses a real server behind a gateway with %s", (method, says) => {
    const [route] = cluster.routes.filter((one) => one.destination === "192.0.2.0/24");
    const away = { ...route, destination: "198.51.100.0/24", gateway: "192.0.2.1" };
    const routes = [...cluster.routes, away];
    const facts = { ...cluster, routes } as Facts;
    const rip = "198.51.100.11";
    expect(() => parts({ realServers: [near(method, rip)] }, facts)).toThrow(says);
    expect(() => parts({ realServers: [near("tun", rip)] }, facts)).not.toThrow();
  });

  it("refuses a real server without a route", () => {
    expect(() => parts({ realServers: [near("tun", "203.0.113.5")] })).toThrow(
      "rip is 203.0.113.5, but this director has no route to it; nothing was changed",
    );
  });
});

describe("virtualService.live", () => {
  const live = (more: object, facts: Facts) => virtualService.live(inputs(more), facts, true);

  it("is as declared on a host where all is there", () => {
    const declared = {
      scheduler: "wrr",
      realServers: [
        near("dr"),
        { ...near("dr", "192.0.2.12"), weight: 3, upperThreshold: 10, lowerThreshold: 5 },
      ],
    };
    expect(live(declared, cluster)).toEqual(inputs(declared));
  });

  it("does not exist when the kernel does not have it, claimed or not", () => {
    expect(live({ port: 443 }, cluster)).toBeUndefined();
  });

  it("shows every field that drifted, in the form of the inputs", () => {
    const facts = withTable(
      aVirtualService({
        ...{ scheduler: "sh", schedulerFlags: ["sh-port"] },
        persistence: { seconds: 60, netmask: "255.255.255.0" },
        realServers: [aRealServer({ rip: "192.0.2.11", weight: 9, forwardingMethod: "nat" })],
      }),
    );
    expect(live({ persistenceSeconds: 300, realServers: [near("dr")] }, facts)).toMatchObject({
      ...{ scheduler: "sh", schedulerFlags: ["sh-port"] },
      ...{ persistenceSeconds: 60, persistenceNetmask: "255.255.255.0" },
      realServers: { "192.0.2.11:80": { weight: 9, forwardingMethod: "nat" } },
    });
  });

  it("shows removed persistence", () => {
    const found = live({ persistenceSeconds: 300 }, withTable(aVirtualService()));
    expect(found).not.toHaveProperty("persistenceSeconds");
  });

  it("shows an added real server, unless the resource does not own its real servers", () => {
    const facts = withTable(aVirtualService({ realServers: [aRealServer()] }));
    const found = live({ realServers: [] }, facts);
    expect(Object.keys(found?.realServers ?? {})).toEqual(["10.0.0.5:80"]);
    expect(live({}, facts)).not.toHaveProperty("realServers");
  });

  it("shows attributes that are no arguments, so that they are undone", () => {
    const facts = withTable(aVirtualService({ onePacket: true, persistenceEngine: "sip" }));
    expect(live({}, facts)).toMatchObject({ onePacket: true, persistenceEngine: "sip" });
  });

  it("shows forwarding that was turned off, where NAT needs it", () => {
    const facts = withTable(aVirtualService());
    expect(live({ realServers: [near("nat")] }, facts)).toMatchObject({ forwarding: false });
    expect(live({ realServers: [near("dr")] }, facts)).not.toHaveProperty("forwarding");
  });
});
