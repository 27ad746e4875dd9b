import { endpoint } from "../values/address";
import type { Command } from "../values/command";
import { LvsError } from "../values/errors";
import {
  inCanonicalOrder,
  type RealServer,
  type RealServerConfig,
  type RealServerKey,
  realServerKeyText,
  type ServiceConfig,
  type ServiceKey,
  type VirtualService,
} from "./model";
import { checksumOptions, forwardingOptions, protocolOptions } from "./vocabulary";

/** A virtual service without its real servers: the content of an `-A` or `-E` line. */
export type ServiceItself = Pick<VirtualService, "key" | "config">;

/** The line that creates a virtual service (ipvsadm(8) -A). */
export function renderAddService(service: ServiceItself): string {
  return line("-A", ...serviceWords(service.key), ...configWords(service.config));
}

/** The line that changes a virtual service in place. The line names every attribute, because -E resets the rest. */
export function renderEditService(service: ServiceItself): string {
  return line("-E", ...serviceWords(service.key), ...configWords(service.config));
}

/** The line that deletes a virtual service, and with it all its real servers (ipvsadm(8) -D). */
export function renderDeleteService(key: ServiceKey): string {
  return line("-D", ...serviceWords(key));
}

/** The line that adds a real server to a virtual service (ipvsadm(8) -a). */
export function renderAddRealServer(service: ServiceKey, realServer: RealServer): string {
  return line("-a", ...serviceWords(service), ...realServerWords(realServer));
}

/** The line that changes a real server in place. The line names every attribute, because -e resets the rest. */
export function renderEditRealServer(service: ServiceKey, realServer: RealServer): string {
  return line("-e", ...serviceWords(service), ...realServerWords(realServer));
}

/** The line that removes a real server and drops its connections (ipvsadm(8) -d). */
export function renderDeleteRealServer(service: ServiceKey, key: RealServerKey): string {
  return line("-d", ...serviceWords(service), "-r", value(realServerKeyText(key)));
}

/** The canonical text of a virtual service with its real servers and their thresholds, as input for `ipvsadm -R`. */
export function renderService(service: VirtualService): string {
  const realServers = inCanonicalOrder(Object.values(service.realServers));
  const lines = realServers.map((realServer) => renderAddRealServer(service.key, realServer));
  return `${[renderAddService(service), ...lines].join("\n")}\n`;
}

/** The command that runs lines. With several lines, the exit code is that of the last line (ipvsadm(8) -R). */
export function ipvsadmCommand(lines: readonly string[]): Command {
  const [only = "", ...others] = lines;
  if (others.length === 0) return { argv: ["ipvsadm", ...only.split(" ")] };
  return { argv: ["ipvsadm", "-R"], stdin: lines.map((one) => `${one}\n`).join("") };
}

/** The tunnel options of a real server, only for `tun`; the default tunnel is ipip. */
export function tunnelWords(config: RealServerConfig): string[] {
  if (config.forwardingMethod !== "tun") return [];
  const tunnel = config.tunnel ?? { type: "ipip" };
  return [
    "--tun-type",
    tunnel.type,
    ...("port" in tunnel ? ["--tun-port", String(tunnel.port)] : []),
    ...("checksum" in tunnel ? [checksumOptions[tunnel.checksum]] : []),
  ];
}

// A cache, because each of a thousand real servers repeats the words of its virtual service.
const serviceWordsCache = new WeakMap<ServiceKey, readonly string[]>();

function serviceWords(key: ServiceKey): readonly string[] {
  const cached = serviceWordsCache.get(key);
  if (cached !== undefined) return cached;
  const words = renderServiceWords(key);
  serviceWordsCache.set(key, words);
  return words;
}

function renderServiceWords(key: ServiceKey): string[] {
  if (key.kind === "endpoint")
    return [protocolOptions[key.protocol], value(endpoint(key.vip, key.port))];
  return ["-f", String(key.fwmark), ...(key.family === "ipv6" ? ["-6"] : [])];
}

function configWords(config: ServiceConfig): string[] {
  const { persistence, persistenceEngine } = config;
  const flags = [...config.schedulerFlags].sort().join(",");
  return [
    ...["-s", value(config.scheduler)],
    // The line always has the seconds, because -p alone means 360 s and not the 300 s of the manual page.
    ...(persistence ? ["-p", String(persistence.seconds)] : []),
    ...(persistence?.netmask !== undefined ? ["-M", value(persistence.netmask)] : []),
    ...(persistenceEngine !== undefined ? ["--pe", value(persistenceEngine)] : []),
    ...(config.onePacket ? ["-o"] : []),
    ...(flags === "" ? [] : ["-b", value(flags)]),
  ];
}

function realServerWords({ key, config }: RealServer): string[] {
  return [
    // The real server always has a port, because ipvsadm refuses "[2001:db8::5]".
    "-r",
    value(realServerKeyText(key)),
    forwardingOptions[config.forwardingMethod],
    "-w",
    String(config.weight),
    // Both thresholds are always there, because the kernel refuses a -y above the default -x of 0.
    "-x",
    String(config.upperThreshold),
    "-y",
    String(config.lowerThreshold),
    ...tunnelWords(config),
  ];
}

// Every value of IPVS is visible ASCII without "#".
const visible = /^[!"$-~]+$/;

// Refuses a value that ipvsadm would read as several words, as an option, or as the word that config_stream.c skips.
function value(text: string): string {
  if (visible.test(text) && !text.startsWith("-") && text !== "ipvsadm") return text;
  throw new LvsError("input", `${JSON.stringify(text)} cannot be one word of an ipvsadm line`);
}

function line(...words: readonly string[]): string {
  return words.join(" ");
}
