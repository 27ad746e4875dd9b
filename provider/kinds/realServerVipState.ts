import { holdersOf, hostPrefix, interfacesTowards } from "../network/interfaces";
import { linkType } from "../network/linkPart";
import { interfaceSysctl } from "../network/sysctls";
import { type Tunnel, tunnelFor } from "../network/tunnels";
import type { Facts } from "../registry/facts";
import { familyOf } from "../values/address";
import type { RealServerVipInputs, RealServerVipState } from "./realServerVipInputs";
import { replyRouteIsThere } from "./replyRoute";

type Given = Omit<RealServerVipInputs, "state">;

export function wantedState(inputs: Given): RealServerVipState {
  const { tunnel } = placeOf(inputs);
  return {
    vip: "present",
    // ARP is IPv4's: IPv6 does not answer for an address of another interface.
    ...(familyOf(inputs.vip) === "ipv4" && { arpIgnore: 1, arpAnnounce: 2 }),
    ...(tunnel?.needsLooseRpFilter && { rpFilter: 2 }),
    ...(tunnel && { tunnel: tunnel.kind }),
    ...(inputs.replyGateway && { replyRoute: "present" as const }),
  };
}

export function liveState(inputs: RealServerVipInputs, facts: Facts): RealServerVipState {
  const { device, tunnel } = placeOf(inputs);
  const hasVip = holdersOf(facts.links, inputs.vip).some(
    (one) => one.device === device && one.prefix === hostPrefix(inputs.vip),
  );
  const wanted = wantedState(inputs);
  const sysctl = (on: string, name: "arp_ignore" | "arp_announce" | "rp_filter") =>
    Number(facts.sysctls.get(interfaceSysctl("ipv4", on, name)) ?? -1);
  const arp = (name: "arp_ignore" | "arp_announce", value: number) => {
    const values = hidingInterfaces(inputs, facts).map((on) => sysctl(on, name));
    return values.find((one) => one !== value) ?? values[0] ?? -1;
  };
  return {
    vip: hasVip ? "present" : "absent",
    ...(wanted.arpIgnore !== undefined && { arpIgnore: arp("arp_ignore", wanted.arpIgnore) }),
    ...(wanted.arpAnnounce !== undefined && {
      arpAnnounce: arp("arp_announce", wanted.arpAnnounce),
    }),
    ...(wanted.rpFilter !== undefined && { rpFilter: sysctl(device, "rp_filter") }),
    ...(tunnel && { tunnel: liveTunnel(tunnel, facts) }),
    ...(inputs.replyGateway && {
      replyRoute: replyRouteIsThere({ source: inputs.vip, gateway: inputs.replyGateway }, facts)
        ? ("present" as const)
        : ("absent" as const),
    }),
  };
}

/** Where the VIP is: on lo, or on a tunnel interface of our own. */
export function placeOf(inputs: Given): { device: string; tunnel: Tunnel | undefined } {
  const tunnel = inputs.forwardingMethod === "tun" ? tunnelFor(inputs.rip, inputs.vip) : undefined;
  return { device: tunnel?.name ?? "lo", tunnel };
}

/**
 * The interfaces that must not answer ARP for an IPv4 VIP: where requests arrive, and wherever neighbours have the VIP
 * in their own network and so ask for it.
 */
export function hidingInterfaces(inputs: Given, facts: Facts): string[] {
  if (familyOf(inputs.vip) === "ipv6") return [];
  const ingress = [inputs.interface, holdersOf(facts.links, inputs.rip)[0]?.device];
  const all = [...ingress, ...interfacesTowards(facts.routes, inputs.vip)];
  return [...new Set(all.filter((one) => one !== undefined))];
}

function liveTunnel({ name, kind, value }: Tunnel, facts: Facts): string {
  const link = linkType.read(facts.links, name);
  if (link === undefined) return "absent";
  if (link === value) return kind;
  return facts.links.get(name)?.isUp ? link : "down";
}
