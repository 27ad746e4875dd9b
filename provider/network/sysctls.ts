import type { Family } from "../values/address";
import type { Fact } from "../values/command";
import { command } from "../values/command";
import { LvsError, parseError } from "../values/errors";
import type { PartType } from "../values/part";

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

const FILES = Object.entries(NAMES).flatMap(([family, names]) =>
  names.map((name) => `/proc/sys/net/${family}/conf/*/${name}`),
);

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

/** Forwarding of one interface that was off although that of all was on: somebody's own wish, and not the default. */
const OFF_BY_ITSELF = "0 by itself";
const FORWARDING = /^net\/ipv4\/conf\/(?!all\/)[^/]+\/forwarding$/;

/** A sysctl that has a value. What it was before is put back, so a value unlike ours is no conflict. */
export const sysctlType: PartType = {
  fact: "sysctls",
  takesOver: true,
  read: (facts, id) => facts.sysctls.get(id),
  set: (id, value, live) => {
    const number = value.split(" ")[0];
    return [
      {
        run: command("sysctl", "-q", "-w", `${id}=${number}`),
        because: `set ${id} from ${live ?? "nothing"} to ${number}`,
      },
    ];
  },
  remember: ({ id }, live, facts) =>
    FORWARDING.test(id) && live === "0" && forwardsAll(facts) ? OFF_BY_ITSELF : live,
  // ip_forward (conf.all) was set while we were here, and with it every interface: one that is off would be a hole.
  isOverruled: (id, before, facts) => FORWARDING.test(id) && before === "0" && forwardsAll(facts),
  // A sysctl goes away only with its interface.
  unset: () => [],
};

function forwardsAll({ sysctls }: { sysctls: Sysctls }): boolean {
  return sysctls.get("net/ipv4/conf/all/forwarding") === "1";
}
