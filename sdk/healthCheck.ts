import type * as pulumi from "@pulumi/pulumi";

/** How keepalived checks the real servers of a virtual service (keepalived.conf(5)). */
export interface HealthCheckArgs {
  /** "tcp" connects (TCP_CHECK); "http" asks for a page (HTTP_GET). */
  type: pulumi.Input<"tcp" | "http">;
  /**
   * Seconds from one check to the next, 1 to 3600 (delay_loop).
   * @default 5
   */
  intervalSeconds?: pulumi.Input<number>;
  /**
   * Seconds that an answer may take, 1 to 3600 (connect_timeout).
   * @default 5
   */
  timeoutSeconds?: pulumi.Input<number>;
  /**
   * How often a failed check is repeated before the real server counts as down, 1 to 100 (retry).
   * @default 1
   */
  retries?: pulumi.Input<number>;
  /**
   * Seconds before a failed check is repeated, 1 to 3600 (delay_before_retry).
   * @default 1
   */
  delayBeforeRetrySeconds?: pulumi.Input<number>;
  /**
   * The port to check, 1 to 65535 (connect_port).
   * @default - that of the real server
   */
  port?: pulumi.Input<number>;
  /**
   * The path of the page, for "http" only (path).
   * @default "/"
   */
  path?: pulumi.Input<string>;
  /**
   * The Host header, for "http" only (virtualhost).
   * @default - the address of the real server
   */
  host?: pulumi.Input<string>;
  /**
   * The status of the answer, 100 to 999, for "http" only (status_code).
   * @default - any of 200 to 299
   */
  status?: pulumi.Input<number>;
  /**
   * What answers while no real server is healthy (sorry_server).
   * @default - nothing does
   */
  sorryServer?: pulumi.Input<SorryServerArgs>;
}

/** What answers while no real server is healthy: a row of the IPVS table whose weight is 0 until then. */
export interface SorryServerArgs {
  /** Its address, of the family of the VIP. It is not among the real servers. */
  rip: pulumi.Input<string>;
  /** Its port, 1 to 65535. */
  port: pulumi.Input<number>;
  /** How requests reach it (sorry_server_lvs_method). */
  forwardingMethod: pulumi.Input<"nat" | "dr" | "tun">;
}
