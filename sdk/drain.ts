import type * as pulumi from "@pulumi/pulumi";

/** How the connections of a real server end before it is removed. */
export interface DrainArgs {
  /**
   * For how many seconds, 0 to 86400, connections may go on after the real server was quiesced. What is left then is
   * cut; 0 removes it at once.
   * @default 30
   */
  timeoutSeconds?: pulumi.Input<number>;
  /**
   * Whether a client of a persistent virtual service leaves a quiesced real server with its next connection
   * (ipvs-sysctl.rst, expire_quiescent_template). It holds for all virtual services of the director, as long as one asks
   * for it.
   * @default false
   */
  expireQuiescentTemplates?: pulumi.Input<boolean>;
}

/** How a new or returning real server gets its weight. */
export interface SlowStartArgs {
  /** In how many seconds, 1 to 86400, it gets its weight, in up to ten steps. */
  seconds: pulumi.Input<number>;
}

/** What removes and brings real servers gently. */
export interface DrainingArgs {
  /**
   * How real servers are removed: quiesced first (weight 0, so that new connections go to the others), and removed when
   * their connections have ended or their time is over. false removes them at once, and cuts their connections. See
   * docs/drain.md for the connections that count.
   * @default - 30 seconds for tcp and sctp; false for udp
   */
  drain?: pulumi.Input<boolean | DrainArgs>;
  /**
   * A real server that comes to a virtual service, or back from a weight of 0, gets its weight in steps while others
   * serve. Weights have to be larger than 1 for that, such as 100 each.
   * @default - it has its weight at once
   */
  slowStart?: pulumi.Input<SlowStartArgs>;
}
