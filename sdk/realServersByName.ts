import { canonicalAddress, endpoint, parseAddress } from "../provider/values/address";
import { isLater } from "./later";

const NUMBERS: readonly string[] = ["port", "weight", "upperThreshold", "lowerThreshold"];
const TEXTS: readonly string[] = ["rip", "forwardingMethod"];

/** Whether a path of `ignoreChanges` leads to a single real server, or to a value of it. */
export function leadsToRealServer(path: string): boolean {
  return /^realServers[.[]/.test(path);
}

/**
 * Keys real servers by `rip:port`, as the state has them, because a path of `ignoreChanges` is looked up in the program
 * and in the state alike. A list with an address or a port that only the update knows, or with a mistake, stays a list,
 * in which the check names a mistake by its place.
 */
export function realServersByName(realServers: unknown, servicePort: unknown): unknown {
  if (!Array.isArray(realServers)) return realServers;
  const named = realServers.map((one) => nameAndArgs(one, servicePort));
  const byName = new Map(named.filter((one) => one !== undefined));
  return byName.size < realServers.length ? realServers : Object.fromEntries(byName);
}

function nameAndArgs(
  realServer: unknown,
  servicePort: unknown,
): [name: string, args: object] | undefined {
  if (isLater(realServer) || !Object.entries(Object(realServer)).every(isWellFormed)) return;
  const { rip, port = servicePort } = Object(realServer) as { rip: unknown; port: unknown };
  if (typeof rip !== "string" || typeof port !== "number" || !parseAddress(rip)) return;
  const address = canonicalAddress(rip);
  return [endpoint(address, port), { ...Object(realServer), rip: address, port }];
}

function isWellFormed([name, value]: [string, unknown]): boolean {
  const isNumber = NUMBERS.includes(name);
  if (!isNumber && !TEXTS.includes(name)) return false;
  const isKnown = value !== undefined && !isLater(value);
  return !isKnown || typeof value === (isNumber ? "number" : "string");
}
