import { parseEndpoint } from "../values/address";
import type { Step } from "../values/command";
import { type PartType, partKey } from "../values/part";
import { isListedWhole } from "./list";
import type { RealServer, ServiceKey, VirtualService } from "./model";
import { parseRenderedService } from "./parse";
import { type PlannedLine, planRealServer, planService } from "./plan";
import { ipvsadmCommand, renderAddRealServer, renderAddService, renderService } from "./render";
import type { Protocol } from "./vocabulary";

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

function readValue(value: string): Wanted {
  const managesRealServers = !value.endsWith(ANY_REAL_SERVERS);
  const text = managesRealServers ? value : value.slice(0, -ANY_REAL_SERVERS.length);
  return { service: parseRenderedService(text), managesRealServers };
}

/** One virtual service, named `tcp 192.0.2.80:80` (ipvsadm(8)). */
export const virtualServiceType: PartType = {
  fact: "ipvs",
  takesOver: false,
  read(facts, id) {
    const service = facts.ipvs[id];
    return service && renderService(service);
  },
  holds: (value, live) => planValue(readValue(value), live).length === 0,
  // Those who manage its real servers meanwhile go on doing so.
  remember: ({ value }, live) =>
    readValue(value).managesRealServers ? live : live + ANY_REAL_SERVERS,
  set(id, value, live) {
    const wanted = readValue(value);
    const steps = restore(planValue(wanted, live));
    const isNew = live === undefined && isListedWhole(wanted.service);
    return isNew ? steps.map((step) => ({ ...step, makesListed: id })) : steps;
  },
  unset: (_id, live) =>
    restore(planService(undefined, parseRenderedService(live), { managesRealServers: true })),
};

function planValue(
  { service, managesRealServers }: Wanted,
  live: string | undefined,
): PlannedLine[] {
  if (live === undefined) return planService(service, undefined, { managesRealServers: true });
  return planService(service, parseRenderedService(live), { managesRealServers });
}

/** The name of a real server as a part: `tcp 192.0.2.80:80 -> 10.0.0.5:80`. */
export function realServerPartId(service: string, realServer: string): string {
  return `${service} -> ${realServer}`;
}

/** The text of one real server as a part. */
export function realServerValue(service: ServiceKey, realServer: RealServer): string {
  return renderAddRealServer(service, realServer);
}

/** One real server of a virtual service that leaves its real servers to others (ipvsadm(8)). */
export const realServerType: PartType = {
  fact: "ipvs",
  takesOver: false,
  read(facts, id) {
    const { service, realServer } = readId(id);
    const live = facts.ipvs[service];
    const found = live?.realServers[realServer];
    return live && found && renderAddRealServer(live.key, found);
  },
  set: (id, value, live) => restore(planOne(id, value, live)),
  unset: (id, live) => restore(planOne(id, undefined, live)),
  inside(id) {
    const { service, realServer } = readId(id);
    return {
      key: partKey({ type: "virtualService", id: service }),
      valueIn(outer) {
        const { key, realServers } = readValue(outer).service;
        const found = realServers[realServer];
        return found && renderAddRealServer(key, found);
      },
    };
  },
};

function planOne(id: string, value: string | undefined, live: string | undefined): PlannedLine[] {
  const key = serviceKey(readId(id).service);
  return planRealServer(key, readRealServer(key, value), readRealServer(key, live));
}

function readId(id: string): { service: string; realServer: string } {
  const [service = "", realServer = ""] = id.split(" -> ");
  return { service, realServer };
}

function serviceKey(text: string): ServiceKey {
  const [protocol, where = ""] = text.split(" ");
  const { address: vip = "", port = 0 } = parseEndpoint(where) ?? {};
  return { kind: "endpoint", protocol: protocol as Protocol, vip, port };
}

/** Reads the line of one real server: the save format has it under its virtual service only. */
function readRealServer(key: ServiceKey, line: string | undefined): RealServer | undefined {
  if (line === undefined) return undefined;
  const config = { scheduler: "wlc", schedulerFlags: [], onePacket: false };
  const { realServers } = parseRenderedService(`${renderAddService({ key, config })}\n${line}\n`);
  return Object.values(realServers)[0];
}

/** One command for all lines; where there are several, ipvsadm tells of one that failed on standard error only. */
function restore(lines: readonly PlannedLine[]): Step[] {
  const [first, ...others] = lines;
  if (!first) return [];
  const more = others.length === 0 ? "" : ` (and ${others.length} more in the same service)`;
  const texts = lines.map((one) => one.line);
  return [
    {
      run: ipvsadmCommand(texts),
      lines: texts,
      because: `${first.because}${more}`,
      failsOnStderr: others.length > 0,
      changes: ["ipvs"],
    },
  ];
}
