import { command } from "../values/command";
import type { Fact } from "../values/fact";
import { parseFileTexts } from "./fileTexts";
import { PARTS_DIRECTORY } from "./paths";
import { ENABLED_FILE, SYSTEM_FILES } from "./units";

/** The texts of our boot files on a host, by path. */
export type BootFiles = ReadonlyMap<string, string>;

const PATHS = [PARTS_DIRECTORY, ...[...SYSTEM_FILES, ENABLED_FILE].map(({ path }) => path)].join(
  " ",
);

/** Reads our boot files. */
export const bootFact: Fact<BootFiles> = {
  // -H prints the path even when only one file exists; -s skips missing files (grep(1)).
  commands: [command("sh", "-c", `grep -rHs '' ${PATHS}; :`)],
  parse: ([shown]) => parseFileTexts(shown?.stdout ?? ""),
};

/** Whether the units and their program have our texts, and the unit is enabled at boot. */
export function isSetUp(files: BootFiles): boolean {
  return [...SYSTEM_FILES, ENABLED_FILE].every(({ path, text, isOptional = false }) => {
    const found = files.get(path);
    return found === text || (isOptional && found === undefined);
  });
}
