import type { PartType } from "../values/part";
import { rememberByObject, rememberByText } from "../values/remember";
import type { Step } from "../values/step";
import { withCheckedWeights } from "./checkedWeights";
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

// A reload of keepalived sets the weights of healthy real servers. So the script waits up to 2 s, and a real server that
// still has the weight of the look has been changed by somebody else. The script then sets the declared weight, and
// restarts keepalived, so that the health check decides anew.
const CORRECT_WEIGHT = `seen=$1
shift
for try in 1 2 3 4 5 6 7 8 9 10; do
  ipvsadm -Sn | grep -qxF -e "$seen" || exit 0
  sleep 0.2
done
ipvsadm "$@" && systemctl restart pulumi-lvs-health.service`;

/** The last line of a value in the journal whose virtual service does not own its real servers. */
const ANY_REAL_SERVERS = "# and any real servers\n";

/** The beginning of the last line of a value whose real servers have a health check, which follows as JSON. */
const HEALTH_CHECK = "# health check ";

// A change reads the same values several times, and a group has a thousand of them.
const serviceOf = rememberByText(parseRenderedService, 4_000_000);
const textOf = rememberByObject(renderService);

/** The value of a virtual service as a part, with its real servers when the virtual service owns them. */
export function virtualServiceValue(
  service: VirtualService,
  managesRealServers: boolean,
  healthCheck?: string,
): string {
  const checked = healthCheck === undefined ? "" : `${HEALTH_CHECK}${healthCheck}\n`;
  if (managesRealServers) return renderService(service) + checked;
  return renderService({ ...service, realServers: {} }) + ANY_REAL_SERVERS;
}

/** The declaration in the value of a virtual service. */
interface DeclaredService {
  readonly service: VirtualService;
  readonly managesRealServers: boolean;
  /** The health check of the real servers, as JSON. @default - no health check; real servers have their declared weights */
  readonly healthCheck?: string;
}

/** Reads the value that `virtualServiceValue` wrote. */
export function readValue(value: string): DeclaredService {
  const start = value.indexOf(HEALTH_CHECK);
  if (start >= 0) {
    const healthCheck = value.slice(start + HEALTH_CHECK.length, -1);
    const service = serviceOf(value.slice(0, start));
    return { service, managesRealServers: true, healthCheck };
  }
  const managesRealServers = !value.endsWith(ANY_REAL_SERVERS);
  const text = managesRealServers ? value : value.slice(0, -ANY_REAL_SERVERS.length);
  return { service: serviceOf(text), managesRealServers };
}

/** A virtual service with the id `tcp 192.0.2.80:80` (ipvsadm(8) -A). */
export const virtualServiceType: PartType<"ipvs", IpvsTable> = {
  fact: "ipvs",
  takesOver: false,
  read(table, id) {
    const service = table[id];
    return service && textOf(service);
  },
  matches(value, live) {
    const declared = readValue(value);
    return planLines(declared, live).length === 0 && correctWeights(declared, live).length === 0;
  },
  valueAsRead: (value) => textOf(readValue(value).service),
  // A virtual service that does not own its real servers leaves them alone on release too.
  valueToRestore: ({ value }, live) =>
    readValue(value).managesRealServers ? live : live + ANY_REAL_SERVERS,
  set(id, value, live) {
    const declared = readValue(value);
    const steps = stepsOf(planLines(declared, live));
    const isNew = live === undefined && isListedWhole(declared.service);
    const tableSteps = isNew ? steps.map((step) => ({ ...step, makesListed: id })) : steps;
    return [...tableSteps, ...correctWeights(declared, live)];
  },
  unset: (_id, live) =>
    stepsOf(planService(undefined, serviceOf(live), { managesRealServers: true })),
};

/** The steps that correct live weights other than 0 and the declared weight, which no health check can have set. */
function correctWeights(
  { service, healthCheck }: DeclaredService,
  live: string | undefined,
): Step[] {
  if (healthCheck === undefined || live === undefined) return [];
  const liveService = serviceOf(live);
  const liveRealServers = liveService.realServers;
  const planned = withCheckedWeights(service, healthCheck, liveService).realServers;
  return inCanonicalOrder(Object.values(service.realServers)).flatMap((realServer) => {
    const name = realServerKeyText(realServer.key);
    const now = liveRealServers[name];
    const { weight } = realServer.config;
    const isPlanned = planned[name]?.config.weight === weight;
    if (!now || isPlanned || now.config.weight === 0) return [];
    // The save format has no thresholds.
    const seen = renderAddRealServer(service.key, now).replace(/ -x \d+ -y \d+/, "");
    const words = renderEditRealServer(service.key, realServer).split(" ");
    const argv = ["sh", "-c", CORRECT_WEIGHT, "sh", seen, ...words];
    const description = `bring ${name} in ${serviceKeyText(service.key)} from weight ${now.config.weight} to ${weight}`;
    return [{ run: { argv }, description, isLast: true, changes: ["ipvs"] as const }];
  });
}

function planLines(
  { service: declared, managesRealServers, healthCheck }: DeclaredService,
  live: string | undefined,
): PlannedLine[] {
  const liveService = live === undefined ? undefined : serviceOf(live);
  const isChecked = healthCheck !== undefined;
  const service = isChecked ? withCheckedWeights(declared, healthCheck, liveService) : declared;
  return planService(service, liveService, {
    managesRealServers: managesRealServers || live === undefined,
  });
}
