import { endpoint, familyOf, parseAddress } from "../values/address";
import { addressProblem, oneOf, type Problem, rangeProblem, say } from "./problems";
import { forwardingOptions, ranges } from "./vocabulary";

/**
 * The arguments of a real server. The default port is the port of the virtual service. An unknown value is undefined; an
 * omitted argument has no key.
 */
export interface RealServerInput {
  readonly rip?: string | undefined;
  readonly port?: number | undefined;
  readonly forwardingMethod?: string | undefined;
  readonly weight?: number | undefined;
  readonly upperThreshold?: number | undefined;
  readonly lowerThreshold?: number | undefined;
}

/** The attributes of a virtual service that the rules for its real servers read. */
export interface RealServerContext {
  readonly vip?: string | undefined;
  readonly port?: number | undefined;
  readonly realServers?: readonly RealServerInput[] | undefined;
}

type Rule = (realServer: RealServerInput, service: RealServerContext) => string | undefined;

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
  thresholdProblem,
];

/** The problems of the real servers of a declared virtual service; empty when all are valid. */
export function realServerProblems(service: RealServerContext): Problem[] {
  const seen = new Set<string>();
  return (service.realServers ?? []).flatMap((realServer, index) => {
    const name = nameOf(realServer, service);
    const path = `realServers ${name ?? index}`;
    const isDuplicate = name !== undefined && seen.has(name);
    if (name !== undefined) seen.add(name);
    const duplicate = isDuplicate ? "it is there twice: declare each real server once" : undefined;
    const reasons = [...rules.map((rule) => rule(realServer, service)), duplicate];
    return reasons.flatMap((reason) => (reason === undefined ? [] : [{ path, reason }]));
  });
}

function nameOf(realServer: RealServerInput, service: RealServerContext): string | undefined {
  const { rip, port } = { port: service.port, ...realServer };
  const address = canonical(rip);
  return address === undefined || port === undefined ? undefined : endpoint(address, port);
}

function familyProblem({ rip, forwardingMethod }: RealServerInput, { vip }: RealServerContext) {
  const [real, virtual] = [canonical(rip), canonical(vip)];
  if (real === undefined || virtual === undefined || familyOf(real) === familyOf(virtual)) return;
  if (forwardingMethod !== "nat" && forwardingMethod !== "dr") return;
  return `rip is ${real}, and the VIP is ${virtual}: ${say(forwardingMethod)} needs both of one family; use addresses of one family, or forwardingMethod "tun"`;
}

// ipvsadm silently replaces the port by the port of the virtual service (ipvsadm.c, process_options).
function portProblem({ port, forwardingMethod }: RealServerInput, service: RealServerContext) {
  if (port === undefined || service.port === undefined || port === service.port) return;
  if (forwardingMethod !== "dr" && forwardingMethod !== "tun") return;
  return `port is ${port}, but ${say(forwardingMethod)} cannot change the port: use ${service.port} (the port of the virtual service), or forwardingMethod "nat"`;
}

// The kernel refuses a lower threshold above the upper one, which is 0 by default (ip_vs_ctl.c, ip_vs_add_dest).
function thresholdProblem(realServer: RealServerInput): string | undefined {
  const { upperThreshold: upper, lowerThreshold: lower } = { upperThreshold: 0, ...realServer };
  if (upper === undefined || lower === undefined || upper < 0 || !(lower > upper)) return undefined;
  const why = upper === 0 ? "there is no upperThreshold" : `upperThreshold is ${upper}`;
  return `lowerThreshold is ${lower}, but ${why}: set upperThreshold to ${lower} or more, or leave lowerThreshold out`;
}

function canonical(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseAddress(text)?.address;
}
