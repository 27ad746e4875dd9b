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

/** A virtual service without its real servers: what one `-A` or `-E` line says. */
export type ServiceItself = Pick<VirtualService, "key" | "config">;

/** The line that creates a virtual service (ipvsadm(8) -A). */
export function renderAddService(service: ServiceItself): string {
  return line("-A", ...serviceWords(service.key), ...configWords(service.config));
}

/** The line that changes a virtual service in place; `-E` resets what it does not name, so it names everything. */
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

/** The line that changes a real server in place; `-e` resets what it does not name, so it names everything. */
export function renderEditRealServer(service: ServiceKey, realServer: RealServer): string {
  return line("-e", ...serviceWords(service), ...realServerWords(realServer));
}

/** The line that removes a real server: its connections are dropped (ipvsadm(8) -d). */
export function renderDeleteRealServer(service: ServiceKey, key: RealServerKey): string {
  return line("-d", ...serviceWords(service), "-r", value(realServerKeyText(key)));
}

/** The one text of a virtual service with its real servers, thresholds included, which `ipvsadm -R` would take. */
export function renderService(service: VirtualService): string {
  const realServers = inCanonicalOrder(Object.values(service.realServers));
  const lines = realServers.map((one) => renderAddRealServer(service.key, one));
  return `${[renderAddService(service), ...lines].join("\n")}\n`;
}

/** The command that carries out lines: of several ones the exit code is the last one's only (ipvsadm(8) -R). */
export function ipvsadmCommand(lines: readonly string[]): Command {
  const [only = "", ...others] = lines;
  if (others.length === 0) return { argv: ["ipvsadm", ...only.split(" ")] };
  return { argv: ["ipvsadm", "-R"], stdin: lines.map((one) => `${one}\n`).join("") };
}

/** The options of the tunnel towards a real server; none but for `tun`, and ipip where nothing else is said. */
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

// Each of a thousand real servers repeats the words of its virtual service.
const known = new WeakMap<ServiceKey, readonly string[]>();

function serviceWords(key: ServiceKey): readonly string[] {
  const there = known.get(key);
  if (there !== undefined) return there;
  const words = newServiceWords(key);
  known.set(key, words);
  return words;
}

function newServiceWords(key: ServiceKey): string[] {
  if (key.kind === "endpoint")
    return [protocolOptions[key.protocol], value(endpoint(key.vip, key.port))];
  return ["-f", String(key.fwmark), ...(key.family === "ipv6" ? ["-6"] : [])];
}

function configWords(config: ServiceConfig): string[] {
  const { persistence, persistenceEngine } = config;
  const flags = [...config.schedulerFlags].sort().join(",");
  return [
    ...["-s", value(config.scheduler)],
    // Without a value -p is 360 s, and not the 300 of the manual page.
    ...(persistence ? ["-p", String(persistence.seconds)] : []),
    ...(persistence?.netmask !== undefined ? ["-M", value(persistence.netmask)] : []),
    ...(persistenceEngine !== undefined ? ["--pe", value(persistenceEngine)] : []),
    ...(config.onePacket ? ["-o"] : []),
    ...(flags === "" ? [] : ["-b", value(flags)]),
  ];
}

function realServerWords({ key, config }: RealServer): string[] {
  return [
    // Always with its port: ipvsadm refuses "[2001:db8::5]" without one.
    "-r",
    value(realServerKeyText(key)),
    forwardingOptions[config.forwardingMethod],
    "-w",
    String(config.weight),
    // Both or none: -y alone is above an upper threshold of 0, which the kernel refuses.
    "-x",
    String(config.upperThreshold),
    "-y",
    String(config.lowerThreshold),
    ...tunnelWords(config),
  ];
}

// Visible ASCII without "#": every value that IPVS knows is that.
const visible = /^[!"$-~]+$/;

// A value has to stay a value: one word, not an option, and not the word that config_stream.c leaves out.
function value(text: string): string {
  if (visible.test(text) && !text.startsWith("-") && text !== "ipvsadm") return text;
  throw new LvsError("input", `${JSON.stringify(text)} cannot be one word of an ipvsadm line`);
}

function line(...words: readonly string[]): string {
  return words.join(" ");
}
