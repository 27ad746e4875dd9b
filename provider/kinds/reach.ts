import { routeTo } from "../network/routes";
import { interfaceSysctl } from "../network/sysctls";
import type { Facts } from "../registry/facts";
import { familyOf } from "../values/address";
import { LvsError } from "../values/errors";
import type { FactName } from "../values/fact";
import type { Part } from "../values/part";
import { filledByCheck } from "./fields";
import type { RealServerInputs } from "./realServerFields";

/** The facts that show how the director reaches these real servers. */
export function reachFacts(realServers: readonly RealServerInputs[]): FactName[] {
  return [
    ...(realServers.length > 0 ? (["routes"] as const) : []),
    ...(realServers.some(isNat) ? (["sysctls"] as const) : []),
  ];
}

/**
 * The parts that a director needs for the real servers of a VIP. NAT needs forwarding on the interface where replies
 * arrive, and no redirects on an interface where they also leave (ip-sysctl.rst).
 */
export function reachParts(
  vip: string,
  realServers: readonly RealServerInputs[],
  facts: Facts,
): Part[] {
  for (const realServer of realServers) refuseUnreachable(realServer, facts);
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

/** The director's settings for replies of NAT real servers. Check fills in declared values, read live ones. */
export interface NatReplies {
  readonly forwarding?: boolean | undefined;
  /** Whether the director redirects real servers to clients, on an interface where it can. */
  readonly sendRedirects?: boolean | undefined;
}

/** The fields of NatReplies, which check fills. */
export const repliesFields = {
  forwarding: filledByCheck(undefined),
  sendRedirects: filledByCheck(undefined),
};

/** The fields of NatReplies are no arguments. */
export const repliesArguments = { forwarding: undefined, sendRedirects: undefined };

/** The settings for replies that check fills in. */
export function declaredReplies(realServers: readonly { forwardingMethod: string }[]): NatReplies {
  return realServers.some(isNat) ? { forwarding: true, sendRedirects: false } : {};
}

/** The live settings for replies. */
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

// IPv4 has one switch for each incoming interface; IPv6 has one switch for all interfaces.
function forwardingSysctl(rip: string, facts: Facts): string {
  if (familyOf(rip) === "ipv6") return interfaceSysctl("ipv6", "all", "forwarding");
  return interfaceSysctl("ipv4", routeTo(facts.routes, rip)?.device ?? "lo", "forwarding");
}

/**
 * The sysctls of ICMP redirects. Where the VIP and a real server are on one interface, the director would redirect the
 * real server to its client. The kernel does so when either sysctl is on: conf.all or that of the interface.
 */
function redirectsSysctls(vip: string, rip: string, facts: Facts): string[] {
  const device = routeTo(facts.routes, rip)?.device;
  if (familyOf(rip) === "ipv6" || !device) return [];
  if (routeTo(facts.routes, vip)?.device !== device) return [];
  return ["all", device].map((name) => interfaceSysctl("ipv4", name, "send_redirects"));
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

/** Refuses unreachable real servers: NAT and DR need one on a network of the director, TUN does not. */
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
