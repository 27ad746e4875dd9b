import { describe, expect, it } from "vitest";
import {
  holdersOf,
  hostPrefix,
  interfacesTowards,
  interfaceTowards,
  interfaceWith,
  refuseElsewhere,
  requireInterface,
} from "../../provider/network/interfaces";
import type { Routes } from "../../provider/network/routes";
import { factOf } from "../support/captures";

const director = {
  links: factOf("directorClean", "links"),
  routes: factOf("directorClean", "routes"),
};

describe("hostPrefix", () => {
  it("is the full prefix of an address in its family", () => {
    expect(hostPrefix("192.0.2.80")).toBe("192.0.2.80/32");
    expect(hostPrefix("2001:db8::80")).toBe("2001:db8::80/128");
  });
});

const cluster = factOf("directorCluster", "links");

describe("holdersOf", () => {
  it("finds the interfaces that have an address, with their prefixes", () => {
    expect(holdersOf(cluster, "192.0.2.80")).toEqual([
      { device: "eth1", prefix: "192.0.2.80/32", isDuplicate: false },
    ]);
    expect(holdersOf(cluster, "192.0.2.2").map((one) => one.prefix)).toEqual(["192.0.2.2/24"]);
    expect(holdersOf(cluster, "192.0.2.99")).toEqual([]);
  });
});

describe("requireInterface", () => {
  it("refuses a missing interface, and names the existing ones", () => {
    expect(() => requireInterface(cluster, "eth1")).not.toThrow();
    expect(() => requireInterface(cluster, "eth7")).toThrow(
      /^interface is eth7, but this host has no such interface; nothing was changed\. It has lo, eth0, eth1/,
    );
  });
});

describe("refuseElsewhere", () => {
  it("refuses a VIP that is there in a way that is not ours", () => {
    expect(() => refuseElsewhere(cluster, "192.0.2.99", () => false)).not.toThrow();
    expect(() => refuseElsewhere(cluster, "192.0.2.80", () => true)).not.toThrow();
    expect(() => refuseElsewhere(cluster, "192.0.2.80", () => false)).toThrow(
      /^the VIP 192\.0\.2\.80 is on this host already, as 192\.0\.2\.80\/32 on eth1; nothing was changed/,
    );
  });
});

describe("interfaceWith", () => {
  it.each([
    ["192.0.2.2", "eth1"],
    ["2001:db8:0:1::2", "eth1"],
    ["10.255.0.15", "eth0"],
  ])("finds who has %s", (address, name) => {
    expect(interfaceWith(director.links, address, "rip")).toBe(name);
  });

  it("names the argument, and the addresses that there are", () => {
    expect(() => interfaceWith(director.links, "192.0.2.99", "rip")).toThrow(
      /^rip is 192\.0\.2\.99, but no interface of this host has that address; nothing was changed\. It has 10\.255\.0\.15, .*192\.0\.2\.2/,
    );
  });
});

describe("interfaceTowards", () => {
  it.each(["directorClean", "directorCluster", "newerDirectorCluster"] as const)(
    "finds the interface whose network holds an address: %s",
    (capture) => {
      const routes = factOf(capture, "routes");
      expect(interfaceTowards(routes, "192.0.2.80", "address")).toBe("eth1");
      expect(interfaceTowards(routes, "2001:db8:0:1::80", "address")).toBe("eth1");
    },
  );

  it("takes the smallest of the networks that hold it, before the others", () => {
    const [one] = director.routes;
    const route = (destination: string, device: string) => ({ ...one, destination, device });
    const routes = [
      route("10.0.0.0/8", "eth0"),
      route("10.1.0.0/16", "eth2"),
      route("10.0.0.0/16", "eth3"),
    ] as Routes;
    expect(interfaceTowards(routes, "10.1.2.3", "address")).toBe("eth2");
    expect(interfacesTowards(routes, "10.1.2.3")).toEqual(["eth2", "eth0"]);
  });

  it("ignores default routes, and networks behind a gateway", () => {
    const routes = factOf("realServerEverything", "routes");
    expect(() => interfaceTowards(routes, "198.51.100.80", "address")).toThrow(
      /^address is 198\.51\.100\.80, but no interface of this host is in a network that holds it; nothing was changed/,
    );
  });
});
