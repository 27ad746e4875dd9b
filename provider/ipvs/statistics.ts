/** Connections, packets and bytes on a director: totals (ipvsadm(8) --stats), or numbers per second (--rate). */
export interface Traffic {
  readonly connections: number;
  /** Packets from clients. */
  readonly packetsIn: number;
  /** Packets to clients. Replies pass the director only with NAT. */
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The kernel's counters of a virtual service or a real server. */
export interface Counters {
  /** The traffic since the entry was created, or since the counters were set to zero (ipvsadm(8) -Z). */
  readonly totals: Traffic;
  /** The traffic per second, which the kernel averages over some seconds (net/netfilter/ipvs/ip_vs_est.c). */
  readonly rates: Traffic;
}

/** The kernel's counters of a real server, and its current connections. */
export interface RealServerCounters extends Counters {
  /** The established connections (ipvsadm(8), ActiveConn). */
  readonly active: number;
  /** The connections in any other state, such as TCP's TIME_WAIT (ipvsadm(8), InActConn). */
  readonly inactive: number;
}

/** The counters of a virtual service, and of its real servers by key text (`10.0.0.5:80`). */
export interface ServiceCounters extends Counters {
  readonly realServers: ReadonlyMap<string, RealServerCounters>;
}

/** The counters of a director by the key text of the virtual service (`tcp 192.0.2.80:80`). */
export type Statistics = ReadonlyMap<string, ServiceCounters>;
