import type { ForwardingMethod } from "../ipvs/vocabulary";
import { parseAddress } from "../values/address";

/** The types of checks, each with its checker in keepalived.conf(5). */
export const checkers = {
  tcp: "TCP_CHECK",
  http: "HTTP_GET",
  https: "SSL_GET",
  dns: "DNS_CHECK",
  smtp: "SMTP_CHECK",
  udp: "UDP_CHECK",
  ping: "PING_CHECK",
  script: "MISC_CHECK",
} as const;

export type CheckType = keyof typeof checkers;

/** How keepalived checks a real server; names and meanings are those of keepalived.conf(5). */
export interface Check extends PageCheck, OtherChecks {
  readonly type: CheckType;
  /** keepalived.conf(5) delay_loop. */
  readonly intervalSeconds: number;
  /** keepalived.conf(5) connect_timeout; misc_timeout of a script. */
  readonly timeoutSeconds: number;
  /** keepalived.conf(5) retry. */
  readonly retries: number;
  /** keepalived.conf(5) delay_before_retry. */
  readonly delayBeforeRetrySeconds: number;
  /** keepalived.conf(5) warmup. */
  readonly warmupSeconds?: number | undefined;
  /** keepalived.conf(5) connect_ip. @default - the address of the real server */
  readonly address?: string | undefined;
  /** keepalived.conf(5) connect_port. */
  readonly port?: number | undefined;
  /** Whether the check goes to the VIP on the real server, by keepalived.conf(5) connect_ip, bindto and fwmark. */
  readonly through?: "vip" | undefined;
}

/** The check of a real server that has one of its own; false: it is not checked. */
export type OwnCheck = Check | false;

/** How keepalived checks the real servers of a virtual service. */
export interface HealthCheck extends Check {
  /** keepalived.conf(5) quorum. */
  readonly quorum?: number | undefined;
  /** keepalived.conf(5) hysteresis. */
  readonly hysteresis?: number | undefined;
  /** keepalived.conf(5) sorry_server. */
  readonly sorryServer?: SorryServer | undefined;
  /** The real servers with a check of their own, by `rip:port`. States of earlier versions lack it. */
  readonly realServers?: Readonly<Record<string, OwnCheck>> | undefined;
  /** The director's own address for each check through the VIP, by `rip:port`. */
  readonly sources?: Readonly<Record<string, string>> | undefined;
}

/** What http and https ask for, and what the answer has to be. */
interface PageCheck {
  /** keepalived.conf(5) url path. */
  readonly path?: string | undefined;
  /** keepalived.conf(5) virtualhost. */
  readonly host?: string | undefined;
  /** keepalived.conf(5) enable_sni, of https only. @default - whether host is a name */
  readonly sni?: boolean | undefined;
  /** keepalived.conf(5) status_code: one, or codes and ranges apart by spaces. */
  readonly status?: number | string | undefined;
  /** keepalived.conf(5) digest. */
  readonly digest?: string | undefined;
  /** A literal text in the page, as keepalived.conf(5) regex. */
  readonly text?: string | undefined;
}

interface OtherChecks {
  /** keepalived.conf(5) name of DNS_CHECK. */
  readonly queryName?: string | undefined;
  /** keepalived.conf(5) type of DNS_CHECK. */
  readonly queryType?: string | undefined;
  /** keepalived.conf(5) helo_name of SMTP_CHECK. */
  readonly heloName?: string | undefined;
  /** keepalived.conf(5) payload of UDP_CHECK. */
  readonly payload?: string | undefined;
  /** keepalived.conf(5) require_reply of UDP_CHECK: any reply, or one that begins with these bytes. */
  readonly requireReply?: boolean | string | undefined;
  /** keepalived.conf(5) misc_path of MISC_CHECK. */
  readonly script?: string | undefined;
}

/** What answers while the quorum is not there. */
export interface SorryServer {
  readonly rip: string;
  readonly port: number;
  readonly forwardingMethod: ForwardingMethod;
}

/** How a real server is checked: by its own check, or as all of the virtual service. */
export function checkOf(check: HealthCheck, realServer: string): OwnCheck {
  return check.realServers?.[realServer] ?? check;
}

/** Whether a Host header is a name that a client sends when it begins TLS (RFC 6066, server_name). */
export function isServerName(host: string | undefined): boolean {
  return host !== undefined && !host.includes(":") && parseAddress(host) === undefined;
}
