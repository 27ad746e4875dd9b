import { describe, expect, it } from "vitest";
import { virtualServices } from "../../provider/kinds/virtualServices";
import type { Facts } from "../../provider/registry/facts";
import { aRealServer, aTable, aVirtualService } from "../support/builders";
import { factsOf } from "../support/captures";
import { reasons } from "../support/checked";
import { inputsOf } from "../support/inputs";

const cluster = factsOf("directorCluster");
const near = (rip: string, more: object = {}) => ({ rip, forwardingMethod: "dr", ...more });
const http = { vip: "192.0.2.80", port: 80, realServers: [near("192.0.2.11")] };
const https = { ...http, port: 443 };
const inputs = (...services: object[]) =>
  inputsOf(virtualServices, "VirtualServices", { services });
const problems = (...services: unknown[]) => reasons("VirtualServices", { services });

describe("virtualServices", () => {
  it("are named in the inputs as the field names them, their real servers too", () => {
    const { services } = inputs(http, { ...http, protocol: "udp", port: 53, realServers: [] });
    expect(Object.keys(services)).toEqual(["tcp 192.0.2.80:80", "udp 192.0.2.80:53"]);
    expect(services["tcp 192.0.2.80:80"]).toEqual({
      scheduler: "wlc",
      realServers: { "192.0.2.11:80": { forwardingMethod: "dr", weight: 1 } },
    });
  });

  it("want each part once, though several need the same module and sysctl", () => {
    const nat = { realServers: [near("192.0.2.11", { forwardingMethod: "nat" })] };
    const all = [80, 443].map((port) => ({ vip: "203.0.113.80", port, ...nat }));
    const parts = virtualServices.parts(inputs(...all), cluster);
    expect(parts.map(({ type, id }) => `${type} ${id}`)).toEqual([
      ...["module ip_vs", "module ip_vs_wlc", "sysctl net/ipv4/conf/eth1/forwarding"],
      ...["virtualService tcp 203.0.113.80:80", "virtualService tcp 203.0.113.80:443"],
    ]);
  });

  it("are live as far as the kernel has them, and gone when it has none", () => {
    const table = (...ports: number[]): Facts => ({
      ...cluster,
      ipvs: aTable(
        ...ports.map((port) =>
          aVirtualService({
            key: { kind: "endpoint", protocol: "tcp", vip: "192.0.2.80", port },
            realServers: [aRealServer({ rip: "192.0.2.11", port, weight: 7 })],
          }),
        ),
      ),
    });
    const declared = inputs(http, https);
    const live = (facts: Facts) => virtualServices.live(declared, facts, true)?.services;
    expect(Object.keys(live(table(443, 8080)) ?? {})).toEqual(["tcp 192.0.2.80:443"]);
    expect(live(table(80, 443))?.["tcp 192.0.2.80:80"]?.realServers).toMatchObject({
      "192.0.2.11:80": { weight: 7 },
    });
    expect(live(table())).toBeUndefined();
    expect(virtualServices.live(inputs(), table(), true)?.services).toEqual({});
  });

  it("say ten warnings and how many more there are", () => {
    const drops = { hook: "input", families: ["ipv4"], name: "ip filter input" };
    const facts = { ...cluster, filters: [drops] } as unknown as Facts;
    const ports = Array.from({ length: 25 }, (_, index) => ({ ...http, port: 8000 + index }));
    const said = virtualServices.warnings?.(inputs(...ports), facts) ?? [];
    expect(said).toHaveLength(11);
    expect(said[0]).toContain("has to accept tcp 192.0.2.80:8000");
    expect(said.at(-1)).toBe("15 more warnings of this kind");
  });

  it("name the place of each problem", () => {
    expect(problems(http, { ...http, port: 70000, realServers: [near("nowhere")] })).toEqual([
      "services.1: port is 70000: use a whole number from 0 to 65535",
      expect.stringMatching(/^services\.1: realServers 0: rip is "nowhere"/),
    ]);
    expect(problems("http")[0]).toMatch(/^services\.0: a virtual service is "http": give/);
    expect(problems({ ...http, shceduler: "rr" })[0]).toMatch(
      /^services\.0: shceduler is not an argument of a virtual service: use protocol, vip, port, scheduler/,
    );
    expect(problems({ ...http, realServers: [{ ...near("192.0.2.11"), wieght: 1 }] })[0]).toMatch(
      /^services\.0\.realServers\.0: wieght is not an argument of a real server/,
    );
  });

  it("are refused when two have one name, however their address is spelt", () => {
    const six = { vip: "2001:db8::80", port: 80 };
    expect(problems(six, http, { ...six, vip: "2001:DB8:0::80" })).toEqual([
      "services has tcp [2001:db8::80]:80 more than once: declare it once",
    ]);
  });
});
