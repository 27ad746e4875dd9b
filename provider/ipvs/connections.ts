import { fixedAddress } from "../values/address";
import { command } from "../values/command";
import { commandError, parseError } from "../values/errors";
import type { Fact } from "../values/fact";
import { listedName } from "./list";
import { type EndpointKey, type RealServerKey, realServerKeyText, serviceKeyText } from "./model";
import { realServerPartId } from "./realServerPart";

/** A real server of a virtual service. */
export interface ServiceRealServer {
  readonly service: EndpointKey;
  readonly realServer: RealServerKey;
}

/** The numbers of connections that carry data, by name. A name without a connection is absent. */
export type ConnectionCounts = ReadonlyMap<string, number>;

/** The name of a real server of a virtual service: `tcp 192.0.2.80:80 -> 10.0.0.5:80`. */
export function serviceRealServerText({ service, realServer }: ServiceRealServer): string {
  return realServerPartId(serviceKeyText(service), realServerKeyText(realServer));
}

/** A connection whose end the director does not see counts until no packet has come for so many seconds. */
export const QUIET_SECONDS = 5;

/**
 * Above this number of connections, /proc/net/ip_vs_conn is not read, and every connection in InActConn counts. Before
 * Linux 6.17 the kernel searches its table from the start for every page of that file, so that twice as many connections
 * take four times as long (31 s for 78,000 on an emulated host).
 */
const MOST_CONNECTIONS = 20_000;

// How many seconds the kernel keeps an association that is shutting down (ip_vs_proto_sctp.c, IP_VS_SCTP_MAX_RTO).
const SCTP_SECONDS = 61;

/**
 * One awk program reads three files: the requested names, the kernel's list of virtual services, which has the counters
 * ActiveConn ($5) and InActConn ($6), and the kernel's list of connections. It reads the third file only where a
 * requested real server has inactive connections, and counts those that still carry data:
 * - TCP: CLOSE_WAIT is half-closed by the client. FIN_WAIT is half-closed by the real server ("nat"), or, where replies
 *   do not pass the director, every connection that the client has closed: then only the time of its last packet tells.
 *   All states of a handshake, and ESTABLISHED, are active; TIME_WAIT and CLOSE carry nothing (ip_vs_proto_tcp.c).
 * - SCTP: only ESTABLISHED is active. A handshake and a shutdown carry data too, until the shutdown is acknowledged
 *   (ip_vs_proto_sctp.c; RFC 9260, 9.2).
 * - UDP has no end, and is never active: only the time of its last packet tells.
 * Each packet restarts the timer of its connection, so Expires ($9) shows the time of the last packet. A virtual service
 * on every port (0) has connections with real ports. A client port of 0 is a persistence template, not a connection.
 */
const COUNT = `function inBrackets(address) { return index(address, ":") ? "[" address "]" : address }
FNR == 1 { file++ }
file == 1 && NF == 2 { whole[$0]; next }
file == 1 { asked[$0]; next }
file == 2 && $1 != "->" { service = $1 " " $2; services[service]; next }
file == 2 {
  total += $5 + $6
  name = service " " $2
  if (!(name in asked) && !(service in whole)) next
  counts[name] = $5
  seesReplies[name] = $3 == "Masq"
  if ($6 == 0) next
  inactive[name] = $6
  address = $2
  sub(/:[^:]*$/, "", address)
  gsub(/[][]/, "", address)
  addresses[address]
  isNeeded = 1
  next
}
FNR == 1 { if (isNeeded && total <= ${MOST_CONNECTIONS}) { isRead = 1; next } else exit }
!($6 in addresses) || $3 == "0000" { next }
{
  service = $1 " " inBrackets($4) ":" $5
  if (!(service in services)) service = $1 " " inBrackets($4) ":0000"
  name = service " " inBrackets($6) ":" $7
  if (!(name in inactive)) name = service " " inBrackets($6) ":0000"
  if (!(name in inactive)) next
}
$1 == "TCP" && ($8 == "CLOSE_WAIT" || ($8 == "FIN_WAIT" && seesReplies[name])) { counts[name]++ }
$1 == "TCP" && $8 == "FIN_WAIT" && !seesReplies[name] { closed[name, $9]++; hasTimed = 1 }
$1 == "SCTP" && $8 ~ /^S-(SENT|RECEIVED)$/ && (seesReplies[name] || $9 >= ${SCTP_SECONDS - QUIET_SECONDS}) { counts[name]++ }
$1 == "SCTP" && $8 ~ /^(INIT|C-|COOKIE)/ { counts[name]++ }
$1 == "UDP" { flows[name, $9]++; hasTimed = 1 }
function addRecent(timed, timeout,   key, parts) {
  for (key in timed) { split(key, parts, SUBSEP); if (parts[2] >= timeout - ${QUIET_SECONDS}) counts[parts[1]] += timed[key] }
}
END {
  if (hasTimed) {
    while (("ipvsadm -L --timeout" | getline line) > 0) size = split(line, timeouts, " ")
    addRecent(closed, timeouts[size - 1])
    addRecent(flows, timeouts[size])
  }
  if (!isRead) for (name in inactive) counts[name] += inactive[name]
  for (name in counts) {
    split(name, words, " ")
    service = words[1] " " words[2]
    if (service in whole) sums[service] += counts[name]
    if (name in asked && counts[name] > 0) print name, counts[name]
  }
  for (service in sums) if (sums[service] > 0) print service, sums[service]
}`;

// Without ip_vs there is no connection. The names come on standard input, because the length of a word is limited.
const COUNT_WHERE_LOADED = `if [ -e /proc/net/ip_vs ]; then
awk '${COUNT}' - /proc/net/ip_vs /proc/net/ip_vs_conn
fi`;

/** Counts the connections of these real servers that carry data (proc(5), ip_vs_conn.c). */
export function connectionsFact(realServers: readonly ServiceRealServer[]): Fact<ConnectionCounts> {
  return countsFact(
    new Map(realServers.map((one) => [listedText(one), serviceRealServerText(one)])),
  );
}

/** Counts the connections of whole virtual services, by name. A virtual service without connections has the count 0. */
export function serviceConnectionsFact(services: readonly EndpointKey[]): Fact<ConnectionCounts> {
  const fact = countsFact(new Map(services.map((key) => [listedName(key), serviceKeyText(key)])));
  const none = services.map((key) => [serviceKeyText(key), 0] as const);
  return { ...fact, parse: (results) => new Map([...none, ...fact.parse(results)]) };
}

function countsFact(names: ReadonlyMap<string, string>): Fact<ConnectionCounts> {
  const stdin = [...names.keys()].map((name) => `${name}\n`).join("");
  return {
    commands: [{ ...command("sh", "-c", COUNT_WHERE_LOADED), stdin }],
    parse([counted]) {
      if (counted?.exitCode !== 0) throw commandError("count the connections", counted);
      const lines = counted.stdout.split("\n").filter(Boolean);
      return new Map(lines.map((line, index) => readLine(line, index + 1, names)));
    },
  };
}

function readLine(line: string, number: number, names: ReadonlyMap<string, string>) {
  const [, listed = "", count] = /^(\S+ \S+(?: \S+)?) (\d+)$/.exec(line) ?? [];
  const name = names.get(listed);
  if (name === undefined)
    throw parseError(
      "the connections",
      number,
      line,
      "it is not what was asked for, with a number",
    );
  return [name, Number(count)] as const;
}

function listedText({ service, realServer: { rip, port } }: ServiceRealServer): string {
  const digits = port.toString(16).toUpperCase().padStart(4, "0");
  return `${listedName(service)} ${fixedAddress(rip)}:${digits}`;
}
