import type { IpvsTable, VirtualService } from "../ipvs/model";
import { renderService } from "../ipvs/render";
import type { Entry, Journal, Owner } from "./journal";

const SERVICE = "virtualService ";
const CHECK_PATH = "checkPath ";

/** The virtual services that a change removes although no resource declares them. */
interface Removal {
  readonly names: readonly string[];
  readonly owner: Owner;
}

/** The virtual services of a director that no resource of any stack declares, by name, with a summary of each. */
export function undeclaredServices(table: IpvsTable, journal: Journal): Record<string, string> {
  const declared = new Set(Object.keys(journal).flatMap((key) => serviceOf(key) ?? []));
  const undeclared = Object.entries(table).filter(([name]) => !declared.has(name));
  return Object.fromEntries(undeclared.map(([name, service]) => [name, summary(service)]));
}

/**
 * Claims virtual services for an owner that does not declare them, so that the releases of its change drain and remove
 * them, and an undo or the next run knows of them. A virtual service that somebody has declared meanwhile is left alone.
 */
export function claimForRemoval(
  { names, owner: { urn, id } }: Removal,
  journal: Journal,
  table: IpvsTable,
): Journal {
  const undeclared = undeclaredServices(table, journal);
  const entries = names.flatMap((name): [string, Entry][] => {
    const service = Object.hasOwn(undeclared, name) ? table[name] : undefined;
    if (!service) return [];
    return [
      [SERVICE + name, { before: null, value: renderService(service), claims: [{ urn, id }] }],
    ];
  });
  return entries.length > 0 ? { ...journal, ...Object.fromEntries(entries) } : journal;
}

/**
 * The virtual service that an entry is about. A real server of a resource of its own declares its virtual service too,
 * and the path of a health check is one.
 */
function serviceOf(key: string): string | undefined {
  for (const type of [SERVICE, CHECK_PATH]) if (key.startsWith(type)) return key.slice(type.length);
  return key.startsWith("realServer ")
    ? key.slice("realServer ".length).split(" -> ")[0]
    : undefined;
}

/** The scheduler and the real servers, of which the first ones are named. */
function summary({ config, realServers }: VirtualService, shown = 5): string {
  const names = Object.keys(realServers);
  const more = names.length > shown ? ` and ${names.length - shown} more` : "";
  return names.length === 0
    ? `${config.scheduler}, no real servers`
    : `${config.scheduler} -> ${names.slice(0, shown).join(", ")}${more}`;
}
