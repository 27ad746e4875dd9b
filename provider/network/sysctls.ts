import type { Family } from "../values/address";
import { command } from "../values/command";
import { LvsError, parseError } from "../values/errors";
import type { Fact } from "../values/fact";

/** Live sysctls by path below /proc/sys. Paths have slashes, because an interface's name may contain dots. */
export type Sysctls = ReadonlyMap<string, string>;

/** The sysctls that LVS needs, and why (ip-sysctl.rst). */
const NAMES = {
  // arp_*: a real server must not answer ARP for a VIP that is on another of its interfaces. send_redirects: a director
  // with NAT must not redirect its real servers to the client. accept_local: a director that checks through its VIP gets
  // replies from there.
  ipv4: ["arp_ignore", "arp_announce", "rp_filter", "forwarding", "send_redirects", "accept_local"],
  // ndisc_notify: the kernel announces a VIP that moves. forwarding: NAT needs it, and IPv6 has one switch for all
  // interfaces, which removes the default routes of router advertisements unless accept_ra is 2.
  ipv6: ["ndisc_notify", "forwarding", "accept_ra"],
} as const;

/** Whether the next connection of a persistent client leaves a quiesced real server (ipvs-sysctl.rst); ip_vs adds it. */
export const EXPIRE_TEMPLATES = "net/ipv4/vs/expire_quiescent_template";

const FILES = [
  ...Object.entries(NAMES).flatMap(([family, names]) =>
    names.map((name) => `/proc/sys/net/${family}/conf/*/${name}`),
  ),
  `/proc/sys/${EXPIRE_TEMPLATES}`,
];

/** The sysctls that LVS needs, of every interface, in one command. */
export const sysctlsFact: Fact<Sysctls> = {
  // grep, because the shell's `read` takes one byte at a time, which these files do not support. -s, because a kernel
  // without IPv6 lacks some of the files; grep then exits with 2 although it has printed the others.
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
