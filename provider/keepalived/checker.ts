import type { RealServerKey } from "../ipvs/model";
import { type Check, type CheckType, checkers, isServerName } from "./healthCheck";

type Lines = readonly string[];

/** The lines of keepalived.conf(5) that only one type of check has. */
const own: Readonly<Record<CheckType, (check: Check, key: RealServerKey) => Lines>> = {
  tcp: () => [],
  http: page,
  https(check) {
    const { host, sni = isServerName(host) } = check;
    return [...(sni ? ["enable_sni"] : []), ...page(check)];
  },
  dns: ({ queryName, queryType }) => [...line("name", queryName), ...line("type", queryType)],
  smtp: ({ heloName }) => line("helo_name", heloName),
  udp: ({ payload, requireReply = false }) => [
    ...line("payload", payload),
    ...(requireReply === true ? ["require_reply"] : []),
    ...(typeof requireReply === "string" ? [`require_reply ${requireReply}`] : []),
  ],
  ping: () => [],
  script: ({ script, address, port, timeoutSeconds }, key) => [
    `misc_path "${script} ${address ?? key.rip} ${port ?? key.port}"`,
    `misc_timeout ${timeoutSeconds}`,
    "user root",
  ],
};

/** What a check connects to, and how it leaves the director. */
export interface Connecting {
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  /** The director's own address. */
  readonly source?: string | undefined;
  readonly fwmark?: number | undefined;
}

/** The checker of one real server. */
export function checkerLines(
  check: Check,
  key: RealServerKey,
  { address, port, source, fwmark }: Connecting = check,
): string[] {
  const { type, timeoutSeconds, retries, delayBeforeRetrySeconds, warmupSeconds = 0 } = check;
  const connects = type !== "script";
  const connecting = [
    ...[...line("connect_ip", address), ...line("connect_port", port)],
    ...[...line("bindto", source), ...line("fwmark", fwmark)],
  ];
  const lines = [
    ...own[type](check, key),
    ...(connects ? connecting : []),
    ...(connects ? [`connect_timeout ${timeoutSeconds}`] : []),
    `retry ${retries}`,
    `delay_before_retry ${delayBeforeRetrySeconds}`,
    `warmup ${warmupSeconds}`,
  ];
  return [`${checkers[type]} {`, ...lines.map(indented), "}"];
}

function page({ path = "/", status, host, digest, text }: Check): Lines {
  const lines = [
    `path ${path}`,
    ...line("status_code", status),
    ...line("virtualhost", host),
    ...line("digest", digest),
    ...(text === undefined ? [] : [`regex "${literal(text)}"`]),
  ];
  return ["url {", ...lines.map(indented), "}"];
}

/**
 * A regular expression that matches only this text (pcre2pattern(3)), for use within the quotes of keepalived. Each byte
 * is written as three octal digits after two backslashes, so that no byte has a special meaning for keepalived.
 */
function literal(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (/[A-Za-z0-9 ]/.test(character)) return character;
      const octal = `\\${byte.toString(8).padStart(3, "0")}`;
      return byte < 0x80 ? `\\\\${octal}` : octal;
    })
    .join("");
}

function line(keyword: string, value: string | number | undefined): Lines {
  return value === undefined ? [] : [`${keyword} ${value}`];
}

function indented(text: string): string {
  return `    ${text}`;
}
