import { describe, expect, it } from "vitest";
import { routeType } from "../../provider/network/routePart";
import { factOf } from "../support/captures";
import { argvOf } from "../support/steps";

const routes = factOf("realServerEverything", "routes");

describe("routeType", () => {
  const id = "ipv4 default table 1000123";

  it("reads a default route of a table of our own", () => {
    expect(routeType.read(routes, id)).toBe("via 192.0.2.2 dev eth1");
    expect(routeType.read(routes, "ipv6 default table 1000124")).toBe(
      "via 2001:db8:0:1::2 dev eth1",
    );
    expect(routeType.read(routes, "ipv4 default table 1000999")).toBeUndefined();
  });

  it("replaces and deletes it by family and table", () => {
    expect(argvOf(routeType.set(id, "via 10.0.0.1 dev eth1", undefined))).toEqual([
      "ip -4 route replace default table 1000123 via 10.0.0.1 dev eth1",
    ]);
    expect(argvOf(routeType.unset("ipv6 default table 7", ""))).toEqual([
      "ip -6 route delete default table 7",
    ]);
  });
});
