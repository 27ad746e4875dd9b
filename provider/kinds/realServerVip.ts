import { z } from "zod";
import { hostPrefix, interfaceWith } from "../network/interfaces";
import { moduleParts } from "../network/modules";
import { interfaceSysctl } from "../network/sysctls";
import { requireTools } from "../network/tools";
import { type Tunnel, tunnelFor } from "../network/tunnels";
import { familyOf } from "../values/address";
import type { Facts } from "../values/facts";
import type { Part } from "../values/part";
import { address, hostFields, hostIdentity, idOf, interfaceName } from "./fields";
import type { HostInputs, Kind } from "./kind";
import { replyParts, replyRouteIsThere } from "./replyRoute";

/** The state of the host that makes one VIP work; filled by check, and by read with what is live. */
export interface RealServerVipState {
  readonly vip: "present" | "absent";
  readonly arpIgnore?: number | undefined;
  readonly arpAnnounce?: number | undefined;
  readonly rpFilter?: number | undefined;
  readonly tunnel?: string | undefined;
  readonly replyRoute?: "present" | "absent" | undefined;
}

/** One VIP on a real server, for direct routing or tunnelling. */
export interface RealServerVipInputs extends HostInputs {
  readonly vip: string;
  readonly rip: string;
  readonly forwardingMethod: "dr" | "tun";
  readonly interface?: string | undefined;
  readonly replyGateway?: string | undefined;
  readonly state: RealServerVipState;
}

const fields = z.strictObject({
  ...hostFields,
  vip: address("vip"),
  rip: address("rip"),
  forwardingMethod: z.enum(["dr", "tun"], {
    error: (issue) =>
      `forwardingMethod is ${JSON.stringify(issue.input)}: use "dr" or "tun" ("nat" needs no VIP on the real server: see RealServerGateway)`,
  }),
  interface: interfaceName("interface").optional(),
  replyGateway: address("replyGateway").optional(),
  state: z.unknown().optional(),
});

function rules({
  vip,
  rip,
  forwardingMethod,
  replyGateway,
}: Partial<RealServerVipInputs>): string[] {
  if (vip === undefined) return [];
  const isOther = (address?: string) =>
    address !== undefined && familyOf(address) !== familyOf(vip);
  return [
    rip === vip && `rip is ${rip}, which is the VIP: give the real server's own address`,
    forwardingMethod === "dr" &&
      isOther(rip) &&
      `vip is ${vip} and rip is ${rip}: "dr" needs both of one family; use two addresses of one family, or forwardingMethod "tun"`,
    isOther(replyGateway) &&
      `replyGateway is ${replyGateway}, but the VIP ${vip} is of the other family: give a gateway of its family`,
  ].filter((problem) => problem !== false);
}

function wantedState(inputs: Omit<RealServerVipInputs, "state">): RealServerVipState {
  const isTunnel = inputs.forwardingMethod === "tun";
  const tunnel = isTunnel ? tunnelFor(inputs.rip, inputs.vip) : undefined;
  return {
    vip: "present",
    // ARP is IPv4's: IPv6 does not answer for an address of another interface.
    ...(familyOf(inputs.vip) === "ipv4" && { arpIgnore: 1, arpAnnounce: 2 }),
    ...(tunnel?.needsLooseRpFilter && { rpFilter: 2 }),
    ...(tunnel && { tunnel: tunnel.kind }),
    ...(inputs.replyGateway && { replyRoute: "present" as const }),
  };
}

/** One VIP on one real server: hidden from ARP, on lo (dr) or on a tunnel interface of our own (tun). */
export const realServerVip: Kind<RealServerVipInputs> = {
  fields,
  argumentNames: { state: undefined },
  rules,
  complete: (given: RealServerVipInputs) => ({ ...given, state: wantedState(given) }),
  identity: [...hostIdentity, "vip", "rip", "forwardingMethod", "interface"],
  id: (inputs) => idOf(inputs, inputs.forwardingMethod, "vip", inputs.vip, "rip", inputs.rip),
  facts: ["modules", "links", "sysctls", "routes", "tools"],
  parts(inputs, facts) {
    requireTools(
      facts.tools,
      "ip",
      "sysctl",
      ...(inputs.forwardingMethod === "tun" ? (["modprobe"] as const) : []),
    );
    const { device, tunnel } = placeOf(inputs);
    return [
      ...(tunnel ? tunnelParts(tunnel, facts) : []),
      ...arpParts(inputs, ingressOf(inputs, facts)),
      vipPart(inputs.vip, device),
      ...(inputs.replyGateway
        ? replyParts(
            { source: inputs.vip, gateway: inputs.replyGateway, argument: "replyGateway" },
            facts,
          )
        : []),
    ];
  },
  live(inputs, facts, isClaimed) {
    const state = liveState(inputs, facts);
    return state.vip === "absent" && !isClaimed ? undefined : { ...inputs, state };
  },
};

function placeOf(inputs: RealServerVipInputs): { device: string; tunnel: Tunnel | undefined } {
  const tunnel = inputs.forwardingMethod === "tun" ? tunnelFor(inputs.rip, inputs.vip) : undefined;
  return { device: tunnel?.name ?? "lo", tunnel };
}

function ingressOf(inputs: RealServerVipInputs, facts: Facts): string {
  return inputs.interface ?? interfaceWith(facts.links, inputs.rip, "rip");
}

function vipPart(vip: string, device: string): Part {
  return {
    type: "address",
    id: `${hostPrefix(vip)} dev ${device}`,
    value: "present",
    shared: true,
  };
}

function arpParts(inputs: RealServerVipInputs, ingress: string): Part[] {
  if (familyOf(inputs.vip) === "ipv6") return [];
  return [
    // Answer only for addresses of the interface that was asked; the VIP is on another one.
    {
      type: "sysctl",
      id: interfaceSysctl("ipv4", ingress, "arp_ignore"),
      value: "1",
      shared: true,
    },
    // Never name the VIP as the sender of an ARP request.
    {
      type: "sysctl",
      id: interfaceSysctl("ipv4", ingress, "arp_announce"),
      value: "2",
      shared: true,
    },
  ];
}

function tunnelParts(tunnel: Tunnel, facts: Facts): Part[] {
  const parts: Part[] = [
    ...moduleParts(tunnel.module, facts),
    { type: "link", id: tunnel.name, value: tunnel.value, shared: true },
  ];
  if (!tunnel.needsLooseRpFilter) return parts;
  // Loose on the tunnel holds whatever conf.all says, since the larger of the two counts.
  const rpFilter = interfaceSysctl("ipv4", tunnel.name, "rp_filter");
  return [...parts, { type: "sysctl", id: rpFilter, value: "2", shared: true }];
}

function liveState(inputs: RealServerVipInputs, facts: Facts): RealServerVipState {
  const { device, tunnel } = placeOf(inputs);
  const holder = facts.links.get(device);
  const hasVip = holder?.addresses.some(
    (one) => `${one.address}/${one.prefixLength}` === hostPrefix(inputs.vip),
  );
  const wanted = wantedState(inputs);
  const ingress = inputs.interface ?? findInterface(inputs.rip, facts) ?? "";
  const sysctl = (on: string, name: "arp_ignore" | "arp_announce" | "rp_filter") =>
    Number(facts.sysctls.get(interfaceSysctl("ipv4", on, name)) ?? -1);
  return {
    vip: hasVip ? "present" : "absent",
    ...(wanted.arpIgnore !== undefined && {
      arpIgnore: sysctl(ingress, "arp_ignore"),
      arpAnnounce: sysctl(ingress, "arp_announce"),
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

function liveTunnel(tunnel: Tunnel, facts: Facts): string {
  const link = facts.links.get(tunnel.name);
  return link ? (link.isUp ? (link.kind ?? "device") : "down") : "absent";
}

function findInterface(address_: string, facts: Facts): string | undefined {
  return [...facts.links.values()].find((link) =>
    link.addresses.some((one) => one.address === address_),
  )?.name;
}
