import { describe, expect, it } from "vitest";
import { type Route, type Routes, routesFact, routeTo } from "../../provider/network/routes";
import { answered, factOf } from "../support/captures";

const everything = factOf("realServerEverything", "routes");

/** A route of the main table, as `10.0.0.0/8 dev eth0` or `default via 10.0.0.1 dev eth0 metric 5`. */
function route(text: string, more: Partial<Route> = {}): Route {
  const [destination = "", ...words] = text.split(" ");
  const after = (word: string) =>
    words.includes(word) ? words[words.indexOf(word) + 1] : undefined;
  return {
    family: text.includes(":") ? "ipv6" : "ipv4",
    ...{ destination, table: "main", type: "unicast" },
    ...{ gateway: after("via"), device: after("dev"), metric: Number(after("metric") ?? 0) },
    isAdvertised: false,
    ...more,
  };
}

const shownAs = (list: unknown) => [answered(JSON.stringify(list))];

describe("routesFact", () => {
  it("tells the default routes of both families apart, with and without a gateway", () => {
    const ipv4 = { dst: "default", dev: "eth1", scope: "link" };
    const ipv6 = { dst: "default", dev: "eth1", metric: 1024, pref: "medium" };
    expect(routesFact.parse(shownAs([ipv4, ipv6]))).toEqual([
      route("default dev eth1"),
      route("default dev eth1 metric 1024", { family: "ipv6" }),
    ]);
  });

  it.each(["realServerEverything", "newerRealServerEverything"] as const)(
    "reads routes of every table and family: %s",
    (capture) => {
      const shown = factOf(capture, "routes")
        .filter((one) => one.table !== "local" && one.destination !== "fe80::/64")
        .filter((one) => !one.device?.startsWith("lvs"));
      expect(shown).toEqual([
        route("default via 192.0.2.2 dev eth1", { table: "1000123" }),
        route("default via 10.255.0.2 dev eth0 metric 50"),
        route("10.255.0.0/24 dev eth0"),
        route("192.0.2.0/24 dev eth1"),
        route("203.0.113.0/24", { type: "blackhole" }),
        route("default via 2001:db8:0:1::2 dev eth1 metric 1024", { table: "1000124" }),
        route("2001:db8:0:1::/64 dev eth1 metric 256"),
      ]);
    },
  );

  it("reads a route to one address with its prefix, and its type", () => {
    expect(everything).toContainEqual(
      route("192.0.2.80/32 dev lvs4-c000020b", { table: "local", type: "local" }),
    );
  });
});

describe("routeTo", () => {
  const routes: Routes = [
    route("default via 192.0.2.1 dev eth1"),
    route("default via 192.0.2.9 dev eth9 metric 100"),
    route("10.0.0.0/8 via 192.0.2.3 dev eth1"),
    route("10.0.0.0/24 dev eth2"),
    route("10.0.0.1/32 dev eth2", { table: "local", type: "local" }),
    route("10.0.0.255/32 dev eth2", { table: "local", type: "broadcast" }),
    route("10.9.0.0/24 dev eth3", { table: "1000123" }),
    route("2001:db8::/64 dev eth1"),
  ];

  it.each([
    ["192.0.2.200", "default", "eth1"],
    ["10.7.0.1", "10.0.0.0/8", "eth1"],
    ["10.0.0.5", "10.0.0.0/24", "eth2"],
    ["10.0.0.1", "10.0.0.1/32", "eth2"],
    ["10.9.0.1", "10.0.0.0/8", "eth1"],
    ["2001:db8::5", "2001:db8::/64", "eth1"],
  ])("to %s is %s", (address, destination, device) => {
    expect(routeTo(routes, address)).toMatchObject({ destination, device });
  });

  it("is undefined without one", () => {
    expect(routeTo(routes, "2001:db8:1::5")).toBeUndefined();
    expect(routeTo([], "192.0.2.1")).toBeUndefined();
  });

  it("finds a route that drops what is sent", () => {
    expect(routeTo(everything, "203.0.113.5")).toMatchObject({ type: "blackhole" });
  });
});
