import { describe, expect, it } from "vitest";
import { planRollback } from "../../provider/cli/rollback/plan";
import { selectTargets } from "../../provider/cli/rollback/targets";
import { lvs, service, stack, urnOf } from "./support/states";

const names = { name: "lvs", stack: "dev" };
const web1 = { "192.0.2.11:80": { weight: 1 } };

describe("the targets of a rollback", () => {
  const then = stack(lvs("Director", "director1"), service("http", web1));
  const vip = { ...lvs("VirtualIp", "vip"), id: "director2 vip 192.0.2.80" };
  const dns = { ...service("dns", {}), id: "director2 udp 192.0.2.8:53" };
  const now = stack(vip, dns);
  const plan = planRollback(then, now, names);
  const http = urnOf("VirtualService", "http");

  it.each([
    { only: [], found: plan.targets },
    { only: ["director1"], found: [urnOf("Director", "director1"), http] },
    { only: ["192.0.2.80"], found: [http, vip.urn] },
    { only: ["tcp 192.0.2.80:80"], found: [http] },
    { only: ["192.0.2.8"], found: [dns.urn] },
    { only: [dns.urn, "director1"], found: [urnOf("Director", "director1"), http, dns.urn] },
  ])("are limited to $only", ({ only, found }) => {
    expect(selectTargets(plan, now, only)).toEqual(found);
  });

  it("are resources of many virtual services too, by the name or the address of one of these", () => {
    const services = { "tcp 192.0.2.80:80": {}, "udp 192.0.2.81:53": {} };
    const group = {
      ...lvs("VirtualServices", "all", { services }),
      id: "director1 virtual services",
    };
    const ofGroup = planRollback(stack(group), stack(), names);
    for (const only of ["udp 192.0.2.81:53", "192.0.2.80"])
      expect(selectTargets(ofGroup, stack(), [only])).toEqual([group.urn]);
    expect(() => selectTargets(ofGroup, stack(), ["192.0.2.8"])).toThrow(
      "--target 192.0.2.8 is no",
    );
  });

  it("refuse a name that nothing has", () => {
    expect(() => selectTargets(plan, now, ["director3"])).toThrow(
      "--target director3 is no director, VIP or virtual service, then or now",
    );
  });
});
