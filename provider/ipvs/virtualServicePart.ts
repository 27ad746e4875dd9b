import type { PartType } from "../values/part";
import { isListedWhole } from "./list";
import type { IpvsTable, VirtualService } from "./model";
import { parseRenderedService } from "./parse";
import { type PlannedLine, planService, stepsOf } from "./plan";
import { renderService } from "./render";

/** Stands below a virtual service in the journal whose real servers are not its own. */
const ANY_REAL_SERVERS = "# and any real servers\n";

/** The text of a virtual service as a part: with its real servers, or leaving them to others. */
export function virtualServiceValue(service: VirtualService, managesRealServers: boolean): string {
  if (managesRealServers) return renderService(service);
  return renderService({ ...service, realServers: {} }) + ANY_REAL_SERVERS;
}

interface Wanted {
  readonly service: VirtualService;
  readonly managesRealServers: boolean;
}

/** The virtual service that a value of such a part says. */
export function readValue(value: string): Wanted {
  const managesRealServers = !value.endsWith(ANY_REAL_SERVERS);
  const text = managesRealServers ? value : value.slice(0, -ANY_REAL_SERVERS.length);
  return { service: parseRenderedService(text), managesRealServers };
}

/** One virtual service, named `tcp 192.0.2.80:80` (ipvsadm(8)). */
export const virtualServiceType: PartType<"ipvs", IpvsTable> = {
  fact: "ipvs",
  takesOver: false,
  read(table, id) {
    const service = table[id];
    return service && renderService(service);
  },
  matches: (value, live) => planValue(readValue(value), live).length === 0,
  // Those who manage its real servers meanwhile go on doing so.
  valueToRestore: ({ value }, live) =>
    readValue(value).managesRealServers ? live : live + ANY_REAL_SERVERS,
  set(id, value, live) {
    const wanted = readValue(value);
    const steps = stepsOf(planValue(wanted, live));
    const isNew = live === undefined && isListedWhole(wanted.service);
    return isNew ? steps.map((step) => ({ ...step, makesListed: id })) : steps;
  },
  unset: (_id, live) =>
    stepsOf(planService(undefined, parseRenderedService(live), { managesRealServers: true })),
};

function planValue(
  { service, managesRealServers }: Wanted,
  live: string | undefined,
): PlannedLine[] {
  if (live === undefined) return planService(service, undefined, { managesRealServers: true });
  return planService(service, parseRenderedService(live), { managesRealServers });
}
