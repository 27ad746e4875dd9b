import { type CheckType, type HealthCheck, isServerName } from "../keepalived/healthCheck";
import { endpoint, familyOf } from "../values/address";

/** A virtual service as it is declared. What is not known yet is undefined; an omitted argument has no key. */
interface Declared {
  readonly protocol?: string | undefined;
  readonly vip?: string | undefined;
  readonly port?: number | undefined;
  readonly scheduler?: string | undefined;
  readonly healthCheck?: HealthCheck | undefined;
  readonly slowStart?: unknown;
  readonly waitForHealthy?: unknown;
  readonly realServers?: readonly DeclaredRealServer[] | undefined;
}

interface DeclaredRealServer {
  readonly rip?: unknown;
  readonly port?: unknown;
  readonly weight?: unknown;
  readonly forwardingMethod?: unknown;
  readonly healthCheck?: unknown;
}

type Check = Partial<HealthCheck>;
type Rule = (input: Declared, check: Check) => string | undefined;

/** What a type of check talks; dns is not among them, since who answers dns over udp answers it over tcp too. */
const transports: Partial<Record<CheckType, string>> = {
  ...{ tcp: "tcp", http: "tcp", https: "tcp", smtp: "tcp", udp: "udp" },
};
const withoutPort: readonly (CheckType | undefined)[] = ["ping", "script"];

// Each rule refuses what keepalived refuses, or takes for something else: first those for any check.
const checkRules: readonly Rule[] = [
  ({ protocol }, check) => {
    const { type } = check;
    const transport = type && transports[type];
    if (!transport || protocol === undefined || protocol === transport || has(check, "port"))
      return undefined;
    return `healthCheck is of type ${type}, which checks ${transport}, and protocol is ${protocol}: give healthCheck.port, the ${transport} port to check, or another type`;
  },
  ({ port }, check) =>
    port === 0 && !has(check, "port") && !withoutPort.includes(check.type)
      ? "healthCheck does not know which port to check, since port is 0: give healthCheck.port"
      : undefined,
  (_, check) =>
    check.sni && !isServerName(check.host) && !isLater(check, "host")
      ? "healthCheck.sni is true, and host is no name to send: give healthCheck.host, a name without a port"
      : undefined,
  (_, check) =>
    has(check, "through") && has(check, "address")
      ? "healthCheck.through and address exclude each other, since the VIP is the address: leave one of them out"
      : undefined,
];

const rules: readonly Rule[] = [
  ...checkRules,
  (input) =>
    Object.hasOwn(input, "realServers")
      ? undefined
      : "healthCheck needs the real servers of its virtual service: give realServers",
  ({ realServers }) =>
    realServers?.length === 0
      ? "healthCheck has nothing to check, since realServers is []: give a real server, or leave healthCheck out"
      : undefined,
  (input) =>
    Object.hasOwn(input, "slowStart")
      ? "healthCheck and slowStart exclude each other, since keepalived sets the weights: leave one of them out"
      : undefined,
  ({ realServers = [] }) =>
    realServers.length > 0 && realServers.every((one) => one.healthCheck === false)
      ? "healthCheck has nothing to check, since every real server has healthCheck: false: leave healthCheck out"
      : undefined,
  ({ scheduler }) =>
    scheduler === "none"
      ? 'healthCheck and scheduler "none" exclude each other, since keepalived does not know it: use another scheduler, or leave healthCheck out'
      : undefined,
  quorumProblem,
  sorryAmongOthers,
  ({ vip }, { sorryServer }) =>
    sorryServer?.rip !== undefined &&
    vip !== undefined &&
    familyOf(vip) !== familyOf(sorryServer.rip)
      ? "healthCheck.sorryServer.rip is not of the family of vip: give an address of the same family"
      : undefined,
  (input, { sorryServer: { port, forwardingMethod: method } = {} }) =>
    method === undefined || method === "nat" || isSame(port, input.port)
      ? undefined
      : `healthCheck.sorryServer.port is ${port}, but "${method}" cannot change the port: use ${input.port} (the port of the virtual service), or forwardingMethod "nat"`,
];

/** Why a health check cannot be carried out; what is not known yet is undefined. */
export function healthCheckProblems(input: Declared): string[] {
  const { healthCheck } = input;
  if (!Object.hasOwn(input, "healthCheck") && Object.hasOwn(input, "waitForHealthy"))
    return [
      "waitForHealthy needs a health check to wait for: give healthCheck, or leave waitForHealthy out",
    ];
  const own = [...ownCheckProblems(input), ...throughProblems(input)];
  if (typeof healthCheck !== "object") return own;
  return [
    ...rules.map((rule) => rule(input, healthCheck)).filter((one) => one !== undefined),
    ...own,
  ];
}

/** Why the checks that real servers have of their own cannot be carried out. */
function ownCheckProblems(input: Declared): string[] {
  return (input.realServers ?? []).flatMap((one, index) => {
    const { healthCheck: own } = one;
    if (typeof own !== "object" || own === null) return [];
    const isAlone = !Object.hasOwn(input, "healthCheck");
    const reasons = isAlone
      ? [
          "healthCheck takes the place of the one of the virtual service, which has none: give the virtual service one, and healthCheck: false to the real servers that are not to be checked",
        ]
      : checkRules.map((rule) => rule(input, own));
    return reasons
      .filter((reason) => reason !== undefined)
      .map((reason) => `realServers ${nameIn(input, index)}: ${reason}`);
  });
}

/** Why the check of a real server cannot go to the VIP there: with nat, and in a tunnel of the other family. */
function throughProblems(input: Declared): string[] {
  const { healthCheck, vip, realServers = [] } = input;
  return realServers.flatMap((one, index) => {
    const check = (Object.hasOwn(one, "healthCheck") ? one.healthCheck : healthCheck) as Check;
    if (check?.through !== "vip") return [];
    const { rip, forwardingMethod } = one;
    const isOther = typeof rip === "string" && vip !== undefined && familyOf(rip) !== familyOf(vip);
    const reason =
      (forwardingMethod === "nat" &&
        'healthCheck.through is "vip", but "nat" sends requests to the rip, which is what is checked without it: leave through out, or give this real server a healthCheck of its own') ||
      (isOther &&
        'healthCheck.through is "vip", but the rip is of the other family than the VIP: leave through out');
    return reason ? [`realServers ${nameIn(input, index)}: ${reason}`] : [];
  });
}

function nameIn({ realServers = [], port: usual }: Declared, index: number): string {
  const { rip, port = usual } = realServers[index] ?? {};
  const isKnown = typeof rip === "string" && typeof port === "number";
  return isKnown ? endpoint(rip, port) : String(index);
}

/** keepalived lowers a quorum that cannot be, and waits forever for one that cannot be gained. */
function quorumProblem({ realServers }: Declared, check: Check): string | undefined {
  const { quorum = 1, hysteresis = 0 } = check;
  if (isLater(check, "quorum") || isLater(check, "hysteresis")) return undefined;
  if (hysteresis >= quorum)
    return `healthCheck.hysteresis is ${hysteresis}: use less than quorum, which is ${quorum}`;
  const weights = realServers?.map((one) => (Object.hasOwn(one, "weight") ? one.weight : 1)) ?? [];
  const total = weights.reduce<number>((sum, weight) => sum + Number(weight), 0);
  // Not a number: some weight is not known yet. Without a quorum of its own, all weights may be 0.
  if (weights.length === 0 || !(quorum + hysteresis > Math.max(total, 1))) return undefined;
  return `healthCheck.quorum is ${quorum} with hysteresis ${hysteresis}, and all weights together are ${total}: a lost quorum would never come back; use a smaller one`;
}

function sorryAmongOthers({ realServers }: Declared, check: Check): string | undefined {
  const { sorryServer: sorry } = check;
  if (sorry?.rip === undefined) return undefined;
  const isAmong = realServers?.some(
    (one) => one.rip === sorry.rip && (one.port ?? sorry.port) === sorry.port,
  );
  return isAmong
    ? `healthCheck.sorryServer is ${endpoint(sorry.rip, sorry.port)}, which is among realServers too: leave it out of one of them`
    : undefined;
}

function isSame(one: number | undefined, other: number | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** Whether an argument is given, known or not. */
function has(check: Check, name: keyof HealthCheck): boolean {
  return Object.hasOwn(check, name);
}

function isLater(check: Check, name: keyof HealthCheck): boolean {
  return has(check, name) && check[name] === undefined;
}
