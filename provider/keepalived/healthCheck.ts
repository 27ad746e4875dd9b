import type { ForwardingMethod } from "../ipvs/vocabulary";

/** How keepalived checks the real servers of a virtual service; names and meanings are those of keepalived.conf(5). */
export interface HealthCheck {
  readonly type: "tcp" | "http";
  /** keepalived.conf(5) delay_loop. */
  readonly intervalSeconds: number;
  /** keepalived.conf(5) connect_timeout. */
  readonly timeoutSeconds: number;
  /** keepalived.conf(5) retry. */
  readonly retries: number;
  /** keepalived.conf(5) delay_before_retry. */
  readonly delayBeforeRetrySeconds: number;
  /** keepalived.conf(5) connect_port. */
  readonly port?: number | undefined;
  /** keepalived.conf(5) url path, of http only. */
  readonly path?: string | undefined;
  /** keepalived.conf(5) virtualhost, of http only. */
  readonly host?: string | undefined;
  /** keepalived.conf(5) status_code, of http only. */
  readonly status?: number | undefined;
  /** keepalived.conf(5) sorry_server. */
  readonly sorryServer?: SorryServer | undefined;
}

/** What answers while no real server is healthy. */
export interface SorryServer {
  readonly rip: string;
  readonly port: number;
  readonly forwardingMethod: ForwardingMethod;
}
