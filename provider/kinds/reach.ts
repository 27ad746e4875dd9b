import { routeTo } from "../network/routes";
import { interfaceSysctl } from "../network/sysctls";
import { familyOf } from "../values/address";
import { LvsError } from "../values/errors";
import type { Facts } from "../values/facts";
import type { Part } from "../values/part";
import type { RealServerInputs } from "./realServerFields";

/** What a director needs to reach real servers: forwarding, where NAT brings the replies in (ip-sysctl.rst). */
export function reachParts(realServers: readonly RealServerInputs[], facts: Facts): Part[] {
  for (const one of realServers) refuseUnreachable(one, facts);
  const ids = new Set(realServers.filter(isNat).map((one) => forwardingSysctl(one.rip, facts)));
  return [...ids].map((id) => ({ type: "sysctl", id, value: "1", shared: true }));
}

/** Whether forwarding is on where NAT needs it; undefined when it does not need it anywhere. */
export function isForwarding(
  realServers: readonly RealServerInputs[],
  facts: Facts,
): boolean | undefined {
  const nat = realServers.filter(isNat);
  if (nat.length === 0) return undefined;
  return nat.every((one) => facts.sysctls.get(forwardingSysctl(one.rip, facts)) === "1");
}

function isNat(realServer: RealServerInputs): boolean {
  return realServer.forwardingMethod === "nat";
}

// IPv4 forwards by the interface on which a packet comes in; IPv6 has one switch for all.
function forwardingSysctl(rip: string, facts: Facts): string {
  if (familyOf(rip) === "ipv6") return interfaceSysctl("ipv6", "all", "forwarding");
  return interfaceSysctl("ipv4", routeTo(facts.routes, rip)?.device ?? "lo", "forwarding");
}

/** The rules of the field for the place of a real server: NAT and DR on a network of the director's, TUN anywhere. */
function refuseUnreachable({ rip, forwardingMethod }: RealServerInputs, facts: Facts): void {
  const route = routeTo(facts.routes, rip);
  if (!route || !["unicast", "local"].includes(route.type)) {
    throw new LvsError(
      "input",
      `rip is ${rip}, but this director has no route to it; nothing was changed`,
    );
  }
  if (forwardingMethod === "tun" || route.gateway === undefined) return;
  const why = {
    nat: '"nat" needs real servers on the network of the DIP, so that their replies come back through the director',
    dr: '"dr" needs real servers on the same physical network, because it changes only the Ethernet address',
  }[forwardingMethod];
  throw new LvsError(
    "input",
    `rip is ${rip}, which this director reaches through the gateway ${route.gateway}, but ${why}; nothing was changed. ` +
      'Use forwardingMethod "tun" for a real server that is farther away',
  );
}
