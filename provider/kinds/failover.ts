import { z } from "zod";
import { routerFileName } from "../keepalived/vrrp/paths";
import { renderVirtualRouter, routerName, vipsOfFile } from "../keepalived/vrrp/virtualRouter";
import {
  holdersOf,
  interfacesTowards,
  interfaceWith,
  refuseElsewhere,
  requireInterface,
} from "../network/interfaces";
import { requireTools } from "../network/tools";
import type { Facts } from "../registry/facts";
import { familyOf, isLoopback } from "../values/address";
import type { Part } from "../values/part";
import { advertisedVip, virtualRouterIdOf } from "../values/virtualRouter";
import {
  address,
  filledByCheck,
  hostFields,
  hostIdentity,
  idOf,
  interfaceName,
  persist,
  wanted,
} from "./fields";
import type { HostInputs, Kind } from "./kind";
import { filterWarnings } from "./warnings";

/** What keepalived on a director does for a virtual router. */
type FailoverState = "running" | "not running" | "changed" | "absent";

/** One director's part in a virtual router: the VIPs that it shares with its peers, of which one director holds them. */
export interface FailoverInputs extends HostInputs {
  readonly vips: readonly string[];
  readonly address: string;
  readonly peers: readonly string[];
  readonly interface?: string | undefined;
  readonly virtualRouterId: number;
  readonly priority: number;
  readonly preempt: boolean;
  readonly preemptDelaySeconds: number;
  readonly advertIntervalSeconds: number;
  /** Filled by check, and by read with what is live. Who holds the VIPs is no part of it. */
  readonly state: FailoverState;
}

function whole(name: string, from: number, to: number) {
  const what = `a whole number from ${from} to ${to}`;
  return z
    .number(wanted(name, what))
    .int(wanted(name, what))
    .min(from, wanted(name, what))
    .max(to, wanted(name, what));
}

const VIPS = 'a list of addresses, such as ["192.0.2.80"]';
const PEERS = "the addresses of the other directors";

const fields = z.strictObject({
  ...hostFields,
  vips: z
    .array(address("a VIP"), wanted("vips", VIPS))
    .min(1, { error: `vips is []: give ${VIPS}` })
    .refine((vips) => advertisedVip(vips) !== undefined, {
      error: "vips has none of IPv4, which advertisements over IPv4 name: add one",
    }),
  address: address("address"),
  peers: z
    .array(address("a peer"), wanted("peers", PEERS))
    .min(1, { error: `peers is []: give ${PEERS}` }),
  interface: interfaceName("interface").optional(),
  virtualRouterId: whole("virtualRouterId", 1, 255).optional(),
  priority: whole("priority", 1, 254).default(100),
  preempt: z.boolean(wanted("preempt", "true or false")).default(true),
  preemptDelaySeconds: whole("preemptDelaySeconds", 0, 1000).default(10),
  advertIntervalSeconds: whole("advertIntervalSeconds", 1, 255).default(1),
  persist,
  state: filledByCheck("running"),
});

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
  facts: () => ["links", "routes", "tools", "filters", "failover"],
  parts(inputs, facts) {
    requireTools(facts.tools, "keepalived", "ip", "awk");
    const device = interfaceWith(facts.links, inputs.address, "address");
    if (inputs.interface !== undefined) requireInterface(facts.links, inputs.interface);
    refuseHeldVips(inputs, facts);
    const id = routerName(inputs.virtualRouterId);
    const part: Part = { type: "failover", id, value: text(inputs, device, facts), shared: false };
    return [part];
  },
  live(inputs, facts, isClaimed) {
    const state = liveState(inputs, facts);
    return state === "absent" && !isClaimed ? undefined : { ...inputs, state };
  },
  warnings: ({ address: own, peers }, { filters }) =>
    filterWarnings(filters, familyOf(own), "input", `VRRP (protocol 112) from ${peers.join(", ")}`),
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

/** Refuses a VIP that the host has without keepalived: both would add and remove it. */
function refuseHeldVips({ vips }: FailoverInputs, facts: Facts): void {
  const ofKeepalived = [...facts.failover.files.values()].flatMap(vipsOfFile);
  for (const vip of vips.filter((one) => !ofKeepalived.includes(one)))
    refuseElsewhere(facts.links, vip, () => false);
}

function rules({ vips, address: own, peers }: Partial<FailoverInputs>): string[] {
  const others = peers ?? [];
  const isOfVips = (one: string) => vips?.includes(one) ?? false;
  return [
    twice(vips, "vips"),
    own !== undefined &&
      isOfVips(own) &&
      `address is ${own}, which is a VIP: give the director's own address`,
    own !== undefined &&
      familyOf(own) === "ipv6" &&
      `address is ${own}, but advertisements are sent over IPv4: give the director's IPv4 address`,
    own !== undefined &&
      isLoopback(own) &&
      `address is ${own}, which no other machine reaches: give the director's own address`,
    twice(peers, "peers"),
    ...others.map(
      (peer) =>
        (peer === own && `peers has ${peer}, which is the director's own address: leave it out`) ||
        (isOfVips(peer) && `peers has ${peer}, which is a VIP: give the director's own address`) ||
        (familyOf(peer) === "ipv6" &&
          `peers has ${peer}, but advertisements are sent over IPv4: give an IPv4 address`),
    ),
  ].filter((problem) => typeof problem === "string");
}

function twice(addresses: readonly string[] | undefined, name: string): string | false {
  const found = addresses?.find((one, index) => addresses.indexOf(one) !== index);
  return found !== undefined && `${name} has ${found} more than once: give each address once`;
}
