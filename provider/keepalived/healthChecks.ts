import { parseFileTexts } from "../system/fileTexts";
import { command } from "../values/command";
import type { Fact } from "../values/fact";
import { CHECKS_DIRECTORY } from "./paths";

/** The files of ours for keepalived, with their texts, by the names of their virtual services. */
export type HealthChecks = ReadonlyMap<string, string>;

/** What keepalived is told to check, each file below a line with the name of its virtual service. */
export const healthChecksFact: Fact<HealthChecks> = {
  // -H: with the path, also of the only one that is there.
  commands: [command("sh", "-c", `grep -Hs '' ${CHECKS_DIRECTORY}/*.conf; :`)],
  parse([shown]) {
    const texts = parseFileTexts(shown?.stdout ?? "");
    return new Map([...texts].map(([path, text]) => [nameOf(path), text]));
  },
};

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
