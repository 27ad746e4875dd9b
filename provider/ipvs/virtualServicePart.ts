import type { PartType } from "../values/part";
import type { Step } from "../values/step";
import { isListedWhole } from "./list";
import {
  type IpvsTable,
  inCanonicalOrder,
  realServerKeyText,
  serviceKeyText,
  type VirtualService,
} from "./model";
import { parseRenderedService } from "./parse";
import { type PlannedLine, planService, stepsOf } from "./plan";
import { renderAddRealServer, renderEditRealServer, renderService } from "./render";

// keepalived changes the weights of healthy real servers when it is reloaded. What still has the weight that was seen
// is somebody else's change, and gets the declared weight. The restart then has a check look at it anew.
const WEIGH = `seen=$1
shift
for try in 1 2 3 4 5 6 7 8 9 10; do
  ipvsadm -Sn | grep -qxF -e "$seen" || exit 0
  sleep 0.2
done
ipvsadm "$@" && systemctl restart pulumi-lvs-health.service`;

/** Stands below a virtual service in the journal whose real servers are not its own. */
const ANY_REAL_SERVERS = "# and any real servers\n";

/** Stands below a virtual service whose weights follow health checks, with what is checked. */
const HEALTH_CHECK = "# health check ";

/** The text of a virtual service as a part: with its real servers, or leaving them to others. */
export function virtualServiceValue(
  service: VirtualService,
  managesRealServers: boolean,
  healthCheck?: string,
): string {
  const checked = healthCheck === undefined ? "" : `${HEALTH_CHECK}${healthCheck}\n`;
  if (managesRealServers) return renderService(service) + checked;
  return renderService({ ...service, realServers: {} }) + ANY_REAL_SERVERS;
}

interface Wanted {
  readonly service: VirtualService;
  readonly managesRealServers: boolean;
  /** The health check of its real servers, as JSON. @default - their weights are those that are declared */
  readonly healthCheck?: string;
}

/** The virtual service that a value of such a part says. */
export function readValue(value: string): Wanted {
  const start = value.indexOf(HEALTH_CHECK);
  if (start >= 0) {
    const healthCheck = value.slice(start + HEALTH_CHECK.length, -1);
    const service = parseRenderedService(value.slice(0, start));
    return { service, managesRealServers: true, healthCheck };
  }
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
  matches(value, live) {
    const wanted = readValue(value);
    return planValue(wanted, live).length === 0 && foreignWeights(wanted, live).length === 0;
  },
  // Those who manage its real servers meanwhile go on doing so.
  valueToRestore: ({ value }, live) =>
    readValue(value).managesRealServers ? live : live + ANY_REAL_SERVERS,
  set(id, value, live) {
    const wanted = readValue(value);
    const weights = foreignWeights(wanted, live);
    const steps = stepsOf(planValue(wanted, live));
    const isNew = live === undefined && isListedWhole(wanted.service);
    const table = isNew ? steps.map((step) => ({ ...step, makesListed: id })) : steps;
    return [...table, ...weights];
  },
  unset: (_id, live) =>
    stepsOf(planService(undefined, parseRenderedService(live), { managesRealServers: true })),
};

/**
 * The weights as they may be now. A checked real server keeps its live weight, since only its check knows whether it
 * may have another: a new one begins with 0.
 */
function withCheckedWeights(service: VirtualService, live: VirtualService | undefined) {
  const realServers = Object.entries(service.realServers).map(([name, { key, config }]) => {
    const now = live?.realServers[name]?.config.weight ?? 0;
    return [name, { key, config: { ...config, weight: config.weight === 0 ? 0 : now } }] as const;
  });
  return { ...service, realServers: Object.fromEntries(realServers) };
}

/** What corrects weights that neither the declaration nor a check has set. */
function foreignWeights({ service, healthCheck }: Wanted, live: string | undefined): Step[] {
  if (healthCheck === undefined || live === undefined) return [];
  const there = parseRenderedService(live).realServers;
  return inCanonicalOrder(Object.values(service.realServers)).flatMap((realServer) => {
    const name = realServerKeyText(realServer.key);
    const now = there[name];
    const { weight } = realServer.config;
    if (!now || weight === 0 || [0, weight].includes(now.config.weight)) return [];
    // The save format has no thresholds.
    const seen = renderAddRealServer(service.key, now).replace(/ -x \d+ -y \d+/, "");
    const words = renderEditRealServer(service.key, realServer).split(" ");
    const argv = ["sh", "-c", WEIGH, "sh", seen, ...words];
    const description = `bring ${name} in ${serviceKeyText(service.key)} from weight ${now.config.weight} to ${weight}`;
    return [{ run: { argv }, description, isLast: true, changes: ["ipvs"] as const }];
  });
}

function planValue(
  { service: declared, managesRealServers, healthCheck }: Wanted,
  live: string | undefined,
): PlannedLine[] {
  const checked = healthCheck !== undefined;
  const service = checked
    ? withCheckedWeights(declared, live === undefined ? undefined : parseRenderedService(live))
    : declared;
  if (live === undefined) return planService(service, undefined, { managesRealServers: true });
  return planService(service, parseRenderedService(live), { managesRealServers });
}
