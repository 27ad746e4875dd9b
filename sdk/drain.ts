import type * as pulumi from "@pulumi/pulumi";

/** The drain of a real server before its removal. */
export interface DrainArgs {
  /**
   * The drain timeout in seconds, 0 to 86400: how long connections may last after the real server was quiesced. The
   * removal cuts the remaining connections. 0 removes the real server at once.
   * @default 30
   */
  timeoutSeconds?: pulumi.Input<number>;
  /**
   * Whether clients of a persistent virtual service leave a quiesced real server with their next connection
   * (ipvs-sysctl.rst, expire_quiescent_template). The setting affects all virtual services of the director, as long as
   * one of them requests it.
   * @default false
   */
  expireQuiescentTemplates?: pulumi.Input<boolean>;
}

/** The slow start of an added or returning real server. */
export interface SlowStartArgs {
  /** The time in seconds, 1 to 86400, in which the weight grows to its full value, in at most ten steps. */
  seconds: pulumi.Input<number>;
}

/** The arguments for removing and adding real servers without harm to connections. */
export interface DrainingArgs {
  /**
   * Whether, and how long, real servers drain before they are removed. A draining real server is quiesced (weight 0, so
   * that new connections go to other real servers), and removed when its connections have ended or the timeout is over.
   * false removes real servers at once, and cuts their connections. docs/drain.md says which connections count.
   * @default - 30 seconds for tcp and sctp; false for udp
   */
  drain?: pulumi.Input<boolean | DrainArgs>;
  /**
   * The slow start of a real server that is added to a virtual service, or returns from a weight of 0, while other real
   * servers serve. A weight of 1 cannot grow in steps: give larger weights to all, such as 100.
   * @default - the full weight at once
   */
  slowStart?: pulumi.Input<SlowStartArgs>;
}
