import type { IpvsLine } from "./ipvsLine";

/** The first lines of /proc/net/ip_vs. */
export const LIST_TITLE = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
`;

const methods: Readonly<Record<string, string>> = { "-m": "Masq", "-g": "Route", "-i": "Tunnel" };

/** The line of a virtual service with 250 ticks a second (ip_vs_ctl.c, ip_vs_info_seq_show). */
export function listedService(line: IpvsLine): string {
  const { words, address } = line;
  const persistence = words.has("-p") ? `persistent ${Number(words.get("-p")) * 250} FFFFFFFF` : "";
  const flags = `${words.has("-o") ? "ops " : ""}${line.isIpv6 ? "" : " "}${persistence}`;
  const name = line.isMark
    ? `FWM  ${digits(Number(words.get("-f")), 8)}`
    : `${line.protocol.padEnd(4)} ${endpoint(address, line.port)}`;
  return `${name} ${words.get("-s") ?? "wlc"} ${flags}\n`;
}

/** The line of a real server. */
export function listedDest(dest: {
  readonly address: string;
  readonly port: number;
  readonly forward: string;
  readonly weight: number;
}): string {
  const columns = [dest.weight, 0, 0].map((one) => String(one).padEnd(10));
  const method = methods[dest.forward]?.padEnd(7);
  return `  -> ${endpoint(dest.address, dest.port)}      ${method} ${columns.join(" ")}\n`;
}

// The kernel prints addresses as %08X:%04X and [%pI6]:%04X.
function endpoint(address: string, port: number): string {
  const end = digits(port, 4);
  if (!address.includes(":")) {
    const octets = address.split(".").map((octet) => digits(Number(octet), 2));
    return `${octets.join("")}:${end}`;
  }
  const [head = [], tail = []] = address.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  const groups = [...head, ...zeros, ...tail].map((group) => group.padStart(4, "0"));
  return `[${groups.join(":")}]:${end}`;
}

function digits(number: number, count: number): string {
  return number.toString(16).toUpperCase().padStart(count, "0");
}
