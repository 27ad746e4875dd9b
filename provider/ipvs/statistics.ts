/** Connections, packets and bytes as a director counts them (ipvsadm(8) --stats), or of one second (--rate). */
export interface Traffic {
  readonly connections: number;
  /** From clients. */
  readonly packetsIn: number;
  /** To clients: only with NAT do replies pass the director. */
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** What the kernel counts of a virtual service or a real server. */
export interface Counters {
  /** Since it was made, or since somebody has set the counters to zero (ipvsadm(8) -Z). */
  readonly totals: Traffic;
  /** Of one second, which the kernel averages over some seconds (net/netfilter/ipvs/ip_vs_est.c). */
  readonly rates: Traffic;
}

/** What the kernel counts of a real server, and how many connections it has now. */
export interface RealServerCounters extends Counters {
  /** Connections that are established (ipvsadm(8), ActiveConn). */
  readonly active: number;
  /** Connections in any other state, such as TCP's TIME_WAIT (ipvsadm(8), InActConn). */
  readonly inactive: number;
}

/** What the kernel counts of a virtual service, and of its real servers by `10.0.0.5:80`. */
export interface ServiceCounters extends Counters {
  readonly realServers: ReadonlyMap<string, RealServerCounters>;
}

/** The counters of a director by virtual service: `tcp 192.0.2.80:80`. */
export type Statistics = ReadonlyMap<string, ServiceCounters>;
