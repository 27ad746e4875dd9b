import { command } from "../values/command";
import { commandError } from "../values/errors";
import type { Fact } from "../values/fact";

/** The kernel modules of a host: those that are loaded, and those that are built in. */
export class Modules extends Set<string> {
  /** The modules that modprobe loads before one of those that we load, in that order (depmod(8), modules.dep). */
  readonly dependencies = new Map<string, readonly string[]>();
}

// A module that is built in never shows in /proc/modules; without modules.builtin nothing is built in. Only the lines of
// modules.dep have a colon.
const SHOW = `read -r release < /proc/sys/kernel/osrelease; d=/lib/modules/$release
grep -Ehs -e '^[^:]*$' -e '/(ip_vs|ipip|sit|ip6_tunnel)\\.ko[^:]*:' /proc/modules $d/modules.builtin $d/modules.dep; :`;

// Without another program. A module that is built in and has no parameters is not there.
const SHOW_NEEDED = `missing=
for name; do [ -d "/sys/module/$name" ] || missing=1; done
if [ -z "$missing" ]; then printf '%s\\n' /sys/module/ip_vs*; else
${SHOW}
fi`;

/** Which kernel modules are there, without loading any (proc(5) /proc/modules, modules.builtin, modules.dep). */
export const modulesFact: Fact<Modules> = {
  commands: [command("sh", "-c", SHOW)],
  parse([shown]) {
    if (shown?.exitCode !== 0) throw commandError("read the kernel modules", shown);
    const modules = new Modules();
    for (const line of shown.stdout.split("\n").filter(Boolean)) {
      const [file = "", needed] = line.split(":");
      // A line of /proc/modules goes on with the size, the users and the address.
      if (needed === undefined) modules.add(moduleName(file.split(" ")[0] ?? ""));
      else modules.dependencies.set(moduleName(file), loadOrder(needed));
    }
    return modules;
  },
};

/** The same; where all of these are there, no more than the modules of IPVS. */
export function neededModulesFact(names: readonly string[]): Fact<Modules> {
  return { ...modulesFact, commands: [command("sh", "-c", SHOW_NEEDED, "sh", ...names)] };
}

function loadOrder(needed: string): string[] {
  return needed.split(" ").filter(Boolean).map(moduleName).reverse();
}

/** `kernel/net/netfilter/ipvs/ip_vs.ko` and `ip_vs` are one module, and so are `nf-x` and `nf_x`. */
function moduleName(text: string): string {
  return text
    .replace(/^.*\//, "")
    .replace(/\.ko.*$/, "")
    .replaceAll("-", "_");
}
