import { familyOf, isContiguousNetmask, parseAddress, parseNetmask } from "../values/address";
import { addressProblem, oneOf, type Problem, rangeProblem, say } from "./problems";
import { type RealServerInput, realServerProblems } from "./validateRealServer";
import { canonicalFlag, flagsOf, protocolOptions, ranges, schedulers } from "./vocabulary";

/** The arguments of a virtual service. An unknown value is undefined; an omitted argument has no key. */
export interface ServiceInput {
  readonly protocol?: string | undefined;
  readonly vip?: string | undefined;
  readonly port?: number | undefined;
  readonly scheduler?: string | undefined;
  readonly schedulerFlags?: readonly string[] | undefined;
  readonly persistenceSeconds?: number | undefined;
  readonly persistenceNetmask?: string | undefined;
  readonly realServers?: readonly RealServerInput[] | undefined;
}

type Rule = (input: ServiceInput) => string | undefined;

// Each rule refuses a value that ipvsadm or the kernel refuses, or silently changes.
const rules: readonly Rule[] = [
  ({ protocol }) => {
    if (protocol === undefined || Object.hasOwn(protocolOptions, protocol)) return undefined;
    return `protocol is ${say(protocol)}: use ${oneOf(Object.keys(protocolOptions))}`;
  },
  ({ vip }) => (vip === undefined ? undefined : addressProblem("vip", vip)),
  ({ port }) => rangeProblem("port", port, ranges.port),
  (input) => {
    if (input.port !== 0 || hasPersistence(input)) return undefined;
    return "port is 0, which is every port, and needs persistence: set persistenceSeconds, or give one port";
  },
  ({ scheduler }) => {
    if (scheduler === undefined || Object.hasOwn(schedulers, scheduler)) return undefined;
    return `scheduler is ${say(scheduler)}: use ${oneOf(Object.keys(schedulers))}`;
  },
  ({ persistenceSeconds }) =>
    rangeProblem("persistenceSeconds", persistenceSeconds, ranges.persistenceSeconds),
  (input) => {
    const { persistenceNetmask } = input;
    if (persistenceNetmask === undefined || hasPersistence(input)) return undefined;
    return `persistenceNetmask is ${say(persistenceNetmask)}, but there is no persistence: set persistenceSeconds too, or leave persistenceNetmask out`;
  },
  netmaskProblem,
];

/** The problems of a declared virtual service, in the terms of its arguments; empty when it is valid (ipvsadm(8)). */
export function serviceProblems(input: ServiceInput): Problem[] {
  const ofService = [...rules.map((rule) => rule(input)), ...flagProblems(input)];
  return [
    ...ofService.flatMap((reason) => (reason === undefined ? [] : [{ path: "", reason }])),
    ...realServerProblems(input),
  ];
}

// The key alone tells, because the number of seconds may be unknown until the update.
function hasPersistence(input: ServiceInput): boolean {
  return Object.hasOwn(input, "persistenceSeconds");
}

function flagProblems({ scheduler, schedulerFlags = [] }: ServiceInput): string[] {
  if (scheduler === undefined || !Object.hasOwn(schedulers, scheduler)) return [];
  const wrong = schedulerFlags.filter((flag) => canonicalFlag(scheduler, flag) === undefined);
  return wrong.map(
    (flag) =>
      `schedulerFlags has ${say(flag)}, which ${say(scheduler)} does not have: ${flagAdvice(scheduler, flag)}`,
  );
}

// Only the schedulers sh and mh have flags with a meaning.
function flagAdvice(scheduler: string, flag: string): string {
  const withFlags = ["sh", "mh"];
  if (withFlags.includes(scheduler)) return `use ${oneOf(flagsOf(scheduler))}`;
  const owner = withFlags.find((name) => flagsOf(name).includes(flag));
  return owner === undefined ? "leave it out" : `leave it out, or use scheduler ${say(owner)}`;
}

function netmaskProblem({ persistenceNetmask, vip = "" }: ServiceInput): string | undefined {
  const address = parseAddress(vip)?.address;
  if (persistenceNetmask === undefined || address === undefined) return undefined;
  const family = familyOf(address);
  const netmask = parseNetmask(persistenceNetmask, family);
  if (netmask !== undefined && isContiguousNetmask(netmask)) return undefined;
  const allowed = {
    ipv4: 'an IPv4 mask whose ones come first, such as "255.255.255.0"',
    ipv6: 'the length of an IPv6 prefix, from "1" to "128"',
  };
  return `persistenceNetmask is ${say(persistenceNetmask)}, but the VIP is ${address}: use ${allowed[family]}`;
}
