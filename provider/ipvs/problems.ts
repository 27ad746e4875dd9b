import {
  isBroadcast,
  isLinkLocal,
  isMulticast,
  isUnspecified,
  parseAddress,
} from "../values/address";
import type { Range } from "./vocabulary";

/** A mistake in an input, which makes the resource impossible. */
export interface Problem {
  /** The place of the mistake in the input: `realServers 10.0.0.5:80`, or "" for the virtual service itself. */
  readonly path: string;
  /** The argument, its value, what is allowed and what to do. */
  readonly reason: string;
}

/** A problem as one line: its place, then its reason. */
export function problemText({ path, reason }: Problem): string {
  return path === "" ? reason : `${path}: ${reason}`;
}

// The kernel accepts unicast addresses and the host's own addresses (ip_vs_ctl.c, ip_vs_new_dest).
const unusable: readonly [(address: string) => boolean, string][] = [
  [isMulticast, "is a multicast address"],
  [isBroadcast, "is the broadcast address"],
  [isUnspecified, "is an unspecified address"],
  [isLinkLocal, "is valid on one link only"],
];

/** The reason why an argument is not the address of a machine; undefined when the argument is valid. */
export function addressProblem(argument: string, text: string): string | undefined {
  const address = parseAddress(text)?.address;
  const why =
    address === undefined
      ? "is not an IPv4 or IPv6 address"
      : unusable.find(([claim]) => claim(address))?.[1];
  if (why === undefined) return undefined;
  return `${argument} is ${say(text)}, which ${why}: give the address of one machine, such as 192.0.2.80 or 2001:db8::80`;
}

/** The reason why an argument is not a whole number of its range; undefined when the argument is valid. */
export function rangeProblem(
  argument: string,
  value: number | undefined,
  { from, to }: Range,
): string | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= from && value <= to) return undefined;
  return `${argument} is ${value}: use a whole number from ${from} to ${to}`;
}

/** Quotes a text for a message, on one line. */
export function say(text: string): string {
  return JSON.stringify(text);
}

/** Lists the allowed values for a message: `"nat", "dr" or "tun"`. */
export function oneOf(allowed: readonly string[]): string {
  const texts = allowed.map(say);
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}
