import type { RealServerKey } from "../ipvs/model";
import { type CheckType, checkers, type HealthCheck, isServerName } from "./healthCheck";

type Lines = readonly string[];

/** The lines of keepalived.conf(5) that only one type of check has. */
const own: Readonly<Record<CheckType, (check: HealthCheck, key: RealServerKey) => Lines>> = {
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
  script: ({ script, port, timeoutSeconds }, key) => [
    `misc_path "${script} ${key.rip} ${port ?? key.port}"`,
    `misc_timeout ${timeoutSeconds}`,
    "user root",
  ],
};

/** The checker of one real server. */
export function checkerLines(check: HealthCheck, key: RealServerKey): string[] {
  const { type, port, timeoutSeconds, retries, delayBeforeRetrySeconds, warmupSeconds = 0 } = check;
  const connects = type !== "script";
  const lines = [
    ...own[type](check, key),
    ...(connects ? line("connect_port", port) : []),
    ...(connects ? [`connect_timeout ${timeoutSeconds}`] : []),
    `retry ${retries}`,
    `delay_before_retry ${delayBeforeRetrySeconds}`,
    `warmup ${warmupSeconds}`,
  ];
  return [`${checkers[type]} {`, ...lines.map(indented), "}"];
}

function page({ path = "/", status, host, digest, text }: HealthCheck): Lines {
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
