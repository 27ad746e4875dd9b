import { checkPathValue } from "../ipvs/checkPathPart";
import { type FwmarkKey, serviceKeyText } from "../ipvs/model";
import { renderService } from "../ipvs/render";
import { pathKey } from "../keepalived/checkPath";
import type { HealthCheck } from "../keepalived/healthCheck";
import { interfacesTowards } from "../network/interfaces";
import { routeTo } from "../network/routes";
import { interfaceSysctl } from "../network/sysctls";
import type { Facts } from "../registry/facts";
import { endpoint, familyOf, isLinkLocal, networkHolds } from "../values/address";
import { LvsError } from "../values/errors";
import type { FactName } from "../values/fact";
import type { Part } from "../values/part";
import { desiredRealServer, type RealServerInputs } from "./realServerFields";
import { keyOf, type VirtualServiceInputs } from "./virtualServiceFields";
import { filterWarnings } from "./warnings";

type Checked = Pick<
  VirtualServiceInputs,
  "protocol" | "vip" | "port" | "scheduler" | "realServers" | "healthCheck"
>;

/** The path of the check of one real server through the VIP. */
interface Path {
  readonly realServer: RealServerInputs;
  readonly key: FwmarkKey;
}

function pathsOf(inputs: Checked): Path[] {
  const { healthCheck, realServers = {} } = inputs;
  if (!healthCheck) return [];
  return Object.values(realServers).flatMap((realServer) => {
    const check = realServer.healthCheck ?? healthCheck;
    if (check === false || check.through !== "vip") return [];
    return [{ realServer, key: pathKey(keyOf(inputs), realServer) }];
  });
}

/** The names of the paths in the IPVS table. */
export function checkPathKeys(inputs: Checked): FwmarkKey[] {
  return pathsOf(inputs).map(({ key }) => key);
}

/** The facts that the paths need. */
export function checkPathFacts(inputs: Checked): FactName[] {
  return pathsOf(inputs).length === 0 ? [] : ["links", "routes", "sysctls"];
}

/**
 * The parts of the paths. The director forwards what has the mark of a check to the VIP on its real server; the reply
 * has the VIP as its source, which a director with the VIP takes over IPv4 only where accept_local is 1 (ip-sysctl.rst).
 */
export function checkPathParts(inputs: Checked, facts: Facts): Part[] {
  const paths = pathsOf(inputs);
  const devices = new Set(paths.map(({ realServer }) => deviceTowards(realServer, inputs, facts)));
  const isIpv4 = familyOf(inputs.vip) === "ipv4";
  return [
    ...[...(isIpv4 ? devices : [])].map(
      (device): Part => ({
        ...{ type: "sysctl", id: acceptLocal(device), value: "1", shared: true },
      }),
    ),
    ...paths.map(
      (path): Part => ({
        ...{ type: "checkPath", id: serviceKeyText(path.key), shared: false },
        value: pathValue(path, inputs),
      }),
    ),
  ];
}

function pathValue({ key, realServer }: Path, { scheduler }: Checked): string {
  return checkPathValue({ key, scheduler }, desiredRealServer(realServer));
}

function acceptLocal(device: string): string {
  return interfaceSysctl("ipv4", device, "accept_local");
}

/** A check with the director's own addresses, from which checks through the VIP leave. */
export function withSources<Check extends HealthCheck | undefined>(
  check: Check,
  inputs: Checked,
  facts: Facts,
): Check {
  const sources = pathsOf(inputs).flatMap(({ realServer }) => {
    const source = sourceTowards(realServer, inputs, facts);
    return source === undefined ? [] : [[endpoint(realServer.rip, realServer.port), source]];
  });
  return sources.length === 0 ? check : { ...check, sources: Object.fromEntries(sources) };
}

/** Whether all paths are as declared, and the director takes their replies. */
export function hasCheckPaths(inputs: Checked, facts: Facts): boolean {
  const isIpv4 = familyOf(inputs.vip) === "ipv4";
  return pathsOf(inputs).every((path) => {
    const live = facts.ipvs[serviceKeyText(path.key)];
    const device = routeTo(facts.routes, path.realServer.rip)?.device ?? "";
    const takesReplies = !isIpv4 || facts.sysctls.get(acceptLocal(device)) === "1";
    return takesReplies && live !== undefined && renderService(live) === pathValue(path, inputs);
  });
}

function deviceTowards(realServer: RealServerInputs, inputs: Checked, facts: Facts): string {
  const device = routeTo(facts.routes, realServer.rip)?.device;
  if (device !== undefined && sourceTowards(realServer, inputs, facts) !== undefined) return device;
  throw new LvsError(
    "input",
    `healthCheck.through is "vip", but this director has no ${familyOf(inputs.vip)} address of its own on ` +
      `${device ?? "the interface"} towards ${realServer.rip}, to which replies could come; nothing was changed. ` +
      "Give it one, or leave through out",
  );
}

/** The director's own address towards a real server; VIPs are single hosts, and none of them. */
function sourceTowards({ rip }: RealServerInputs, { vip }: Checked, { routes, links }: Facts) {
  const family = familyOf(vip);
  const longest = family === "ipv4" ? 32 : 128;
  const own = (links.get(routeTo(routes, rip)?.device ?? "")?.addresses ?? []).filter(
    ({ address, prefixLength }) =>
      familyOf(address) === family && prefixLength < longest && !isLinkLocal(address),
  );
  const isNear = own.find(({ address, prefixLength }) =>
    networkHolds({ family, address, prefixLength }, rip),
  );
  return (isNear ?? own[0])?.address;
}

/** Warnings about what would drop the replies to checks. */
export function checkPathWarnings(inputs: Checked, facts: Facts): string[] {
  const { vip } = inputs;
  const [first] = pathsOf(inputs);
  if (!first) return [];
  const filters = filterWarnings(
    ...([facts.filters, familyOf(vip), "input", `the replies of ${vip} to its checks`] as const),
  );
  const device = routeTo(facts.routes, first.realServer.rip)?.device ?? "";
  const place = interfacesTowards(facts.routes, vip)[0];
  const strictness = ["all", device].map((name) =>
    Number(facts.sysctls.get(interfaceSysctl("ipv4", name, "rp_filter"))),
  );
  const isStrict = familyOf(vip) === "ipv4" && Math.max(...strictness) === 1;
  return isStrict && place !== undefined && place !== device
    ? [
        ...filters,
        `this director drops the replies of ${vip} to its checks on ${device}, since the VIP is on ${place} (rp_filter): set net.ipv4.conf.${device}.rp_filter to 2`,
      ]
    : filters;
}
