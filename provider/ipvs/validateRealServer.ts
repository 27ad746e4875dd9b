import { endpoint, familyOf, parseAddress } from "../values/address";
import { addressProblem, oneOf, type Problem, rangeProblem, say } from "./problems";
import { checksumOptions, forwardingOptions, ranges, tunnelChecksums } from "./vocabulary";

/** A tunnel as a program declares it. */
export interface TunnelInput {
  readonly type?: string | undefined;
  readonly port?: number | undefined;
  readonly checksum?: string | undefined;
}

/** A real server as a program declares it; without a port it has that of its virtual service. */
export interface RealServerInput {
  readonly rip?: string | undefined;
  readonly port?: number | undefined;
  readonly forwardingMethod?: string | undefined;
  readonly weight?: number | undefined;
  readonly upperThreshold?: number | undefined;
  readonly lowerThreshold?: number | undefined;
  readonly tunnel?: TunnelInput | undefined;
}

/** What a real server's rules look at of its virtual service. */
export interface OfService {
  readonly vip?: string | undefined;
  readonly port?: number | undefined;
  readonly realServers?: readonly RealServerInput[] | undefined;
}

type Rule = (one: RealServerInput, service: OfService) => string | undefined;

const rules: readonly Rule[] = [
  ({ rip }) => (rip === undefined ? undefined : addressProblem("rip", rip)),
  ({ rip }, { vip }) => {
    if (canonical(rip) === undefined || canonical(rip) !== canonical(vip)) return undefined;
    return `rip is ${rip}, which is the VIP: give the real server's own address`;
  },
  ({ forwardingMethod }) => {
    if (forwardingMethod === undefined || Object.hasOwn(forwardingOptions, forwardingMethod)) {
      return undefined;
    }
    return `forwardingMethod is ${say(forwardingMethod)}: use ${oneOf(Object.keys(forwardingOptions))}`;
  },
  familyProblem,
  ({ port }) => rangeProblem("port", port, ranges.port),
  portProblem,
  ({ weight }) => rangeProblem("weight", weight, ranges.weight),
  ({ upperThreshold }) => rangeProblem("upperThreshold", upperThreshold, ranges.threshold),
  ({ lowerThreshold }) => rangeProblem("lowerThreshold", lowerThreshold, ranges.threshold),
  // ip_vs_ctl.c, ip_vs_add_dest: ERANGE, also for a lower threshold alone.
  ({ upperThreshold = 0, lowerThreshold = 0 }) => {
    if (!(lowerThreshold > upperThreshold) || upperThreshold < 0) return undefined;
    const upper =
      upperThreshold === 0 ? "there is no upperThreshold" : `upperThreshold is ${upperThreshold}`;
    return `lowerThreshold is ${lowerThreshold}, but ${upper}: set upperThreshold to ${lowerThreshold} or more, or leave lowerThreshold out`;
  },
  tunnelProblem,
];

/** Why the real servers of a declared virtual service cannot be carried out; empty when they can. */
export function realServerProblems(service: OfService): Problem[] {
  const seen = new Set<string>();
  return (service.realServers ?? []).flatMap((one, index) => {
    const name = nameOf(one, service);
    const path = `realServers ${name ?? index}`;
    const isTwice = name !== undefined && seen.has(name);
    if (name !== undefined) seen.add(name);
    const twice = isTwice ? "it is there twice: declare each real server once" : undefined;
    const reasons = [...rules.map((rule) => rule(one, service)), twice];
    return reasons.flatMap((reason) => (reason === undefined ? [] : [{ path, reason }]));
  });
}

function nameOf({ rip, port }: RealServerInput, service: OfService): string | undefined {
  const [address, real] = [canonical(rip), port ?? service.port];
  return address === undefined || real === undefined ? undefined : endpoint(address, real);
}

function familyProblem({ rip, forwardingMethod }: RealServerInput, { vip }: OfService) {
  const [real, virtual] = [canonical(rip), canonical(vip)];
  if (real === undefined || virtual === undefined || familyOf(real) === familyOf(virtual)) return;
  if (forwardingMethod !== "nat" && forwardingMethod !== "dr") return;
  return `rip is ${real}, and the VIP is ${virtual}: ${say(forwardingMethod)} needs both of one family; use addresses of one family, or forwardingMethod "tun"`;
}

// ipvsadm.c, process_options: the port becomes the virtual service's without a word.
function portProblem({ port, forwardingMethod }: RealServerInput, service: OfService) {
  if (port === undefined || service.port === undefined || port === service.port) return;
  if (forwardingMethod !== "dr" && forwardingMethod !== "tun") return;
  return `port is ${port}, but ${say(forwardingMethod)} cannot change the port: use ${service.port} (the port of the virtual service), or forwardingMethod "nat"`;
}

// ipvsadm.c, tunnel_types_v_options.
function tunnelProblem({ tunnel, forwardingMethod }: RealServerInput): string | undefined {
  if (tunnel?.type === undefined) return undefined;
  if (forwardingMethod !== undefined && forwardingMethod !== "tun") {
    return `tunnel is ${say(tunnel.type)}, but forwardingMethod is ${say(forwardingMethod)}: leave tunnel out, or use forwardingMethod "tun"`;
  }
  if (!Object.hasOwn(tunnelChecksums, tunnel.type)) {
    return `tunnel.type is ${say(tunnel.type)}: use ${oneOf(Object.keys(tunnelChecksums))}`;
  }
  const type = tunnel.type as keyof typeof tunnelChecksums;
  return tunnelPortProblem(type, tunnel.port) ?? checksumProblem(type, tunnel.checksum);
}

function tunnelPortProblem(type: string, port: number | undefined): string | undefined {
  if (type === "gue") {
    const missing =
      'tunnel.port is missing: "gue" needs the UDP port that the real server listens on';
    return port === undefined ? missing : rangeProblem("tunnel.port", port, ranges.tunnelPort);
  }
  return port === undefined
    ? undefined
    : `tunnel.port is ${port}, but ${say(type)} has no port: leave it out`;
}

function checksumProblem(
  type: keyof typeof tunnelChecksums,
  checksum: string | undefined,
): string | undefined {
  const allowed: readonly string[] = tunnelChecksums[type];
  if (checksum === undefined || allowed.includes(checksum)) return undefined;
  const advice = allowed.length === 0 ? "leave it out" : `use ${oneOf(allowed)}`;
  const why = Object.hasOwn(checksumOptions, checksum) ? `, which ${say(type)} does not have` : "";
  return `tunnel.checksum is ${say(checksum)}${why}: ${advice}`;
}

function canonical(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseAddress(text)?.address;
}
