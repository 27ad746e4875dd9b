import { command } from "../values/command";
import type { Fact } from "../values/fact";
import { parseFileTexts } from "./fileTexts";
import { PARTS_DIRECTORY } from "./paths";
import { ENABLED, SYSTEM_FILES } from "./units";

/** The files of ours that make a host's parts again, with their texts, by path. */
export type BootFiles = ReadonlyMap<string, string>;

const PATHS = [PARTS_DIRECTORY, ...[...SYSTEM_FILES, ENABLED].map(({ path }) => path)].join(" ");

/** What of ours is there to make a host's parts again. */
export const bootFact: Fact<BootFiles> = {
  // -H: with the path, also of the only one that is there. -s: what is not there has no line.
  commands: [command("sh", "-c", `grep -rHs '' ${PATHS}; :`)],
  parse: ([shown]) => parseFileTexts(shown?.stdout ?? ""),
};

/** Whether the units and the program that they run are as they are to be, and are run at boot. */
export function isSetUp(files: BootFiles): boolean {
  return [...SYSTEM_FILES, ENABLED].every(({ path, text, isOptional = false }) => {
    const found = files.get(path);
    return found === text || (isOptional && found === undefined);
  });
}
