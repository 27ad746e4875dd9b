/** The transport protocol of a virtual service (ipvsadm(8) -t, -u, --sctp-service). */
export type Protocol = "tcp" | "udp" | "sctp";

/** The packet-forwarding method: network address translation, direct routing or tunneling (ipvsadm(8) -m, -g, -i). */
export type ForwardingMethod = "nat" | "dr" | "tun";

/** The checksum of a tunnel's outer header, in ipvsadm's words (ipvsadm(8) --tun-nocsum, --tun-csum, --tun-remcsum). */
export type TunnelChecksum = "nocsum" | "csum" | "remcsum";

/** The properties of a scheduler in the kernel and in ipvsadm. */
export interface Scheduler {
  /** The kernel module of the scheduler, which must be loaded before a virtual service uses it. @default - none */
  readonly module?: string;
  /** The names that ipvsadm prints for the scheduler flags, in the order of the kernel's bits. */
  readonly flags: readonly string[];
}

// Only sh and mh have names for their flags. The third flag has no meaning there, and ipvsadm does not print it
// (ipvsadm.c, parse_sched_flags and print_sched_flags).
const plain: readonly string[] = ["flag-1", "flag-2", "flag-3"];

/** Every scheduler, by the name that ipvsadm(8) -s takes (net/netfilter/ipvs/Kconfig). */
export const schedulers: Readonly<Record<string, Scheduler>> = {
  rr: { module: "ip_vs_rr", flags: plain }, // round robin
  wrr: { module: "ip_vs_wrr", flags: plain }, // weighted round robin
  lc: { module: "ip_vs_lc", flags: plain }, // least connection
  wlc: { module: "ip_vs_wlc", flags: plain }, // weighted least connection: ipvsadm's default
  lblc: { module: "ip_vs_lblc", flags: plain }, // locality-based least connection
  lblcr: { module: "ip_vs_lblcr", flags: plain }, // the same, with replication
  dh: { module: "ip_vs_dh", flags: plain }, // destination hashing
  sh: { module: "ip_vs_sh", flags: ["sh-fallback", "sh-port"] }, // source hashing
  sed: { module: "ip_vs_sed", flags: plain }, // shortest expected delay
  nq: { module: "ip_vs_nq", flags: plain }, // never queue
  fo: { module: "ip_vs_fo", flags: plain }, // weighted failover (Linux 3.18)
  ovf: { module: "ip_vs_ovf", flags: plain }, // weighted overflow (Linux 4.3)
  mh: { module: "ip_vs_mh", flags: ["mh-fallback", "mh-port"] }, // maglev hashing (Linux 4.18)
  twos: { module: "ip_vs_twos", flags: plain }, // power of two choices (Linux 5.12)
  none: { flags: plain }, // no scheduler: nothing is forwarded (ip_vs_ctl.c, ip_vs_add_service) (Linux 4.1)
};

/** The flags of a scheduler. An unknown scheduler has the three flags without names. */
export function flagsOf(scheduler: string): Scheduler["flags"] {
  return (Object.hasOwn(schedulers, scheduler) ? schedulers[scheduler]?.flags : undefined) ?? plain;
}

/** The canonical name of a scheduler's flag (`flag-1` of sh is `sh-fallback`); undefined for an unknown flag. */
export function canonicalFlag(scheduler: string, flag: string): string | undefined {
  const flags = flagsOf(scheduler);
  return flags.includes(flag) ? flag : flags[plain.indexOf(flag)];
}

/** An inclusive range of whole numbers. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The ranges that ipvsadm and the kernel accept. */
export const ranges = {
  port: { from: 0, to: 65535 }, // ipvsadm.c, parse_service
  weight: { from: 0, to: 65535 }, // ipvsadm(8) -w; Debian's ipvsadm goes to 2^31-1, upstream's ends the whole -R
  threshold: { from: 0, to: 2 ** 31 - 1 }, // ipvsadm.c -x -y: INT_MAX; the manual page says 65535
  persistenceSeconds: { from: 1, to: 31 * 86400 }, // ipvsadm.c, MAX_TIMEOUT
  tunnelPort: { from: 1, to: 65535 }, // ipvsadm.c --tun-port
  liveWeight: { from: 0, to: 2 ** 31 - 1 }, // the kernel's int, printed with %d
  fwmark: { from: 1, to: 2 ** 32 - 1 }, // ipvsadm.c, parse_fwmark
} as const satisfies Record<string, Range>;

/** The option of each protocol, as print_service_entry of ipvsadm.c writes it. */
export const protocolOptions: Readonly<Record<Protocol, string>> = {
  tcp: "-t",
  udp: "-u",
  sctp: "--sctp-service",
};

/** The option of each forwarding method; a local real server prints as `-g` (ipvsadm.c, fwd_switch). */
export const forwardingOptions: Readonly<Record<ForwardingMethod, string>> = {
  nat: "-m",
  dr: "-g",
  tun: "-i",
};

/** The option of each checksum (ipvsadm.c, tun_flags_opts). */
export const checksumOptions: Readonly<Record<TunnelChecksum, string>> = {
  nocsum: "--tun-nocsum",
  csum: "--tun-csum",
  remcsum: "--tun-remcsum",
};

/** The checksums of the tunnel type that does not support all of them (ipvsadm.c, tunnel_types_v_options). */
export const tunnelChecksums = {
  gre: ["nocsum", "csum"],
} as const satisfies Record<string, readonly TunnelChecksum[]>;

/** Finds the key of a value: the reverse look-up in a vocabulary. */
export function keyOf<Key extends string>(
  table: Readonly<Record<Key, string>>,
  value: string,
): Key | undefined {
  return (Object.keys(table) as Key[]).find((key) => table[key] === value);
}
