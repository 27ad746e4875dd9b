import type { Filters } from "../network/filters";
import { holdersOf } from "../network/interfaces";
import { routeTo } from "../network/routes";
import { interfaceSysctl } from "../network/sysctls";
import type { Facts } from "../registry/facts";
import { type Family, familyOf } from "../values/address";
import type { RealServerInputs } from "./realServerFields";

/**
 * What to say of chains that drop what we do not know to be accepted: IPVS takes its packets at the input hook after
 * them, and the replies of NAT at the forward hook (ip_vs_core.c, ip_vs_ops4).
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

/** The director forwards what NAT real servers reply. */
export function replyWarnings(
  realServers: readonly Pick<RealServerInputs, "rip" | "forwardingMethod">[],
  filters: Filters,
): string[] {
  const rips = realServers.filter((one) => one.forwardingMethod === "nat").map((one) => one.rip);
  const [first] = rips;
  if (first === undefined) return [];
  return filterWarnings(filters, familyOf(first), "forward", `what comes from ${rips.join(", ")}`);
}

/** Where a real server's requests arrive: on the interface that is named, or on that of its own address. */
interface Ingress {
  readonly vip: string;
  readonly rip: string;
  readonly interface?: string | undefined;
}

/**
 * A source check that is strict drops requests of clients to whom the host would answer by another interface
 * (ip-sysctl.rst, rp_filter: the larger of two values counts).
 */
export function sourceCheckWarnings(
  { vip, rip, interface: named }: Ingress,
  facts: Facts,
): string[] {
  const device = named ?? holdersOf(facts.links, rip)[0]?.device;
  if (familyOf(vip) === "ipv6" || device === undefined) return [];
  const values = ["all", device].map((one) =>
    Number(facts.sysctls.get(interfaceSysctl("ipv4", one, "rp_filter"))),
  );
  const way = routeTo(facts.routes, "0.0.0.0")?.device;
  if (Math.max(...values) !== 1 || way === undefined || way === device) return [];
  return [
    `rp_filter of ${device} is 1 (strict), and the default route of this host leaves by ${way}: requests of clients ` +
      `beyond the network of ${device} are dropped. Set net.ipv4.conf.${device}.rp_filter to 2 (loose), or give replyGateway`,
  ];
}
