import { command } from "../values/command";
import { commandError } from "../values/errors";
import type { Fact } from "../values/fact";

/** The kernel modules of a host: those that are loaded, and those that are built in. */
export class Modules extends Set<string> {
  /** The dependencies of each module that we load, in the order of modprobe (depmod(8), modules.dep). */
  readonly dependencies = new Map<string, readonly string[]>();
}

// Built-in modules are not in /proc/modules but in modules.builtin, which may be absent. Only the lines of modules.dep
// have a colon.
const SHOW = `read -r release < /proc/sys/kernel/osrelease; d=/lib/modules/$release
grep -Ehs -e '^[^:]*$' -e '/(ip_vs|ipip|sit|ip6_tunnel)\\.ko[^:]*:' /proc/modules $d/modules.builtin $d/modules.dep; :`;

// Shell builtins only, since starting a program takes long. /sys/module lacks built-in modules without parameters.
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
      // In a line of /proc/modules, the size, the users and the address follow the name.
      if (needed === undefined) modules.add(moduleName(file.split(" ")[0] ?? ""));
      else modules.dependencies.set(moduleName(file), loadOrder(needed));
    }
    return modules;
  },
};

/** Reads the loaded modules of IPVS where all named ones are there, and otherwise all that `modulesFact` reads. */
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
