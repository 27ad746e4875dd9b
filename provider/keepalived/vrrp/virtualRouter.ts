import { addressOrder, compareTexts, familyOf } from "../../values/address";
import { advertisedVip } from "../../values/virtualRouter";
import { FAILOVER, routerFileName } from "./paths";

/** A VIP and the interface that gets it. */
export interface PlacedVip {
  readonly vip: string;
  readonly device: string;
}

/** When a director that takes the VIPs announces them (gratuitous ARP, and neighbour advertisements for IPv6). */
export interface Garp {
  /** keepalived.conf(5) garp_master_delay. */
  readonly delaySeconds?: number | undefined;
  /** keepalived.conf(5) garp_master_repeat. */
  readonly repeat?: number | undefined;
  /** keepalived.conf(5) garp_master_refresh. */
  readonly refreshSeconds?: number | undefined;
  /** keepalived.conf(5) garp_master_refresh_repeat. */
  readonly refreshRepeat?: number | undefined;
}

/** One director's part in a virtual router; names and meanings are those of keepalived.conf(5). */
export interface VirtualRouter {
  readonly virtualRouterId: number;
  /** Where advertisements are sent and received. */
  readonly device: string;
  /** keepalived.conf(5) unicast_src_ip, or mcast_src_ip; over IPv6 it is VRRP version 3. */
  readonly address: string;
  /** keepalived.conf(5) unicast_peer; not used by multicast. */
  readonly peers: readonly string[];
  /** Whether advertisements go to all on the network. @default false */
  readonly multicast?: boolean | undefined;
  readonly garp?: Garp | undefined;
  readonly priority: number;
  /** keepalived.conf(5) advert_int. */
  readonly advertIntervalSeconds: number;
  /** keepalived.conf(5) preempt_delay; undefined: nopreempt. */
  readonly preemptDelaySeconds: number | undefined;
  /** Whether a director without the quorum of a virtual service gives way (keepalived.conf(5), track_script). */
  readonly trackQuorum?: boolean | undefined;
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
  const family = familyOf(router.address);
  const advertised = advertisedVip(
    router.vips.map(({ vip }) => vip),
    family,
  );
  const lines = router.vips.map(({ vip, device }) => ({ vip, text: vipLine(vip, device) }));
  const others = inOrder(lines.filter(({ vip }) => vip !== advertised));
  const instance = `virtual_router_${virtualRouterId}`;
  const script = `quorum_${virtualRouterId}`;
  return `${[
    "# pulumi-lvs writes this file, and repairs it.",
    ...(router.syncConnections ? syncLines(router, instance) : []),
    ...(router.trackQuorum ? quorumLines(router, script) : []),
    `vrrp_instance ${instance} {`,
    "    state BACKUP",
    `    interface ${router.device}`,
    `    virtual_router_id ${virtualRouterId}`,
    ...(family === "ipv6" ? ["    version 3"] : []),
    `    priority ${router.priority}`,
    `    advert_int ${router.advertIntervalSeconds}`,
    `    ${delay === undefined ? "nopreempt" : `preempt_delay ${delay}`}`,
    ...garpLines(router.garp),
    ...(router.trackQuorum ? block("track_script", [script]) : []),
    ...directions(router),
    ...block("virtual_ipaddress", inOrder(lines.filter(({ vip }) => vip === advertised))),
    ...(others.length > 0 ? block("virtual_ipaddress_excluded", others) : []),
    "}",
  ].join("\n")}\n`;
}

/** The VIPs of a file, as they were rendered. */
export function vipsOfFile(text: string): string[] {
  return [...text.matchAll(/^ {8}(\S+)\/(?:32|128) dev /gm)].map(([, vip = ""]) => vip);
}

/** Where synchronised connections are sent; the one of IPv4 is keepalived's own choice. */
export const SYNC_GROUPS = { ipv4: "224.0.0.81", ipv6: "ff02::81" } as const;

/**
 * Half of the priority is lost with a quorum: directors keep their order when all of them have lost theirs. With a weight
 * of 0 they would give up the VIPs altogether, and with them the sorry server.
 */
function quorumLines({ virtualRouterId, priority }: VirtualRouter, script: string): string[] {
  const file = routerFileName(routerName(virtualRouterId));
  return [
    "global_defs {",
    "    enable_script_security",
    "}",
    `vrrp_script ${script} {`,
    `    script "/bin/sh ${FAILOVER} quorum ${file}"`,
    "    interval 2",
    "    timeout 10",
    "    fall 2",
    `    weight -${Math.max(1, Math.floor(priority / 2))}`,
    "    user root",
    "}",
  ];
}

function directions({ multicast, address, peers }: VirtualRouter): string[] {
  const others = inOrder(peers.map((vip) => ({ vip, text: vip })));
  // keepalived has no use for peers then, but the script has, which hears who else speaks (failoverScript.ts).
  if (multicast) return [`    # peers ${others.join(" ")}`, `    mcast_src_ip ${address}`];
  return [`    unicast_src_ip ${address}`, ...block("unicast_peer", others)];
}

function garpLines(garp: Garp = {}): string[] {
  const words = {
    garp_master_delay: garp.delaySeconds,
    garp_master_repeat: garp.repeat,
    garp_master_refresh: garp.refreshSeconds,
    garp_master_refresh_repeat: garp.refreshRepeat,
  };
  return Object.entries(words).flatMap(([word, value]) =>
    value === undefined ? [] : [`    ${word} ${value}`],
  );
}

// The kernel has one daemon of each sort, which follow the state of one instance: by multicast, UDP 8848.
function syncLines({ device, virtualRouterId, address }: VirtualRouter, instance: string) {
  const group = familyOf(address) === "ipv6" ? ["group", SYNC_GROUPS.ipv6] : [];
  const words = [device, instance, "id", virtualRouterId, ...group];
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
