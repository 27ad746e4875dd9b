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

const routesOf = (...routes: Route[]): Routes => ({ routes, rules: [] });

describe("routesFact", () => {
  it("reads a host that was booted without IPv6", () => {
    const none = { stdout: "[", exitCode: 2 };
    const refused = {
      ...none,
      stderr: "RTNETLINK answers: Address family not supported by protocol\nDump terminated\n",
    };
    const shown = [answered("[]\n[]\n"), refused];
    expect(routesFact.parse(shown)).toEqual({ routes: [], rules: [] });
    const broken = { ...none, stderr: "Cannot open netlink socket: Too many open files\n" };
    expect(() => routesFact.parse([...shown.slice(0, 1), broken])).toThrow(/Too many open files/);
  });

  it("reads routes of a kernel that has no rules for IPv6", () => {
    const shown = {
      stdout: '[{"dst":"2001:db8::/64","dev":"eth1","metric":256}]\n[',
      stderr: "RTNETLINK answers: Address family not supported by protocol\nDump terminated\n",
      exitCode: 1,
    };
    expect(routesFact.parse([answered("[]\n[]\n"), shown])).toEqual({
      routes: [route("2001:db8::/64 dev eth1 metric 256")],
      rules: [],
    });
  });

  it.each(["realServerEverything", "newerRealServerEverything"] as const)(
    "reads routes of every table and family: %s",
    (capture) => {
      const { routes } = factOf(capture, "routes");
      const shown = routes
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
    expect(everything.routes).toContainEqual(
      route("192.0.2.80/32 dev lvs4-c000020b", { table: "local", type: "local" }),
    );
  });

  it("reads what the rules look at and do", () => {
    expect(
      everything.rules.filter((one) => one.priority === 30000 || one.priority === 30001),
    ).toEqual(
      ["ipv4", "ipv6"].flatMap((family) => {
        const source = family === "ipv4" ? "192.0.2.11" : "2001:db8:0:1::11";
        const table = family === "ipv4" ? "1000123" : "1000124";
        return [
          { family, priority: 30000, source, action: "lookup main suppress_prefixlength 0" },
          { family, priority: 30001, source, action: `lookup ${table}` },
        ];
      }),
    );
  });

  it("reads a host without IPv6, where ip prints nothing", () => {
    const nothing = routesFact.parse(["[]\n[]\n", ""].map(answered));
    expect(nothing).toEqual({ routes: [], rules: [] });
  });
});

describe("routeTo", () => {
  const routes = routesOf(
    route("default via 192.0.2.1 dev eth1"),
    route("default via 192.0.2.9 dev eth9 metric 100"),
    route("10.0.0.0/8 via 192.0.2.3 dev eth1"),
    route("10.0.0.0/24 dev eth2"),
    route("10.0.0.1/32 dev eth2", { table: "local", type: "local" }),
    route("10.0.0.255/32 dev eth2", { table: "local", type: "broadcast" }),
    route("10.9.0.0/24 dev eth3", { table: "1000123" }),
    route("2001:db8::/64 dev eth1"),
  );

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
    expect(routeTo(routesOf(), "192.0.2.1")).toBeUndefined();
  });

  it("finds a route that drops what is sent", () => {
    expect(routeTo(everything, "203.0.113.5")).toMatchObject({ type: "blackhole" });
  });
});
