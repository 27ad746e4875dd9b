import type { LabHost } from "./host";

/** Everything on a host that our product could change, for comparisons. */
export type Baseline = Record<Section, Readonly<Record<string, string>>>;

const SECTIONS = [
  ...["link", "address", "route", "rule", "sysctl", "ipvs", "module", "file"],
] as const satisfies readonly string[];
type Section = "link" | "address" | "route" | "rule" | "sysctl" | "ipvs" | "module" | "file";

// The commands must not change the host: ipvsadm runs only where ip_vs is loaded, because it would load ip_vs. After a
// boot, duplicate address detection takes a second or two. The times of our files are left out, because a file may be
// written again with the same text.
const OBSERVE = `
tries=0
while [ "$(ip -6 -o address show tentative -dadfailed)" ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
echo '== link'; ip -j -d link
echo '== address'; ip -j addr
echo '== route'; ip -j route show table all
echo '== route'; ip -j -6 route show table all
echo '== rule'; ip -j rule
echo '== rule'; ip -j -6 rule
echo '== sysctl'
cd /proc/sys
grep -r . net/ipv4/conf net/ipv6/conf net/ipv4/ip_forward net/ipv4/vs 2>/dev/null
echo '== ipvs'
if [ -e /proc/net/ip_vs ]; then ipvsadm -Sn; ipvsadm -L --timeout; ipvsadm -L --daemon; fi
echo '== module'; cut -d' ' -f1 /proc/modules
echo '== file'
find /etc \\( -type d -printf '%p %M %u:%g\\n' \\) \\
  -o \\( -path '*pulumi-lvs*' -printf '%p %M %u:%g %l\\n' \\) -o -printf '%p %M %u:%g %s bytes of %Tx %TX\\n'
find /etc -path '*pulumi-lvs*' -type f -exec cksum {} + | while read -r sum bytes path; do echo "$path:text $sum $bytes"; done
find /run /tmp -path /run/systemd -prune -o -path /run/user -prune -o -path /run/sudo -prune -o -path /run/log -prune \\
  -o -path /run/utmp -prune -o -path /run/udev -prune -o -path /run/network -prune -o -path /run/NetworkManager -prune -o -printf '%p %M %u:%g\\n'
find /var/lib/pulumi-lvs -printf '%p %M %u:%g %s bytes\\n' 2>/dev/null
true
`;

/** Reads the baseline of a host without changing the host. */
export async function observeHost(host: LabHost): Promise<Baseline> {
  return parseBaseline(await host.mustRun(OBSERVE));
}

export function parseBaseline(output: string): Baseline {
  const entries: Record<Section, [string, string][]> = {
    ...{ link: [], address: [], route: [], rule: [], sysctl: [], ipvs: [], module: [], file: [] },
  };
  for (const part of output.split(/^== /m).slice(1)) {
    const end = part.indexOf("\n");
    const section = part.slice(0, end) as Section;
    entries[section].push(...READERS[section](part.slice(end + 1).trim()));
  }
  const sorted = SECTIONS.map((section) => {
    const rows = entries[section].sort(([a], [b]) => (a < b ? -1 : 1));
    return [section, Object.fromEntries(rows)];
  });
  return Object.fromEntries(sorted) as Baseline;
}

type Rows = [key: string, value: string][];
type Json = Record<string, unknown>;

const lines = (text: string) => text.split("\n").filter((line) => line !== "");
const whole = (text: string): Rows => lines(text).map((line) => [line, ""]);
const objects = (text: string) => JSON.parse(text || "[]") as Json[];

const READERS: Readonly<Record<Section, (text: string) => Rows>> = {
  link: (text) => objects(text).map((link) => [String(link.ifname), picked(link, LINK)]),
  address: (text) =>
    objects(text).flatMap(({ ifname, addr_info }) =>
      (addr_info as Json[]).map((address): [string, string] => [
        `${ifname} ${address.local}/${address.prefixlen}`,
        picked(address, ADDRESS),
      ]),
    ),
  route: (text) => objects(text).map((route) => [picked(route, ROUTE), ""]),
  rule: (text) => objects(text).map((rule) => [JSON.stringify(rule), ""]),
  sysctl: (text) =>
    lines(text).map((line) => {
      const colon = line.indexOf(":", line.lastIndexOf("/"));
      return [line.slice(0, colon).replaceAll("/", "."), line.slice(colon + 1)];
    }),
  ipvs: whole,
  // The kernel loads the processor's crc32c for libcrc32c, and never unloads the module.
  module: (text) => whole(text).filter(([name]) => !name.startsWith("crc32c")),
  file: (text) =>
    lines(text).map((line) => {
      const space = line.indexOf(" ");
      return [line.slice(0, space), line.slice(space + 1)];
    }),
};

// The fields that are constant on an unchanged host.
const LINK = ["flags", "mtu", "operstate", "link", "address", "linkinfo"];
const ADDRESS = ["scope", "label", "peer", "noprefixroute", "deprecated", "tentative", "dadfailed"];
const ROUTE = [
  ...["type", "dst", "gateway", "via", "dev", "table", "protocol", "scope", "prefsrc"],
  ...["metric", "flags", "metrics", "nexthops"],
];

function picked(object: Json, fields: readonly string[]): string {
  const present = fields.filter((field) => object[field] !== undefined);
  const show = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return present.map((field) => `${field} ${show(object[field])}`).join(" ");
}

/** The differences between two baselines, a line for each. */
export function difference(
  before: Baseline,
  after: Baseline,
  options: { except?: readonly Section[] } = {},
): string[] {
  return SECTIONS.filter((section) => !options.except?.includes(section)).flatMap((section) =>
    differenceOf(section, before[section], after[section]),
  );
}

function differenceOf(
  section: Section,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const was = before[key];
    const is = after[key];
    if (was === is) return [];
    if (was === undefined) return [`${section} ${key} ${is}: is new`.replace(" :", ":")];
    if (is === undefined) return [`${section} ${key} ${was}: is gone`.replace(" :", ":")];
    return [`${section} ${key}: ${was} -> ${is}`];
  });
}

/** What the lab and systemd themselves write at each boot, in a list of differences. */
const BOOTED = /: file (?:\/etc\/(?:hosts|hostname|network\/interfaces): |\/tmp\/systemd-private-)/;

/** Whether a line of `difference` comes from a boot alone. */
export function isBooting(line: string): boolean {
  return BOOTED.test(line);
}
