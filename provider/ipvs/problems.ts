import {
  isBroadcast,
  isLinkLocal,
  isMulticast,
  isUnspecified,
  parseAddress,
} from "../values/address";
import type { Range } from "./vocabulary";

/** Why an input cannot be carried out. */
export interface Problem {
  /** The part of the input that it is in: "" for the virtual service itself, `realServers 10.0.0.5:80`. */
  readonly path: string;
  /** The argument, its value, what is allowed and what to do. */
  readonly reason: string;
}

/** A problem as one line: where it is, and why. */
export function problemText({ path, reason }: Problem): string {
  return path === "" ? reason : `${path}: ${reason}`;
}

// The kernel takes a unicast address, or one of its own (ip_vs_ctl.c, ip_vs_new_dest).
const unusable: readonly [(address: string) => boolean, string][] = [
  [isMulticast, "is a multicast address"],
  [isBroadcast, "is the broadcast address"],
  [isUnspecified, "is an unspecified address"],
  [isLinkLocal, "is valid on one link only"],
];

/** Why an argument is not the address of one machine. */
export function addressProblem(argument: string, text: string): string | undefined {
  const address = parseAddress(text)?.address;
  const why =
    address === undefined
      ? "is not an IPv4 or IPv6 address"
      : unusable.find(([claim]) => claim(address))?.[1];
  if (why === undefined) return undefined;
  return `${argument} is ${say(text)}, which ${why}: give the address of one machine, such as 192.0.2.80 or 2001:db8::80`;
}

/** Why an argument is not a whole number of its range; 0 is a value. */
export function rangeProblem(
  argument: string,
  value: number | undefined,
  { from, to }: Range,
): string | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= from && value <= to) return undefined;
  return `${argument} is ${value}: use a whole number from ${from} to ${to}`;
}

/** A text as a message shows it: quoted, and in one line. */
export function say(text: string): string {
  return JSON.stringify(text);
}

/** What is allowed, as a message shows it: `"nat", "dr" or "tun"`. */
export function oneOf(allowed: readonly string[]): string {
  const texts = allowed.map(say);
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}
