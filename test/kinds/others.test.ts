import { describe, expect, it } from "vitest";
import type { Tunnel } from "../../provider/ipvs/model";
import { director } from "../../provider/kinds/director";
import { type RealServerResourceInputs, realServer } from "../../provider/kinds/realServer";
import { realServerGateway } from "../../provider/kinds/realServerGateway";
import type { Facts } from "../../provider/registry/facts";
import { aRealServer, aTable, aVirtualService } from "../support/builders";
import { factsOf } from "../support/captures";
import { inputsOf } from "../support/inputs";

const clean = factsOf("directorClean");
const cluster = factsOf("directorCluster");
const web1 = factsOf("realServerEverything");

describe("director", () => {
  const inputs = inputsOf(director, "Director");

  it("is the kernel's IPVS, which stacks share", () => {
    const parts = director.parts(inputs, clean);
    expect(parts.at(-1)).toEqual({ type: "module", id: "ip_vs", value: "loaded", shared: true });
    expect(parts.every((part) => part.shared)).toBe(true);
  });

  it("refuses a host without ipvsadm", () => {
    const facts = { ...clean, tools: new Set(["ip", "modprobe", "sysctl"]) };
    expect(() => director.parts(inputs, facts)).toThrow(/ipvsadm is missing on this host/);
  });

  it("shows that it is not loaded any more, as after a reboot", () => {
    expect(director.live(inputs, cluster, true)).toEqual(inputs);
    expect(director.live(inputs, clean, true)).toEqual({ ...inputs, ipvs: "not loaded" });
    expect(director.live(inputs, clean, false)).toBeUndefined();
  });
});

describe("realServer", () => {
  const inputs = (more: object = {}) => inputsOf(realServer, "RealServer", more);

  it("is one line of its virtual service, and owned", () => {
    expect(realServer.parts(inputs({ weight: 0 }), cluster)).toEqual([
      {
        ...{ type: "realServer", id: "tcp 192.0.2.80:80 -> 192.0.2.11:80" },
        value: "-a -t 192.0.2.80:80 -r 192.0.2.11:80 -g -w 0 -x 0 -y 0",
        shared: false,
      },
    ]);
  });

  it("refuses a virtual service that is not there", () => {
    expect(() => realServer.parts(inputs(), clean)).toThrow(
      /^the virtual service tcp 192\.0\.2\.80:80 is not on this director; nothing was changed/,
    );
  });

  it("shows its live weight, or that it is not there", () => {
    const rip = "192.0.2.12";
    expect(realServer.live(inputs({ rip }), cluster, true)).toMatchObject({
      ...{ weight: 3, upperThreshold: 10, lowerThreshold: 5 },
    });
    expect(realServer.live(inputs({ rip: "192.0.2.13" }), cluster, true)).toBeUndefined();
  });
});

describe("realServer.live", () => {
  const inputs = inputsOf(realServer, "RealServer", { rip: "10.0.0.5", forwardingMethod: "tun" });
  const live = (before: RealServerResourceInputs, tunnel: Tunnel) => {
    const service = aVirtualService({
      realServers: [aRealServer({ forwardingMethod: "tun", tunnel })],
    });
    return realServer.live(before, { ...cluster, ipvs: aTable(service) }, true);
  };

  it("forgets a tunnel that was changed back by hand", () => {
    const gue = { type: "gue", port: 6080, checksum: "nocsum" } as const;
    const drifted = live(inputs, gue) as RealServerResourceInputs;
    expect(drifted.tunnel).toEqual(gue);
    expect(live(drifted, { type: "ipip" })).toEqual(inputs);
  });
});

describe("realServerGateway", () => {
  const inputs = (more: object = {}) =>
    inputsOf(realServerGateway, "RealServerGateway", {
      rip: "192.0.2.11",
      dip: "192.0.2.2",
      ...more,
    });
  const managedFrom = (client: string, server: string): Facts => ({
    ...{ ...web1, management: { client, server } },
  });

  it("is two rules and a route of a table of its own", () => {
    const parts = realServerGateway.parts(inputs(), web1);
    expect(parts.map((part) => `${part.type} ${part.value.replace(/\d{7,}$/, "N")}`)).toEqual([
      "route via 192.0.2.2 dev eth1",
      "rule lookup main suppress_prefixlength 0",
      "rule lookup N",
    ]);
  });

  it.each([
    ["a RIP that the host does not have", { rip: "192.0.2.99" }, /rip is 192\.0\.2\.99/],
    ["a DIP that is not near", { dip: "198.51.100.1" }, /dip is 198\.51\.100\.1, but it is not on/],
    [
      "a DIP that is the host's own",
      { rip: "192.0.2.11", dip: "192.0.2.81" },
      /dip is 192\.0\.2\.81/,
    ],
  ])("refuses %s", (_, more, says) => {
    expect(() => realServerGateway.parts(inputs(more), web1)).toThrow(says);
  });

  it("refuses to cut the connection over which the host is managed", () => {
    const parts = (facts: Facts) => () => realServerGateway.parts(inputs(), facts);
    expect(parts(managedFrom("198.51.100.7", "192.0.2.11"))).toThrow(
      /the management connection would be lost; nothing was changed/,
    );
    // A neighbour is reached as before, and so is who comes to another address.
    expect(parts(managedFrom("192.0.2.7", "192.0.2.11"))).not.toThrow();
    expect(parts(managedFrom("198.51.100.7", "10.255.0.15"))).not.toThrow();
    expect(parts({ ...web1, management: undefined })).not.toThrow();
  });

  it("shows whether the way is there, as long as it is claimed", () => {
    expect(realServerGateway.live(inputs(), web1, true)).toMatchObject({ replyRoute: "absent" });
    expect(realServerGateway.live(inputs(), web1, false)).toBeUndefined();
  });
});
