import type { Fact } from "../values/command";
import { command } from "../values/command";
import { commandError } from "../values/errors";
import type { Facts } from "../values/facts";
import type { Part, PartType } from "../values/part";

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

/** A kernel module that is loaded: `ip_vs`, `ip_vs_wlc`, `ipip`. */
export const moduleType: PartType = {
  fact: "modules",
  takesOver: true,
  read: (facts, id) => (facts.modules.has(id) ? "loaded" : undefined),
  set: (id) => [{ run: command("modprobe", id), because: `load the kernel module ${id}` }],
  needs: (id, facts) => facts.modules.dependencies.get(id) ?? [],
  // Somebody else may use it by now: then it stays. `modprobe -r` would also unload what it depends on, whoever
  // loaded that.
  unset: (id) => [
    { run: command("rmmod", id), because: `unload ${id} if it is not in use`, mayFail: true },
  ],
};

/** A module with what it brings along, so that this goes away with it again, and only where it was not there before. */
export function moduleParts(id: string, { modules }: Facts): Part[] {
  const ids = [...(modules.dependencies.get(id) ?? []), id];
  return ids.map((one) => ({ type: "module", id: one, value: "loaded", shared: true }));
}
