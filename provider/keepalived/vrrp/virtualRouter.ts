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
  /** Whether the director with the VIPs tells the others of its connections (keepalived.conf(5), lvs_sync_daemon). */
  readonly syncConnections: boolean;
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
  const instance = `virtual_router_${virtualRouterId}`;
  return `${[
    "# pulumi-lvs writes this file, and repairs it.",
    ...(router.syncConnections ? syncLines(router.device, instance, virtualRouterId) : []),
    `vrrp_instance ${instance} {`,
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

// The kernel has one daemon of each sort, which follow the state of one instance: multicast to 224.0.0.81, UDP 8848.
function syncLines(device: string, instance: string, virtualRouterId: number): string[] {
  const words = [device, instance, "id", virtualRouterId];
  return ["global_defs {", `    lvs_sync_daemon ${words.join(" ")}`, "}"];
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
