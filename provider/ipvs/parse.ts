import { LvsError } from "../values/errors";
import {
  type IpvsTable,
  type RealServer,
  realServerKeyText,
  serviceKeyText,
  type VirtualService,
} from "./model";
import { eachLine } from "./savedLines";
import { readRealServer } from "./savedRealServer";
import { readService } from "./savedService";
import { parseThresholds, type Thresholds } from "./thresholds";

/** A virtual service to which the lines that follow add real servers. */
interface PartialService {
  readonly service: VirtualService;
  readonly realServers: Record<string, RealServer>;
}

/** Reads the table from `ipvsadm -Sn`, and the thresholds, which -S leaves out, from `ipvsadm -Ln --thresholds`. */
export function parseSavedTable(savedText: string, thresholdsText: string): IpvsTable {
  const thresholds = parseThresholds(thresholdsText);
  const table: Record<string, VirtualService> = {};
  for (const { service, realServers } of readServices("ipvsadm -Sn", savedText).values()) {
    const name = serviceKeyText(service.key);
    addThresholds(name, realServers, thresholds.get(name) ?? new Map());
    table[name] = service;
  }
  for (const [name, limits] of thresholds)
    refuseUnknownRealServers(name, limits, table[name]?.realServers ?? {});
  return table;
}

function addThresholds(
  service: string,
  realServers: Record<string, RealServer>,
  thresholds: ReadonlyMap<string, Thresholds>,
): void {
  for (const name of Object.keys(realServers)) {
    const { upperThreshold, lowerThreshold } =
      thresholds.get(name) ?? refuseChangedTable(service, name);
    const { key, config } = realServers[name] as RealServer;
    if (upperThreshold > 0 || lowerThreshold > 0)
      realServers[name] = { key, config: { ...config, upperThreshold, lowerThreshold } };
  }
}

function refuseUnknownRealServers(
  service: string,
  thresholds: ReadonlyMap<string, Thresholds>,
  realServers: VirtualService["realServers"],
): void {
  for (const name of thresholds.keys())
    if (!Object.hasOwn(realServers, name)) refuseChangedTable(service, name);
}

/** Reads one virtual service with its real servers from the text that `renderService` wrote. */
export function parseRenderedService(text: string): VirtualService {
  const [only, ...others] = readServices("the saved virtual service", text).values();
  if (only !== undefined && others.length === 0) return only.service;
  throw new LvsError(
    "parse",
    `cannot read a saved virtual service: there is not exactly one\n  ${text}`,
  );
}

function refuseChangedTable(service: string, realServer: string): never {
  const answers = "`ipvsadm -Sn` and `ipvsadm -Ln --thresholds`";
  throw new LvsError(
    "parse",
    `cannot read the IPVS table: ${service} -> ${realServer} is in one of ${answers} only, so another program changed the table in between: run it again`,
  );
}

// The keys are the words that name a virtual service, because the lines of its real servers repeat these words.
function readServices(tool: string, text: string): Map<string, PartialService> {
  const services = new Map<string, PartialService>();
  eachLine(tool, text, (line, refuse) => {
    if (line.startsWith("-A ")) {
      const { words, key, config } = readService(line, refuse);
      if (services.has(words)) return refuse("this virtual service is there twice");
      const realServers: PartialService["realServers"] = {};
      services.set(words, { service: { key, config, realServers }, realServers });
      return;
    }
    const { serviceWords, realServer } = readRealServer(line, refuse);
    const owner = services.get(serviceWords) ?? refuse("its virtual service is not before it");
    const keyText = realServerKeyText(realServer.key);
    if (Object.hasOwn(owner.realServers, keyText)) return refuse("this real server is there twice");
    owner.realServers[keyText] = realServer;
  });
  return services;
}
