import { z } from "zod";
import { routerFileName } from "../keepalived/vrrp/paths";
import {
  type Garp,
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
import { familyOf, isLoopback } from "../values/address";
import { LvsError } from "../values/errors";
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
  readonly syncConnections: boolean;
  readonly multicast?: boolean | undefined;
  readonly garp?: Garp | undefined;
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

/** Where VRRP sends what is for all on a network (RFC 5798). */
const MULTICAST = { ipv4: "224.0.0.18", ipv6: "ff02::12" } as const;

/** 12 bits of hundredths of a second (RFC 5798, Maximum Advertisement Interval). */
const MOST_SECONDS_OF_V3 = 40;

const fields = z.strictObject({
  ...hostFields,
  vips: z
    .array(address("a VIP"), wanted("vips", VIPS))
    .min(1, { error: `vips is []: give ${VIPS}` }),
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
  syncConnections: z.boolean(wanted("syncConnections", "true or false")).default(true),
  multicast: z.boolean(wanted("multicast", "true or false")).optional(),
  garp: z
    .strictObject(
      {
        delaySeconds: whole("garp.delaySeconds", 0, 3600).optional(),
        repeat: whole("garp.repeat", 1, 100).optional(),
        refreshSeconds: whole("garp.refreshSeconds", 0, 86_400).optional(),
        refreshRepeat: whole("garp.refreshRepeat", 1, 100).optional(),
      },
      wanted("garp", "{ delaySeconds, repeat, refreshSeconds, refreshRepeat }, or some of them"),
    )
    .optional(),
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
  warnings({ address: own, peers, syncConnections, multicast }, { filters }) {
    const family = familyOf(own);
    const sync = syncConnections
      ? `, and connections that it tells of (UDP 8848 to ${SYNC_GROUPS[family]})`
      : "";
    const from = multicast ? `to ${MULTICAST[family]}` : `from ${peers.join(", ")}`;
    const what = `VRRP (protocol 112) ${from}${sync}`;
    return filterWarnings(filters, family, "input", what);
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

function rules(given: Partial<FailoverInputs>): string[] {
  const { vips, address: own, peers, advertIntervalSeconds: interval = 0 } = given;
  const isOfVips = (one: string) => vips?.includes(one) ?? false;
  const family = own && familyOf(own);
  const over = family === "ipv6" ? "IPv6" : "IPv4";
  return [
    twice(vips, "vips"),
    own !== undefined &&
      isOfVips(own) &&
      `address is ${own}, which is a VIP: give the director's own address`,
    own !== undefined &&
      isLoopback(own) &&
      `address is ${own}, which no other machine reaches: give the director's own address`,
    family === "ipv6" &&
      interval > MOST_SECONDS_OF_V3 &&
      `advertIntervalSeconds is ${interval}: version 3 of VRRP, which IPv6 has, takes up to ${MOST_SECONDS_OF_V3}`,
    twice(peers, "peers"),
    ...(peers ?? []).map(
      (peer) =>
        (peer === own && `peers has ${peer}, which is the director's own address: leave it out`) ||
        (isOfVips(peer) && `peers has ${peer}, which is a VIP: give the director's own address`) ||
        (family &&
          familyOf(peer) !== family &&
          `peers has ${peer}, but advertisements are sent over ${over}, as address says: give addresses of one family`),
    ),
  ].filter((problem) => typeof problem === "string" && problem !== "") as string[];
}

function twice(addresses: readonly string[] | undefined, name: string): string | false {
  const found = addresses?.find((one, index) => addresses.indexOf(one) !== index);
  return found !== undefined && `${name} has ${found} more than once: give each address once`;
}
