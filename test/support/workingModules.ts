import type { WorkingTable } from "./ipvsTable";

/** The kernel modules of a host in memory. A module of IPVS cannot leave while the table needs it. */
export class WorkingModules {
  constructor(
    private readonly loaded: Set<string>,
    /** The modules that a module needs, as depmod records them. */
    private readonly needs: ReadonlyMap<string, readonly string[]>,
    private readonly table: WorkingTable,
  ) {}

  /** The output of a fact: the modules of IPVS if all needed modules are loaded, and otherwise all, with their files. */
  show(needed: readonly string[]): string {
    const ofIpvs = [...this.loaded].filter((id) => id.startsWith("ip_vs"));
    const areThere = needed.every((id) => this.loaded.has(id));
    return (areThere ? ofIpvs : [...this.loaded, ...this.files()]).join("\n");
  }

  private files(): string[] {
    return [...this.needs].map(([id, needs]) => {
      return `net/${id}.ko: ${needs.map((one) => `net/${one}.ko`).join(" ")}`;
    });
  }

  /** Removes a module. Returns the message of a failure, or an empty text. */
  unload(name: string): string {
    const schedulers = [...this.table.saved().matchAll(/ -s (\w+)/g)].map(
      ([, one]) => `ip_vs_${one}`,
    );
    const isUsed =
      name === "ip_vs"
        ? schedulers.length > 0 || [...this.loaded].some((one) => one.startsWith("ip_vs_"))
        : schedulers.includes(name);
    if (isUsed) return `rmmod: ERROR: Module ${name} is in use`;
    this.loaded.delete(name);
    return "";
  }
}
