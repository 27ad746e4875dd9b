import { command } from "../values/command";
import type { Fact } from "../values/fact";
import { PARTS_DIRECTORY } from "./paths";
import { ENABLED_FILE, SYSTEM_FILES } from "./units";

/** The texts of our boot files on a host, by path. */
export type BootFiles = ReadonlyMap<string, string>;

const PATHS = [PARTS_DIRECTORY, ...[...SYSTEM_FILES, ENABLED_FILE].map(({ path }) => path)].join(
  " ",
);

/** Reads our boot files. The parser splits lines at the first colon, because none of our paths has a colon. */
export const bootFact: Fact<BootFiles> = {
  // -H prints the path even when only one file exists; -s skips missing files (grep(1)).
  commands: [command("sh", "-c", `grep -rHs '' ${PATHS}; :`)],
  parse([shown]) {
    const lines = new Map<string, string[]>();
    for (const line of (shown?.stdout ?? "").split("\n").slice(0, -1)) {
      const colon = line.indexOf(":");
      const path = line.slice(0, colon);
      const known = lines.get(path) ?? [];
      if (known.length === 0) lines.set(path, known);
      known.push(line.slice(colon + 1));
    }
    return new Map([...lines].map(([path, texts]) => [path, `${texts.join("\n")}\n`]));
  },
};

/** Whether the units and their program have our texts, and the unit is enabled at boot. */
export function isSetUp(files: BootFiles): boolean {
  return [...SYSTEM_FILES, ENABLED_FILE].every(({ path, text, isOptional = false }) => {
    const found = files.get(path);
    return found === text || (isOptional && found === undefined);
  });
}
