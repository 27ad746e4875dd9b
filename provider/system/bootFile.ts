import type { Command } from "../values/command";
import type { Part, PartName } from "../values/part";
import { quote } from "../values/quote";

/** The order in which parts are restored at boot. A director's VIP comes after its virtual services, and last what may take one. */
const BOOT_ORDER: Readonly<Record<PartName, number>> = {
  module: 10,
  link: 20,
  sysctl: 30,
  route: 40,
  rule: 50,
  virtualService: 60,
  checkPath: 65,
  realServer: 70,
  address: 80,
  healthCheck: 90,
  failover: 95,
};

/** The file name of a part: letters, digits, dots, dashes, underscores and percent signs, so that it needs no quotes. */
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
 * The shell lines that restore a part. A line runs its command only when the conditions hold, and the follow-up commands
 * only when its command has changed something.
 */
export function commandsText(
  commands: readonly Command[],
  conditions: readonly Command[],
  afterwards: readonly Command[],
): string {
  return commands
    .map((command) => {
      const all = [...conditions, { argv: ["make", ...command.argv] }, ...afterwards];
      return `${all.map(({ argv }) => argv.map(quote).join(" ")).join(" && ")}\n`;
    })
    .join("");
}
