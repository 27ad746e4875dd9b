import { command } from "../values/command";
import type { Part, PartType } from "../values/part";
import type { Modules } from "./modules";

/** A kernel module that is loaded: `ip_vs`, `ip_vs_wlc`, `ipip`. */
export const moduleType: PartType<"modules", Modules> = {
  fact: "modules",
  takesOver: true,
  read: (modules, id) => (modules.has(id) ? "loaded" : undefined),
  set: (id) => [{ run: command("modprobe", id), description: `load the kernel module ${id}` }],
  dependencies: (id, modules) => modules.dependencies.get(id) ?? [],
  // Somebody else may use it by now: then it stays. `modprobe -r` would also unload what it depends on, whoever
  // loaded that.
  unset: (id) => [
    { run: command("rmmod", id), description: `unload ${id} if it is not in use`, mayFail: true },
  ],
};

/** A module with what it brings along, so that this goes away with it again, and only where it was not there before. */
export function moduleParts(id: string, modules: Modules): Part[] {
  const ids = [...(modules.dependencies.get(id) ?? []), id];
  return ids.map((one) => ({ type: "module", id: one, value: "loaded", shared: true }));
}
