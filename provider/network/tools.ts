import { command } from "../values/command";
import { LvsError } from "../values/errors";
import type { Fact } from "../values/fact";

/** The programs that we use on a host and the packages that bring them (Debian, RHEL). */
const PACKAGES = {
  ipvsadm: "ipvsadm",
  ip: "iproute2 (RHEL: iproute)",
  modprobe: "kmod",
  sysctl: "procps (RHEL: procps-ng)",
  arping: "iputils-arping (RHEL: iputils)",
  awk: "mawk (RHEL: gawk)",
  keepalived: "keepalived",
  perl: "perl-base (RHEL: perl-Socket)",
} as const;

export type Tool = keyof typeof PACKAGES;

/** The programs that a host has, of those that we use. */
export type Tools = ReadonlySet<string>;

/** Listed among the tools when the host was booted with systemd (sd_booted(3)). */
const SYSTEMD = "systemd";

// The answer is one write, because each write is a packet.
const ASK = `found=
for tool in ${Object.keys(PACKAGES).join(" ")}; do command -v "$tool" >/dev/null && found="$found$tool
"; done
[ ! -d /run/systemd/system ] || found="\${found}${SYSTEMD}
"
printf %s "$found"`;

/** Finds the programs that we use. */
export const toolsFact: Fact<Tools> = {
  commands: [command("sh", "-c", ASK)],
  parse: ([found]) => new Set((found?.stdout ?? "").split("\n").filter(Boolean)),
};

/** Throws an error where nothing of ours could be made again at boot. */
export function requireSystemd(tools: Tools): void {
  if (tools.has(SYSTEMD)) return;
  throw new LvsError(
    "input",
    "this host does not run systemd, which would make again what is declared after a reboot; nothing was changed. " +
      "Set persist: false: what is declared is then gone with a reboot, and pulumi up --refresh brings it back",
  );
}

/** Throws an error that names the package when a program is missing. */
export function requireTools(tools: Tools, ...wanted: Tool[]): void {
  const missing = wanted.filter((tool) => !tools.has(tool));
  if (missing.length === 0) return;
  const packages = missing.map((tool) => PACKAGES[tool]).join(", ");
  throw new LvsError(
    "input",
    `${missing.join(", ")} is missing on this host; nothing was changed. Install the package ${packages}`,
  );
}
