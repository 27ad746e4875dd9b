import { readdirSync, readFileSync } from "node:fs";

/** Kills a process and all its descendants, also those in other process groups, into which Pulumi puts its plugins. */
export function killTree(pid: number): void {
  for (const one of [pid, ...descendantsOf(pid, childrenByParent())]) {
    try {
      process.kill(one, "SIGKILL");
    } catch {} // The process has ended already.
  }
}

function descendantsOf(pid: number, children: ReadonlyMap<number, number[]>): number[] {
  return (children.get(pid) ?? []).flatMap((child) => [child, ...descendantsOf(child, children)]);
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : undefined;
    if (parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  return children;
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined; // The process has ended.
  }
}
