import type { Filters } from "../network/filters";
import { holdersOf } from "../network/interfaces";
import { routeTo } from "../network/routes";
import { interfaceSysctl } from "../network/sysctls";
import type { Facts } from "../registry/facts";
import { type Family, familyOf } from "../values/address";
import type { RealServerInputs } from "./realServerFields";

/**
 * Warnings about chains of the packet filter that drop by default. IPVS takes requests at the input hook and replies of
 * NAT at the forward hook, both after the packet filter (ip_vs_core.c, ip_vs_ops4).
 */
export function filterWarnings(
  filters: Filters,
  family: Family,
  hook: "input" | "forward",
  what: string,
): string[] {
  return filters
    .filter((chain) => chain.hook === hook && chain.families.includes(family))
    .map(
      ({ name }) =>
        `the packet filter of this host drops what none of its rules accepts (chain ${name}): it has to accept ${what}`,
    );
}

/** Warnings about chains that drop the replies of NAT real servers, which the director forwards. */
export function replyWarnings(
  realServers: readonly Pick<RealServerInputs, "rip" | "forwardingMethod">[],
  filters: Filters,
): string[] {
  const rips = realServers
    .filter(({ forwardingMethod }) => forwardingMethod === "nat")
    .map(({ rip }) => rip);
  const [first] = rips;
  if (first === undefined) return [];
  return filterWarnings(filters, familyOf(first), "forward", `what comes from ${rips.join(", ")}`);
}

/** The arrival of requests on a real server: on the declared interface, or on the interface of the RIP. */
interface Ingress {
  readonly vip: string;
  readonly rip: string;
  readonly interface?: string | undefined;
}

/**
 * A warning about strict reverse path filtering, which drops requests of clients that the host would answer through
 * another interface. The kernel takes the larger value of conf.all and the interface (ip-sysctl.rst, rp_filter).
 */
export function sourceCheckWarnings(
  { vip, rip, interface: declared }: Ingress,
  facts: Facts,
): string[] {
  const device = declared ?? holdersOf(facts.links, rip)[0]?.device;
  if (familyOf(vip) === "ipv6" || device === undefined) return [];
  const values = ["all", device].map((name) =>
    Number(facts.sysctls.get(interfaceSysctl("ipv4", name, "rp_filter"))),
  );
  const way = routeTo(facts.routes, "0.0.0.0")?.device;
  if (Math.max(...values) !== 1 || way === undefined || way === device) return [];
  return [
    `rp_filter of ${device} is 1 (strict), and the default route of this host leaves by ${way}: requests of clients ` +
      `beyond the network of ${device} are dropped. Set net.ipv4.conf.${device}.rp_filter to 2 (loose), or give replyGateway`,
  ];
}
