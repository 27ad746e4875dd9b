import type { Family } from "../values/address";
import { command } from "../values/command";
import { LvsError, parseError } from "../values/errors";
import type { Fact } from "../values/fact";

/** Live sysctls by their path below /proc/sys: slashes, since the name of an interface may have dots. */
export type Sysctls = ReadonlyMap<string, string>;

/** The sysctls that LVS needs, and why (ip-sysctl.rst). */
const NAMES = {
  // A real server must not answer ARP for a VIP that it holds on another interface. A director with NAT must not send
  // real servers past itself.
  ipv4: ["arp_ignore", "arp_announce", "rp_filter", "forwarding", "send_redirects"],
  // A VIP that moves is announced by the kernel itself; NAT needs forwarding, which has one switch for all, and which
  // ends the default routes of routers unless accept_ra is 2.
  ipv6: ["ndisc_notify", "forwarding", "accept_ra"],
} as const;

/** Whether a client leaves a quiesced real server with its next connection (ipvs-sysctl.rst); there with ip_vs only. */
export const EXPIRE_TEMPLATES = "net/ipv4/vs/expire_quiescent_template";

const FILES = [
  ...Object.entries(NAMES).flatMap(([family, names]) =>
    names.map((name) => `/proc/sys/net/${family}/conf/*/${name}`),
  ),
  `/proc/sys/${EXPIRE_TEMPLATES}`,
];

/** The sysctls that LVS needs, of every interface, in one command. */
export const sysctlsFact: Fact<Sysctls> = {
  // Not by the shell's own read: it takes a byte at a time, and these files give one byte only then. -s: a kernel
  // without IPv6 has no such files. grep then returns 2 although it has printed the others.
  commands: [command("sh", "-c", `grep -s '' ${FILES.join(" ")}; :`)],
  parse: ([shown]) => {
    const lines = (shown?.stdout ?? "").split("\n").filter(Boolean);
    if (lines.length === 0) {
      throw new LvsError("parse", `cannot read /proc/sys/net/ipv4/conf: ${shown?.stderr.trim()}`);
    }
    return new Map(lines.map((line, index) => readLine(line, index + 1)));
  },
};

function readLine(line: string, number: number): [string, string] {
  const match = /^\/proc\/sys\/(.+):(-?\d+)$/.exec(line);
  if (!match?.[1] || !match[2])
    throw parseError("/proc/sys/net", number, line, "not `path:number`");
  return [match[1], match[2]];
}

/** The path of a setting of one interface: `net/ipv4/conf/eth1/arp_ignore`. */
export function interfaceSysctl(
  family: Family,
  device: string,
  name: (typeof NAMES)[Family][number],
): string {
  return `net/${family}/conf/${device}/${name}`;
}
