import { routeTo } from "../network/routes";
import { interfaceSysctl } from "../network/sysctls";
import type { Facts } from "../registry/facts";
import { familyOf } from "../values/address";
import { LvsError } from "../values/errors";
import type { FactName } from "../values/fact";
import type { Part } from "../values/part";
import { filledByCheck } from "./fields";
import type { RealServerInputs } from "./realServerFields";

/** The facts that tell how these real servers are reached. */
export function reachFacts(realServers: readonly RealServerInputs[]): FactName[] {
  return [
    ...(realServers.length > 0 ? (["routes"] as const) : []),
    ...(realServers.some(isNat) ? (["sysctls"] as const) : []),
  ];
}

/**
 * What a director needs to reach the real servers of a VIP: with NAT, forwarding where the replies come in, and no
 * redirects where they also go out (ip-sysctl.rst).
 */
export function reachParts(
  vip: string,
  realServers: readonly RealServerInputs[],
  facts: Facts,
): Part[] {
  for (const one of realServers) refuseUnreachable(one, facts);
  const settings = realServers.filter(isNat).flatMap(({ rip }): [string, string][] => {
    const redirects = redirectsOffSysctl(vip, rip, facts);
    refuseToLoseRouter(rip, facts);
    return [
      [forwardingSysctl(rip, facts), "1"],
      ...(redirects ? [[redirects, "0"] as [string, string]] : []),
    ];
  });
  return [...new Map(settings)].map(([id, value]) => ({ type: "sysctl", id, value, shared: true }));
}

/** What a director is to do with the replies of NAT real servers; filled by check, and by read with what is live. */
export interface NatReplies {
  readonly forwarding?: boolean | undefined;
  /** Whether it sends its real servers past itself, on an interface where that can be. */
  readonly sendRedirects?: boolean | undefined;
}

/** The fields of NatReplies, which check fills. */
export const repliesFields = {
  forwarding: filledByCheck(undefined),
  sendRedirects: filledByCheck(undefined),
};

/** What programs call these fields: they are no arguments. */
export const repliesArguments = { forwarding: undefined, sendRedirects: undefined };

export function wantedReplies(realServers: readonly { forwardingMethod: string }[]): NatReplies {
  return realServers.some(isNat) ? { forwarding: true, sendRedirects: false } : {};
}

export function liveReplies(
  vip: string,
  realServers: readonly RealServerInputs[],
  facts: Facts,
): NatReplies {
  const nat = realServers.filter(isNat);
  if (nat.length === 0) return {};
  const isOn = (sysctl: string) => facts.sysctls.get(sysctl) === "1";
  return {
    forwarding: nat.every(({ rip }) => isOn(forwardingSysctl(rip, facts))),
    sendRedirects: nat.some(({ rip }) => redirectsSysctls(vip, rip, facts).some(isOn)),
  };
}

function isNat(realServer: { readonly forwardingMethod: string }): boolean {
  return realServer.forwardingMethod === "nat";
}

// IPv4 forwards by the interface on which a packet comes in; IPv6 has one switch for all.
function forwardingSysctl(rip: string, facts: Facts): string {
  if (familyOf(rip) === "ipv6") return interfaceSysctl("ipv6", "all", "forwarding");
  return interfaceSysctl("ipv4", routeTo(facts.routes, rip)?.device ?? "lo", "forwarding");
}

/**
 * Where VIP and real server are on one interface, the director would tell a real server by ICMP that its client can be
 * reached without it. It does so when either of two sysctls is on: that of all, and that of the interface.
 */
function redirectsSysctls(vip: string, rip: string, facts: Facts): string[] {
  const device = routeTo(facts.routes, rip)?.device;
  if (familyOf(rip) === "ipv6" || !device) return [];
  if (routeTo(facts.routes, vip)?.device !== device) return [];
  return ["all", device].map((one) => interfaceSysctl("ipv4", one, "send_redirects"));
}

function redirectsOffSysctl(vip: string, rip: string, facts: Facts): string | undefined {
  const [all = "", own] = redirectsSysctls(vip, rip, facts);
  if (facts.sysctls.get(all) !== "1") return own;
  throw new LvsError(
    "input",
    `rip is ${rip}, and the VIP ${vip} is on the same interface of this director: with "nat" it would tell ` +
      `its real servers to bypass it (ICMP redirects), which ${all} is on for; nothing was changed. ` +
      "Set net.ipv4.conf.all.send_redirects to 0 on this director, which concerns all of its interfaces",
  );
}

/** IPv6 forwarding ends the default routes that routers advertise, unless accept_ra is 2 (ip-sysctl.rst). */
function refuseToLoseRouter(rip: string, facts: Facts): void {
  if (familyOf(rip) === "ipv4") return;
  const lost = facts.routes.find(
    ({ destination, isAdvertised, device = "" }) =>
      destination === "default" &&
      isAdvertised &&
      facts.sysctls.get(interfaceSysctl("ipv6", device, "accept_ra")) !== "2",
  );
  if (!lost) return;
  throw new LvsError(
    "input",
    `rip is ${rip}, and "nat" needs IPv6 forwarding, with which this director would lose its default route through ` +
      `${lost.gateway} (router advertisements on ${lost.device}); nothing was changed. ` +
      `Set net.ipv6.conf.${lost.device}.accept_ra to 2 on this director, or give it a route of its own`,
  );
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
