import type * as pulumi from "@pulumi/pulumi";

/** How keepalived checks a real server (keepalived.conf(5)). */
export interface CheckArgs {
  /**
   * What is done: "tcp" connects (TCP_CHECK); "http" and "https" ask for a page (HTTP_GET, SSL_GET; no certificate is
   * verified); "dns" asks for a name over udp (DNS_CHECK); "smtp" greets a mail server (SMTP_CHECK); "udp" sends a
   * datagram (UDP_CHECK); "ping" sends an echo request (PING_CHECK); "script" runs a program on the director (MISC_CHECK).
   */
  type: pulumi.Input<"tcp" | "http" | "https" | "dns" | "smtp" | "udp" | "ping" | "script">;
  /**
   * Seconds from one check to the next, 1 to 3600 (delay_loop).
   * @default 5
   */
  intervalSeconds?: pulumi.Input<number>;
  /**
   * Seconds that an answer, or a script, may take, 1 to 3600 (connect_timeout, misc_timeout).
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
   * The first check is delayed by a random time of at most so many seconds, 0 to 3600, so that not all checks run at
   * once (warmup).
   * @default 0
   */
  warmupSeconds?: pulumi.Input<number>;
  /**
   * The port to check, 1 to 65535; not for "ping" (connect_port). A virtual service on every port needs it, and one whose
   * protocol is not what the check talks.
   * @default - that of the real server
   */
  port?: pulumi.Input<number>;
  /**
   * "vip": the check goes to the VIP on the real server, on the way of the packets of clients, so that a real server
   * that answers on its RIP but has no VIP is down; for "dr" and "tun", and all types but "ping" and "script"
   * (connect_ip, bindto, fwmark). The director gets a virtual service of a firewall mark for each real server, and over
   * IPv4 accepts packets with its own addresses as their source from there (ip-sysctl.rst, accept_local).
   * @default - the check goes to the address of the real server
   */
  through?: pulumi.Input<"vip">;
  /**
   * The path of the page, for "http" and "https" (path).
   * @default "/"
   */
  path?: pulumi.Input<string>;
  /**
   * The Host header, for "http" and "https" (virtualhost).
   * @default - the address of the real server
   */
  host?: pulumi.Input<string>;
  /**
   * Whether `host` is sent when TLS begins, for "https" (enable_sni).
   * @default - true when host is a name without a port
   */
  sni?: pulumi.Input<boolean>;
  /**
   * The status of the answer, 100 to 599, or a text of some and of ranges, such as "200-299 304", for "http" and "https"
   * (status_code).
   * @default - any of 200 to 299
   */
  status?: pulumi.Input<number | string>;
  /**
   * The MD5 digest of the page as genhash(1) prints it, 32 hexadecimal digits, for "http" and "https" (digest).
   * @default - the page may be any
   */
  digest?: pulumi.Input<string>;
  /**
   * A text that the page has to contain, at most 100 bytes on one line, for "http" and "https". It is taken literally
   * (regex).
   * @default - the page may be any
   */
  text?: pulumi.Input<string>;
  /**
   * The domain name to ask for, for "dns" (name). Any answer without an error is good.
   * @default "."
   */
  queryName?: pulumi.Input<string>;
  /**
   * The type of record to ask for, for "dns" (type).
   * @default "SOA"
   */
  queryType?: pulumi.Input<"A" | "AAAA" | "CNAME" | "MX" | "NS" | "SOA" | "TXT">;
  /**
   * The name that is said to the mail server, for "smtp" (helo_name).
   * @default - keepalived's: smtpchecker.keepalived.org
   */
  heloName?: pulumi.Input<string>;
  /**
   * What is sent, as hexadecimal digits, at most 100 bytes, for "udp" (payload). keepalived does not take ff as the last
   * byte.
   * @default - random bytes
   */
  payload?: pulumi.Input<string>;
  /**
   * Whether there has to be a reply, or with what bytes it has to begin, as hexadecimal digits with x for any digit, for
   * "udp" (require_reply). Without it, a real server is down when ICMP says that the port or the host cannot be reached.
   * @default false
   */
  requireReply?: pulumi.Input<boolean | string>;
  /**
   * The path of an executable on the director, for "script" (misc_path). It is run by root with the address and the port
   * to check as its arguments, and exit code 0 is good. Only root may be able to change it. Nobody copies it there.
   * @default - none: "script" needs it
   */
  script?: pulumi.Input<string>;
}

/** How keepalived checks one real server, in the place of the check of its virtual service. */
export interface RealServerHealthCheckArgs extends CheckArgs {
  /**
   * The address to check, IPv4 or IPv6: that of another interface of the real server, for example (connect_ip).
   * @default - that of the real server
   */
  address?: pulumi.Input<string>;
}

/** How keepalived checks the real servers of a virtual service (keepalived.conf(5)). */
export interface HealthCheckArgs extends CheckArgs {
  /**
   * How much weight the healthy real servers need together, 1 or more, or else the sorry server answers (quorum). At most
   * all weights together, less `hysteresis`.
   * @default 1
   */
  quorum?: pulumi.Input<number>;
  /**
   * A lost quorum is gained again only with so much more weight, and lost only with so much less, from 0 to less than
   * `quorum` (hysteresis).
   * @default 0
   */
  hysteresis?: pulumi.Input<number>;
  /**
   * What answers while the healthy real servers have less weight than the quorum (sorry_server). Without it, the healthy
   * ones go on even then.
   * @default - nothing does
   */
  sorryServer?: pulumi.Input<SorryServerArgs>;
}

/** What answers while the quorum is not there: a row of the IPVS table whose weight is 0 until then. */
export interface SorryServerArgs {
  /** Its address, of the family of the VIP. It is not among the real servers. */
  rip: pulumi.Input<string>;
  /** Its port, 1 to 65535. Only "nat" can have another than the virtual service. */
  port: pulumi.Input<number>;
  /** How requests reach it (sorry_server_lvs_method). */
  forwardingMethod: pulumi.Input<"nat" | "dr" | "tun">;
}

/** How long creating and updating may wait for a quorum. */
export interface WaitForHealthyArgs {
  /** For how many seconds at most, 1 to 86400. */
  seconds: pulumi.Input<number>;
}
