import type { Command } from "../values/command";
import type { Part, PartName } from "../values/part";
import { quote } from "../values/quote";

/** In which order parts are made at boot: a director's VIP comes after its virtual services, and last what may take one. */
const BOOT_ORDER: Readonly<Record<PartName, number>> = {
  module: 10,
  link: 20,
  sysctl: 30,
  route: 40,
  rule: 50,
  virtualService: 60,
  realServer: 70,
  address: 80,
  healthCheck: 90,
  failover: 95,
};

/** The name of a part's file, of letters, digits, dots, dashes, underscores and percent signs only. */
export function bootFileName({ type, id }: Pick<Part, "type" | "id">): string {
  const name = id
    .replaceAll(" ", "_")
    .replaceAll("/", ".")
    .replaceAll(":", "-")
    .replaceAll(/[[\]>]/g, "");
  const safe = encodeURIComponent(name).replace(/[!'()*~]/g, "-");
  return `${BOOT_ORDER[type]}-${type}-${safe}`;
}

/**
 * The lines of shell that make a part again: each command where the conditions hold, and what follows when a command
 * has changed something.
 */
export function commandsText(
  commands: readonly Command[],
  conditions: readonly Command[],
  afterwards: readonly Command[],
): string {
  return commands
    .map((one) => {
      const all = [...conditions, { argv: ["make", ...one.argv] }, ...afterwards];
      return `${all.map(({ argv }) => argv.map(quote).join(" ")).join(" && ")}\n`;
    })
    .join("");
}
