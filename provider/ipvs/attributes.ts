import type { RealServerConfig, ServiceConfig } from "./model";
import { tunnelWords } from "./render";

/** An attribute whose live value differs from the desired value, in ipvsadm's terms. */
export interface Difference {
  readonly attribute: string;
  readonly desired: string;
  readonly live: string;
}

type Attributes<Config> = readonly (readonly [
  name: string,
  say: (config: Config) => string | number,
])[];

const serviceAttributes: Attributes<ServiceConfig> = [
  ["scheduler", (config) => config.scheduler],
  ["scheduler flags", (config) => [...config.schedulerFlags].sort().join(",") || "none"],
  ["persistence", (config) => (config.persistence ? `${config.persistence.seconds} s` : "none")],
  ["persistence netmask", (config) => config.persistence?.netmask ?? "none"],
  ["persistence engine", (config) => config.persistenceEngine ?? "none"],
  ["one-packet scheduling", (config) => (config.onePacket ? "on" : "off")],
];

const realServerAttributes: Attributes<RealServerConfig> = [
  ["forwarding method", (config) => config.forwardingMethod],
  ["weight", (config) => config.weight],
  ["upper threshold", (config) => config.upperThreshold],
  ["lower threshold", (config) => config.lowerThreshold],
  ["tunnel", (config) => tunnelWords(config).slice(1).join(" ") || "none"],
];

/** The attributes that differ between two virtual services, without their real servers. */
export function serviceDifferences(desired: ServiceConfig, live: ServiceConfig): Difference[] {
  return differences(serviceAttributes, desired, live);
}

/** The attributes that differ between two entries of a real server. */
export function realServerDifferences(
  desired: RealServerConfig,
  live: RealServerConfig,
): Difference[] {
  return differences(realServerAttributes, desired, live);
}

function differences<Config>(
  attributes: Attributes<Config>,
  desired: Config,
  live: Config,
): Difference[] {
  const differences: Difference[] = [];
  for (const [attribute, say] of attributes) {
    const [should, is] = [say(desired), say(live)];
    if (should !== is) differences.push({ attribute, desired: String(should), live: String(is) });
  }
  return differences;
}
