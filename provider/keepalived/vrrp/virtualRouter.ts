import { addressOrder, compareTexts, familyOf } from "../../values/address";
import { advertisedVip } from "../../values/virtualRouter";

/** A VIP and the interface that gets it. */
export interface PlacedVip {
  readonly vip: string;
  readonly device: string;
}

/** One director's part in a virtual router; names and meanings are those of keepalived.conf(5). */
export interface VirtualRouter {
  readonly virtualRouterId: number;
  /** Where advertisements are sent and received. */
  readonly device: string;
  /** keepalived.conf(5) unicast_src_ip. */
  readonly address: string;
  /** keepalived.conf(5) unicast_peer. */
  readonly peers: readonly string[];
  readonly priority: number;
  /** keepalived.conf(5) advert_int. */
  readonly advertIntervalSeconds: number;
  /** keepalived.conf(5) preempt_delay; undefined: nopreempt. */
  readonly preemptDelaySeconds: number | undefined;
  readonly vips: readonly PlacedVip[];
}

/** How a virtual router is named in the journal and in messages. */
export function routerName(virtualRouterId: number): string {
  return `vrid ${virtualRouterId}`;
}

/**
 * The file of a virtual router for keepalived. One instance holds all VIPs, so that they move together. A director that
 * gets an advertisement with other VIPs than its own takes itself for the master (measured with 2.2.7), so only one VIP
 * is advertised, and the others can change on one director after the other.
 */
export function renderVirtualRouter(router: VirtualRouter): string {
  const { virtualRouterId, preemptDelaySeconds: delay } = router;
  const advertised = advertisedVip(router.vips.map(({ vip }) => vip));
  const peers = inOrder(router.peers.map((vip) => ({ vip, text: vip })));
  const lines = router.vips.map(({ vip, device }) => ({ vip, text: vipLine(vip, device) }));
  const others = inOrder(lines.filter(({ vip }) => vip !== advertised));
  return `${[
    "# pulumi-lvs writes this file, and repairs it.",
    `vrrp_instance virtual_router_${virtualRouterId} {`,
    "    state BACKUP",
    `    interface ${router.device}`,
    `    virtual_router_id ${virtualRouterId}`,
    `    priority ${router.priority}`,
    `    advert_int ${router.advertIntervalSeconds}`,
    `    ${delay === undefined ? "nopreempt" : `preempt_delay ${delay}`}`,
    `    unicast_src_ip ${router.address}`,
    ...block("unicast_peer", peers),
    ...block("virtual_ipaddress", inOrder(lines.filter(({ vip }) => vip === advertised))),
    ...(others.length > 0 ? block("virtual_ipaddress_excluded", others) : []),
    "}",
  ].join("\n")}\n`;
}

/** The VIPs of a file, as they were rendered. */
export function vipsOfFile(text: string): string[] {
  return [...text.matchAll(/^ {8}(\S+)\/(?:32|128) dev /gm)].map(([, vip = ""]) => vip);
}

function vipLine(vip: string, device: string): string {
  return `${vip}/${familyOf(vip) === "ipv4" ? 32 : 128} dev ${device}`;
}

function block(name: string, lines: readonly string[]): string[] {
  return [`    ${name} {`, ...lines.map((line) => `        ${line}`), "    }"];
}

function inOrder(lines: readonly { vip: string; text: string }[]): string[] {
  return [...lines]
    .sort((one, other) => compareTexts(addressOrder(one.vip), addressOrder(other.vip)))
    .map(({ text }) => text);
}
