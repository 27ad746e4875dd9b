import type { Fact } from "../values/command";
import { command } from "../values/command";
import { LvsError, parseError } from "../values/errors";
import type { PartType } from "../values/part";

/** Live sysctls by their path below /proc/sys: slashes, since the name of an interface may have dots. */
export type Sysctls = ReadonlyMap<string, string>;

/** The sysctls that LVS needs, and why (ip-sysctl.rst). */
const NAMES = {
  // A real server must not answer ARP for a VIP that it holds on another interface.
  ipv4: ["arp_ignore", "arp_announce", "rp_filter", "forwarding"],
  // A VIP that moves is announced by the kernel itself; NAT needs forwarding, which has one switch for all.
  ipv6: ["ndisc_notify", "forwarding"],
} as const;

const FILES = Object.entries(NAMES).flatMap(([family, names]) =>
  names.map((name) => `/proc/sys/net/${family}/conf/*/${name}`),
);

/** The sysctls that LVS needs, of every interface, in one command. */
export const sysctlsFact: Fact<Sysctls> = {
  // -s: a kernel without IPv6 has no such files. grep then returns 2 although it has printed the others.
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
  family: "ipv4" | "ipv6",
  device: string,
  name: (typeof NAMES)["ipv4" | "ipv6"][number],
): string {
  return `net/${family}/conf/${device}/${name}`;
}

/** A sysctl that has a value. What it was before is put back, so a value unlike ours is no conflict. */
export const sysctlType: PartType = {
  fact: "sysctls",
  takesOver: true,
  read: (facts, id) => facts.sysctls.get(id),
  set: (id, value, live) => [
    {
      run: command("sysctl", "-q", "-w", `${id}=${value}`),
      because: `set ${id} from ${live ?? "nothing"} to ${value}`,
    },
  ],
  // A sysctl goes away only with its interface.
  unset: () => [],
};
