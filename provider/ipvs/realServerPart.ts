import { parseEndpoint } from "../values/address";
import { type PartType, partKey } from "../values/part";
import type { IpvsTable, RealServer, ServiceKey } from "./model";
import { parseRenderedService } from "./parse";
import { type PlannedLine, planRealServer, stepsOf } from "./plan";
import { renderAddRealServer, renderAddService } from "./render";
import { readValue } from "./virtualServicePart";
import type { Protocol } from "./vocabulary";

/** The name of a real server as a part: `tcp 192.0.2.80:80 -> 10.0.0.5:80`. */
export function realServerPartId(service: string, realServer: string): string {
  return `${service} -> ${realServer}`;
}

/** The value of a real server as a part: its line in the save format of ipvsadm. */
export function realServerValue(service: ServiceKey, realServer: RealServer): string {
  return renderAddRealServer(service, realServer);
}

/** A real server as a part of its own, in a virtual service that does not own its real servers (ipvsadm(8) -a). */
export const realServerType: PartType<"ipvs", IpvsTable> = {
  fact: "ipvs",
  takesOver: false,
  read(table, id) {
    const { service, realServer } = readId(id);
    const live = table[service];
    const found = live?.realServers[realServer];
    return live && found && renderAddRealServer(live.key, found);
  },
  set: (id, value, live) => stepsOf(planOne(id, value, live)),
  unset: (id, live) => stepsOf(planOne(id, undefined, live)),
  container(id) {
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
  const key = serviceKeyOf(id);
  const read = (line: string | undefined) =>
    line === undefined ? undefined : readRealServerValue(key, line);
  return planRealServer(key, read(value), read(live));
}

function readId(id: string): { service: string; realServer: string } {
  const [service = "", realServer = ""] = id.split(" -> ");
  return { service, realServer };
}

/** The virtual service in the id of a real server. */
export function serviceKeyOf(id: string): ServiceKey {
  const [protocol, where = ""] = readId(id).service.split(" ");
  const { address: vip = "", port = 0 } = parseEndpoint(where) ?? {};
  return { kind: "endpoint", protocol: protocol as Protocol, vip, port };
}

/** Reads the value of a real server. The parser needs a line of the virtual service before it (ipvsadm(8) -S). */
export function readRealServerValue(key: ServiceKey, line: string): RealServer {
  const config = { scheduler: "wlc", schedulerFlags: [], onePacket: false };
  const { realServers } = parseRenderedService(`${renderAddService({ key, config })}\n${line}\n`);
  return Object.values(realServers)[0] as RealServer;
}
