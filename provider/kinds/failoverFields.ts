import { z } from "zod";
import type { Garp } from "../keepalived/vrrp/virtualRouter";
import { familyOf, isLoopback } from "../values/address";
import { address, filledByCheck, hostFields, interfaceName, persist, wanted } from "./fields";
import type { HostInputs } from "./kind";

/** What keepalived on a director does for a virtual router. */
export type FailoverState = "running" | "not running" | "changed" | "absent";

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
  readonly trackQuorum?: boolean | undefined;
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

/** 12 bits of hundredths of a second (RFC 5798, Maximum Advertisement Interval). */
const MOST_SECONDS_OF_V3 = 40;

/** The arguments of a director's part in a virtual router. */
export const fields = z.strictObject({
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
  trackQuorum: z.boolean(wanted("trackQuorum", "true or false")).optional(),
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

/** What is wrong with arguments beside each other. */
export function rules(given: Partial<FailoverInputs>): string[] {
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
    given.trackQuorum === true &&
      given.preempt === false &&
      "trackQuorum is true and preempt is false: without preempt no director takes the VIPs from one that gives way: " +
        "set preempt: true, or leave trackQuorum out",
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
