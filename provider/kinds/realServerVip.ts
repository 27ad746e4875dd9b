import {
  hostPrefix,
  interfaceWith,
  refuseElsewhere,
  requireInterface,
} from "../network/interfaces";
import { moduleParts } from "../network/modulePart";
import { interfaceSysctl } from "../network/sysctls";
import { requireTools } from "../network/tools";
import type { Tunnel } from "../network/tunnels";
import type { Facts } from "../registry/facts";
import { familyOf } from "../values/address";
import type { Part } from "../values/part";
import { hostIdentity, idOf } from "./fields";
import type { Kind } from "./kind";
import { fields, type RealServerVipInputs, rules } from "./realServerVipInputs";
import { declaredState, hidingInterfaces, liveState, placeOf } from "./realServerVipState";
import { replyParts } from "./replyRoute";
import { filterWarnings, sourceCheckWarnings } from "./warnings";

/** A VIP on a real server, hidden from ARP: on lo for `dr`, on our tunnel interface for `tun`. */
export const realServerVip: Kind<RealServerVipInputs> = {
  fields,
  argumentNames: { state: undefined },
  rules,
  complete: (given: RealServerVipInputs) => ({ ...given, state: declaredState(given) }),
  identity: [...hostIdentity, "vip", "rip", "forwardingMethod"],
  id: (inputs) => idOf(inputs, inputs.forwardingMethod, "vip", inputs.vip, "rip", inputs.rip),
  facts: () => ["modules", "links", "sysctls", "routes", "rules", "tools", "filters"],
  parts(inputs, facts) {
    requireTools(
      facts.tools,
      "ip",
      "sysctl",
      ...(inputs.forwardingMethod === "tun" ? (["modprobe"] as const) : []),
    );
    refuseMisplaced(inputs, facts);
    const { device, tunnel } = placeOf(inputs);
    return [
      ...(tunnel ? tunnelParts(tunnel, facts) : []),
      ...hidingInterfaces(inputs, facts).flatMap(arpParts),
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
  warnings,
};

function warnings(inputs: RealServerVipInputs, facts: Facts): string[] {
  const { vip, rip, forwardingMethod, replyGateway } = inputs;
  const isTunnel = forwardingMethod === "tun";
  return [
    ...filterWarnings(facts.filters, familyOf(vip), "input", `what comes to ${vip}`),
    ...(isTunnel
      ? filterWarnings(facts.filters, familyOf(rip), "input", `tunnels from the director to ${rip}`)
      : []),
    ...(isTunnel || replyGateway !== undefined ? [] : sourceCheckWarnings(inputs, facts)),
  ];
}

function refuseMisplaced(inputs: RealServerVipInputs, facts: Facts): void {
  if (inputs.interface === undefined) interfaceWith(facts.links, inputs.rip, "rip");
  else requireInterface(facts.links, inputs.interface);
  // On another interface the host would answer ARP for the VIP. On lo with a shorter prefix than /32 the host would
  // answer for the whole network.
  refuseElsewhere(
    facts.links,
    inputs.vip,
    ({ device, prefix }) =>
      prefix === hostPrefix(inputs.vip) && (device === "lo" || device.startsWith("lvs")),
  );
}

function vipPart(vip: string, device: string): Part {
  return {
    type: "address",
    id: `${hostPrefix(vip)} dev ${device}`,
    value: "present",
    shared: true,
  };
}

function arpParts(device: string): Part[] {
  return [
    // The host answers ARP only for addresses of the asked interface, and the VIP is on another one (ip-sysctl.rst).
    {
      type: "sysctl",
      id: interfaceSysctl("ipv4", device, "arp_ignore"),
      value: "1",
      shared: true,
    },
    // The host never sends the VIP as the source address of an ARP request (ip-sysctl.rst).
    {
      type: "sysctl",
      id: interfaceSysctl("ipv4", device, "arp_announce"),
      value: "2",
      shared: true,
    },
  ];
}

function tunnelParts(tunnel: Tunnel, facts: Facts): Part[] {
  const parts: Part[] = [
    ...moduleParts(tunnel.module, facts.modules),
    { type: "link", id: tunnel.name, value: tunnel.value, shared: true },
  ];
  if (!tunnel.needsLooseRpFilter) return parts;
  // Loose (2) on the tunnel is enough, because the kernel takes the larger value of this and conf.all (ip-sysctl.rst).
  const rpFilter = interfaceSysctl("ipv4", tunnel.name, "rp_filter");
  return [...parts, { type: "sysctl", id: rpFilter, value: "2", shared: true }];
}
