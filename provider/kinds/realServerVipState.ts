import { holdersOf, hostPrefix, interfacesTowards, portsOf } from "../network/interfaces";
import { linkType } from "../network/linkPart";
import { interfaceSysctl } from "../network/sysctls";
import { type Tunnel, tunnelFor } from "../network/tunnels";
import type { Facts } from "../registry/facts";
import { familyOf } from "../values/address";
import type { RealServerVipInputs, RealServerVipState } from "./realServerVipInputs";
import { replyRouteIsThere } from "./replyRoute";

type Declared = Omit<RealServerVipInputs, "state">;

/** The state of the host that the arguments declare. */
export function declaredState(inputs: Declared): RealServerVipState {
  const { tunnel } = placeOf(inputs);
  return {
    vip: "present",
    // Only IPv4 needs ARP settings: an IPv6 host does not answer for an address of another interface.
    ...(familyOf(inputs.vip) === "ipv4" && { arpIgnore: 1, arpAnnounce: 2 }),
    ...(tunnel?.needsLooseRpFilter && { rpFilter: 2 }),
    ...(tunnel && { tunnel: tunnel.kind }),
    ...(inputs.replyGateway && { replyRoute: "present" as const }),
  };
}

/** The live state of the host, in the form of `declaredState`. */
export function liveState(inputs: RealServerVipInputs, facts: Facts): RealServerVipState {
  const { device, tunnel } = placeOf(inputs);
  const hasVip = holdersOf(facts.links, inputs.vip).some(
    (holder) => holder.device === device && holder.prefix === hostPrefix(inputs.vip),
  );
  const declared = declaredState(inputs);
  const sysctl = (on: string, name: "arp_ignore" | "arp_announce" | "rp_filter") =>
    Number(facts.sysctls.get(interfaceSysctl("ipv4", on, name)) ?? -1);
  const arp = (name: "arp_ignore" | "arp_announce", declaredValue: number) => {
    const values = hidingInterfaces(inputs, facts).map((on) => sysctl(on, name));
    return values.find((value) => value !== declaredValue) ?? values[0] ?? -1;
  };
  return {
    vip: hasVip ? "present" : "absent",
    ...(declared.arpIgnore !== undefined && { arpIgnore: arp("arp_ignore", declared.arpIgnore) }),
    ...(declared.arpAnnounce !== undefined && {
      arpAnnounce: arp("arp_announce", declared.arpAnnounce),
    }),
    ...(declared.rpFilter !== undefined && { rpFilter: sysctl(device, "rp_filter") }),
    ...(tunnel && { tunnel: liveTunnel(tunnel, facts) }),
    ...(inputs.replyGateway && {
      replyRoute: replyRouteIsThere({ source: inputs.vip, gateway: inputs.replyGateway }, facts)
        ? ("present" as const)
        : ("absent" as const),
    }),
  };
}

/** The interface of the VIP: lo for `dr`, our tunnel interface for `tun`. */
export function placeOf(inputs: Declared): { device: string; tunnel: Tunnel | undefined } {
  const tunnel = inputs.forwardingMethod === "tun" ? tunnelFor(inputs.rip, inputs.vip) : undefined;
  return { device: tunnel?.name ?? "lo", tunnel };
}

/**
 * The interfaces that must not answer ARP for an IPv4 VIP: those on which requests arrive, and those in whose network
 * the VIP is, because the neighbours there ask for the VIP. Their ports too: a port that is not in its bridge or bond yet,
 * or not any more, takes requests itself.
 */
export function hidingInterfaces(inputs: Declared, facts: Facts): string[] {
  if (familyOf(inputs.vip) === "ipv6") return [];
  const ingress = [inputs.interface, holdersOf(facts.links, inputs.rip)[0]?.device];
  const all = [...ingress, ...interfacesTowards(facts.routes, inputs.vip)];
  const devices = all.filter((device) => device !== undefined);
  return [...new Set([...devices, ...portsOf(facts.links, devices)])];
}

function liveTunnel({ name, kind, value }: Tunnel, facts: Facts): string {
  const link = linkType.read(facts.links, name);
  if (link === undefined) return "absent";
  if (link === value) return kind;
  return facts.links.get(name)?.isUp ? link : "down";
}
