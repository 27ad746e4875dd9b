import { command } from "../values/command";
import type { Fact } from "../values/fact";
import { CHECKS_DIRECTORY } from "./paths";

/** The files of ours for keepalived, with their texts, by the names of their virtual services. */
export type HealthChecks = ReadonlyMap<string, string>;

/** What keepalived is told to check, each file below a line with the name of its virtual service. */
export const healthChecksFact: Fact<HealthChecks> = {
  // -H: with the path, also of the only one that is there. No path of ours has a colon.
  commands: [command("sh", "-c", `grep -Hs '' ${CHECKS_DIRECTORY}/*.conf; :`)],
  parse([shown]) {
    const files = new Map<string, string[]>();
    for (const line of (shown?.stdout ?? "").split("\n").slice(0, -1)) {
      const colon = line.indexOf(":");
      const path = line.slice(0, colon);
      files.set(path, [...(files.get(path) ?? []), line.slice(colon + 1)]);
    }
    return new Map([...files].map(([path, lines]) => [nameOf(path), `${lines.join("\n")}\n`]));
  },
};

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
