import {
  type EndpointKey,
  inCanonicalOrder,
  type RealServer,
  type RealServerKey,
  realServerKeyText,
  type ServiceConfig,
  type VirtualService,
} from "../ipvs/model";
import { protocolOptions } from "../ipvs/vocabulary";
import { endpoint } from "../values/address";
import { type Connecting, checkerLines } from "./checker";
import { pathKey } from "./checkPath";
import { type Check, checkOf, type HealthCheck, type SorryServer } from "./healthCheck";

const METHODS = { nat: "NAT", dr: "DR", tun: "TUN" } as const;

// keepalived then runs a script as root only if nobody else can change the script. The block may be repeated.
const SCRIPTS = ["global_defs {", "    enable_script_security", "}"];

/** The file of one virtual service for keepalived (keepalived.conf(5), virtual_server). */
export function renderHealthCheck(service: VirtualService, check: HealthCheck): string {
  const { key, config } = service;
  if (key.kind !== "endpoint") throw new Error("health checks of a firewall mark");
  const { sorryServer } = check;
  const sorry = sorryServer && endpoint(sorryServer.rip, sorryServer.port);
  const where = `${protocolOptions[key.protocol]} ${endpoint(key.vip, key.port)}`;
  const realServers = inCanonicalOrder(Object.values(service.realServers)).filter(
    (one) => realServerKeyText(one.key) !== sorry,
  );
  const lines = [
    `protocol ${key.protocol.toUpperCase()}`,
    ...serviceLines(config),
    `delay_loop ${check.intervalSeconds}`,
    ...quorumLines(check, realServers),
    ...sorryLines(sorryServer, where),
    ...realServers.flatMap((one) => realServerLines(one, { key, where, check })),
  ];
  return `${[
    "# pulumi-lvs writes this file, and repairs it.",
    ...(hasScript(check) ? SCRIPTS : []),
    `virtual_server ${key.vip} ${key.port} {`,
    ...lines.map(indented),
    "}",
  ].join("\n")}\n`;
}

function hasScript(check: HealthCheck): boolean {
  return [check, ...Object.values(check.realServers ?? {})].some(
    (one) => one !== false && one.type === "script",
  );
}

/** The attributes of a virtual service. When one of them changes, a reload of keepalived sets all of them. */
function serviceLines({ scheduler, schedulerFlags, persistence }: ServiceConfig): string[] {
  const { seconds, netmask } = persistence ?? {};
  return [
    `lvs_sched ${scheduler}`,
    ...schedulerFlags,
    ...(seconds === undefined ? [] : [`persistence_timeout ${seconds}`]),
    ...(netmask === undefined ? [] : [`persistence_granularity ${netmask}`]),
  ];
}

/** keepalived refuses a quorum above the sum of the weights. While real servers drain, that sum can be below the quorum. */
function quorumLines({ quorum, hysteresis }: HealthCheck, realServers: readonly RealServer[]) {
  if (quorum === undefined) return [];
  const total = realServers.reduce((sum, { config }) => sum + config.weight, 0);
  const possible = Math.min(quorum, Math.max(total, 1));
  return [
    `quorum ${possible}`,
    ...(hysteresis === undefined ? [] : [`hysteresis ${Math.min(hysteresis, possible - 1)}`]),
  ];
}

function sorryLines(sorryServer: SorryServer | undefined, where: string): string[] {
  if (!sorryServer) return [];
  return [
    `sorry_server ${sorryServer.rip} ${sorryServer.port}`,
    `sorry_server_lvs_method ${METHODS[sorryServer.forwardingMethod]}`,
    // The script finds its row by this name (healthScript.ts).
    `sorry_server_inhibit # ${where} -r ${endpoint(sorryServer.rip, sorryServer.port)}`,
  ];
}

/** The virtual service of a real server with its health check. */
interface Checked {
  readonly key: EndpointKey;
  /** Its name in the words of ipvsadm. */
  readonly where: string;
  readonly check: HealthCheck;
}

function realServerLines({ key, config }: RealServer, service: Checked): string[] {
  const { weight, upperThreshold, lowerThreshold, forwardingMethod } = config;
  const lines = [
    `weight ${weight}`,
    `lvs_method ${METHODS[forwardingMethod]}`,
    // keepalived sets both thresholds with each weight, and would reset them if they were missing here.
    ...(upperThreshold > 0 ? [`uthreshold ${upperThreshold}`] : []),
    ...(lowerThreshold > 0 ? [`lthreshold ${lowerThreshold}`] : []),
    "inhibit_on_failure",
    ...ownLines(key, service),
  ];
  return [`real_server ${key.rip} ${key.port} {`, ...lines.map(indented), "}"];
}

/** Without a checker, keepalived counts a real server as up. */
function ownLines(key: RealServerKey, { key: service, where, check }: Checked): string[] {
  const name = realServerKeyText(key);
  const own = checkOf(check, name);
  if (own === false) return [];
  const { intervalSeconds } = own;
  return [
    ...(intervalSeconds === check.intervalSeconds ? [] : [`delay_loop ${intervalSeconds}`]),
    // The script leaves this line out if the real server has a weight when keepalived starts (healthScript.ts).
    `alpha # ${where} -r ${name}`,
    ...checkerLines(own, key, own.through === "vip" ? throughVip(service, key, check, own) : own),
  ];
}

/** What leaves with the mark goes to the VIP on the real server; the reply comes back to the director's own address. */
function throughVip(
  service: EndpointKey,
  key: RealServerKey,
  check: HealthCheck,
  { port = service.port }: Check,
): Connecting {
  const source = check.sources?.[realServerKeyText(key)];
  return { address: service.vip, port, source, fwmark: pathKey(service, key).fwmark };
}

function indented(line: string): string {
  return `    ${line}`;
}
