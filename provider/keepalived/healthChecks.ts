import { parseFileTexts } from "../system/fileTexts";
import { command } from "../values/command";
import type { Fact } from "../values/fact";
import { CHECKS_DIRECTORY } from "./paths";

/** The text of the file that keepalived reads for each virtual service, by file name (paths.ts). */
export type HealthChecks = ReadonlyMap<string, string>;

/** The files that keepalived reads. */
export const healthChecksFact: Fact<HealthChecks> = {
  // -H: grep prints the path even for a single file.
  commands: [command("sh", "-c", `grep -Hs '' ${CHECKS_DIRECTORY}/*.conf; :`)],
  parse([shown]) {
    const texts = parseFileTexts(shown?.stdout ?? "");
    return new Map([...texts].map(([path, text]) => [nameOf(path), text]));
  },
};

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
