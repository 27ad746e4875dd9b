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
  // A module that another program uses by now stays loaded. `modprobe -r` is no choice: it would also unload the
  // dependencies that other programs have loaded.
  unset: (id) => [
    { run: command("rmmod", id), description: `unload ${id} if it is not in use`, mayFail: true },
  ],
};

/** A module and its dependencies as parts, so that a release unloads those dependencies that were not loaded before. */
export function moduleParts(id: string, modules: Modules): Part[] {
  const ids = [...(modules.dependencies.get(id) ?? []), id];
  return ids.map((one) => ({ type: "module", id: one, value: "loaded", shared: true }));
}
