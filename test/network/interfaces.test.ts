import { describe, expect, it } from "vitest";
import { hostPrefix, interfaceTowards, interfaceWith } from "../../provider/network/interfaces";
import type { Routes } from "../../provider/network/routes";
import { factOf } from "../support/captures";

const director = {
  links: factOf("directorClean", "links"),
  routes: factOf("directorClean", "routes"),
};

describe("hostPrefix", () => {
  it("is the prefix of one address in its family", () => {
    expect(hostPrefix("192.0.2.80")).toBe("192.0.2.80/32");
    expect(hostPrefix("2001:db8::80")).toBe("2001:db8::80/128");
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

  it("takes the smallest of the networks that hold it", () => {
    const [one] = director.routes.routes;
    const route = (destination: string, device: string) => ({ ...one, destination, device });
    const routes = {
      routes: [
        route("10.0.0.0/8", "eth0"),
        route("10.1.0.0/16", "eth2"),
        route("10.0.0.0/16", "eth3"),
      ],
      rules: [],
    } as unknown as Routes;
    expect(interfaceTowards(routes, "10.1.2.3", "address")).toBe("eth2");
  });

  it("does not take a default route, nor a network behind a gateway, for a network of its own", () => {
    const routes = factOf("realServerEverything", "routes");
    expect(() => interfaceTowards(routes, "198.51.100.80", "address")).toThrow(
      /^address is 198\.51\.100\.80, but no interface of this host is in a network that holds it; nothing was changed/,
    );
  });
});
