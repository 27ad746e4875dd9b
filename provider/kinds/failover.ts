import { routerFileName } from "../keepalived/vrrp/paths";
import {
  renderVirtualRouter,
  routerName,
  SYNC_GROUPS,
  vipsOfFile,
} from "../keepalived/vrrp/virtualRouter";
import {
  holdersOf,
  interfacesTowards,
  interfaceWith,
  refuseElsewhere,
  requireInterface,
} from "../network/interfaces";
import { moduleParts } from "../network/modulePart";
import { requireTools } from "../network/tools";
import type { Facts } from "../registry/facts";
import { familyOf } from "../values/address";
import { LvsError } from "../values/errors";
import type { Part } from "../values/part";
import { advertisedVip, virtualRouterIdOf } from "../values/virtualRouter";
import { type FailoverInputs, type FailoverState, fields, rules } from "./failoverFields";
import { hostIdentity, idOf } from "./fields";
import type { Kind } from "./kind";
import { filterWarnings } from "./warnings";

/** Where VRRP sends what is for all on a network (RFC 5798). */
const MULTICAST = { ipv4: "224.0.0.18", ipv6: "ff02::12" } as const;

/** One director's part in a virtual router (VRRP), carried out by keepalived, which adds and removes the VIPs. */
export const failover: Kind<FailoverInputs> = {
  fields,
  argumentNames: { connection: "director", state: undefined },
  rules,
  complete: (given: FailoverInputs) => ({
    ...given,
    virtualRouterId: given.virtualRouterId ?? virtualRouterIdOf(given.vips),
  }),
  identity: [...hostIdentity, "virtualRouterId"],
  // A director with two virtual routers for one VIP would take it from itself.
  removeFirst: ["virtualRouterId"],
  id: (inputs) => idOf(inputs, routerName(inputs.virtualRouterId)),
  facts: ({ syncConnections }) => [
    ...(["links", "routes", "tools", "filters", "failover"] as const),
    ...(syncConnections ? (["modules"] as const) : []),
  ],
  modules: ({ syncConnections }) => (syncConnections ? ["ip_vs"] : []),
  parts(inputs, facts) {
    requireTools(facts.tools, "keepalived", "ip", "awk");
    const device = interfaceWith(facts.links, inputs.address, "address");
    if (inputs.interface !== undefined) requireInterface(facts.links, inputs.interface);
    refuseHeldVips(inputs, facts);
    refuseUnadvertised(inputs);
    const id = routerName(inputs.virtualRouterId);
    const part: Part = { type: "failover", id, value: text(inputs, device, facts), shared: false };
    // keepalived would load it for its synchronisation, and nobody would unload it.
    return [...(inputs.syncConnections ? moduleParts("ip_vs", facts.modules) : []), part];
  },
  live(inputs, facts, isClaimed) {
    const state = liveState(inputs, facts);
    return state === "absent" && !isClaimed ? undefined : { ...inputs, state };
  },
  warnings({ address: own, peers, syncConnections, multicast }, { filters, tools }) {
    const family = familyOf(own);
    const sync = syncConnections
      ? `, and connections that it tells of (UDP 8848 to ${SYNC_GROUPS[family]})`
      : "";
    const from = multicast ? `to ${MULTICAST[family]}` : `from ${peers.join(", ")}`;
    const what = `VRRP (protocol 112) ${from}${sync}`;
    return [...filterWarnings(filters, family, "input", what), ...listenerWarnings(tools)];
  },
};

function text(inputs: FailoverInputs, device: string, facts: Facts): string {
  const { preempt, preemptDelaySeconds } = inputs;
  const placeOf = (vip: string) =>
    inputs.interface ?? interfacesTowards(facts.routes, vip)[0] ?? device;
  return renderVirtualRouter({
    ...inputs,
    device,
    preemptDelaySeconds: preempt ? preemptDelaySeconds : undefined,
    vips: inputs.vips.map((vip) => ({ vip, device: placeOf(vip) })),
  });
}

function liveState(inputs: FailoverInputs, facts: Facts): FailoverState {
  const { files, isRunning } = facts.failover;
  const live = files.get(routerFileName(routerName(inputs.virtualRouterId)));
  if (live === undefined) return "absent";
  const [own] = holdersOf(facts.links, inputs.address);
  if (own === undefined || live !== text(inputs, own.device, facts)) return "changed";
  return isRunning ? "running" : "not running";
}

function listenerWarnings(tools: Facts["tools"]): string[] {
  if (tools.has("perl")) return [];
  return [
    "perl is missing on this host, so nobody listens, before keepalived starts, for others on the network that use the " +
      "number of the virtual router",
  ];
}

/** Refuses VIPs of which advertisements could name none. A rule could not tell, since it does not see what is unknown. */
function refuseUnadvertised({ vips, address: own }: FailoverInputs): void {
  const over = familyOf(own) === "ipv6" ? "IPv6" : "IPv4";
  if (advertisedVip(vips, familyOf(own)) !== undefined) return;
  throw new LvsError(
    "input",
    `vips has none of ${over}, which advertisements over ${over} name; nothing was changed. ` +
      "Add one, or give an address of the other family",
  );
}

/** Refuses a VIP that the host has without keepalived: both would add and remove it. */
function refuseHeldVips({ vips }: FailoverInputs, facts: Facts): void {
  const ofKeepalived = [...facts.failover.files.values()].flatMap(vipsOfFile);
  for (const vip of vips.filter((one) => !ofKeepalived.includes(one)))
    refuseElsewhere(facts.links, vip, () => false);
}
