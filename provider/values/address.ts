import ipaddr from "ipaddr.js";

/** The protocol family of an address. */
export type Family = "ipv4" | "ipv6";

/** An IP address in canonical form: dotted decimal, or RFC 5952. */
export interface Address {
  readonly address: string;
  readonly family: Family;
}

/** An IP network: its first address and the length of its prefix (`192.0.2.0/24`). */
export interface Network {
  readonly address: string;
  readonly family: Family;
  readonly prefixLength: number;
}

/** An address and a port, as ipvsadm prints them: `192.0.2.80:80`, `[2001:db8::80]:80`. */
export interface Endpoint {
  readonly address: string;
  readonly family: Family;
  readonly port: number;
}

// ipaddr.js also accepts octal, hex and shortened IPv4, long groups and zone ids, which are ambiguous.
const dottedDecimal =
  /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;
const ipv6Groups = /^(?:[0-9a-fA-F]{0,4}:)+(?:[0-9a-fA-F]{0,4}|[\d.]+)$/;

/** Reads an address strictly: no shorthand, brackets or zone id, and no IPv4-mapped IPv6 (which IPVS never matches). */
export function parseAddress(text: string): Address | undefined {
  if (dottedDecimal.test(text)) return { address: text, family: "ipv4" };
  if (!ipv6Groups.test(text)) return undefined;
  const groups = text.replace(/[^:]*\..*$/, hexGroups);
  if (groups.includes(".") || !ipaddr.IPv6.isValid(groups)) return undefined;
  const parsed = ipaddr.IPv6.parse(groups);
  if (parsed.isIPv4MappedAddress()) return undefined;
  return { address: parsed.toRFC5952String(), family: "ipv6" };
}

/** An address in canonical form. Any other text is returned unchanged, so that validation can refuse it. */
export function canonicalAddress(text: string): string {
  return parseAddress(text)?.address ?? text;
}

/** The family of a canonical address. */
export function familyOf(address: string): Family {
  return address.includes(":") ? "ipv6" : "ipv4";
}

/** A text for each canonical address whose order is the numeric order, IPv4 before IPv6: what sorting needs. */
export function addressOrder(address: string): string {
  return String.fromCharCode(familyOf(address) === "ipv6" ? 6 : 4, ...bytesOf(address));
}

/** Compares two texts by code unit, whatever the locale. */
export function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Reads a network in prefix notation; undefined when it is not one, or has bits set behind the prefix. */
export function parseNetwork(text: string): Network | undefined {
  const [, addressText = "", prefixText = ""] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const parsed = parseAddress(addressText);
  const prefixLength = Number(prefixText);
  if (parsed === undefined || prefixLength > bitsOf(parsed.family)) return undefined;
  const bits = bytesOf(parsed.address).map((byte) => byte.toString(2).padStart(8, "0"));
  return bits.join("").slice(prefixLength).includes("1") ? undefined : { ...parsed, prefixLength };
}

/** Whether an address is in a network; never across families. */
export function networkHolds(network: Network, address: string): boolean {
  if (familyOf(address) !== network.family) return false;
  const [bytes, prefix] = [bytesOf(address), bytesOf(network.address)];
  const whole = network.prefixLength >> 3;
  for (let index = 0; index < whole; index++) if (bytes[index] !== prefix[index]) return false;
  const differing = (bytes[whole] ?? 0) ^ (prefix[whole] ?? 0);
  return differing >> (8 - (network.prefixLength & 7)) === 0;
}

/** The default netmask of persistence, under which every client address is separate (ipvsadm(8) -M). */
export const fullNetmask: Readonly<Record<Family, string>> = {
  ipv4: "255.255.255.255",
  ipv6: "128",
};

/** Whether a canonical netmask is the default, which then has two spellings: given and omitted. */
export function isFullNetmask(netmask: string): boolean {
  return Object.values(fullNetmask).includes(netmask);
}

/** Reads the mask of persistence: dotted for IPv4, a prefix length from 1 to 128 for IPv6 (ipvsadm(8) -M). */
export function parseNetmask(text: string, family: Family): string | undefined {
  if (family === "ipv4") return dottedDecimal.test(text) ? parseAddress(text)?.address : undefined;
  return /^[1-9]\d{0,2}$/.test(text) && Number(text) <= 128 ? text : undefined;
}

/** Whether the ones of a canonical mask come before its zeros; an IPv6 prefix length always does so. */
export function isContiguousNetmask(netmask: string): boolean {
  if (!netmask.includes(".")) return true;
  return ipaddr.IPv4.parse(netmask).prefixLengthFromSubnetMask() !== null;
}

/** Whether an address is a multicast address (224.0.0.0/4, ff00::/8), which is not that of one machine. */
export function isMulticast(address: string): boolean {
  return ipaddr.parse(address).range() === "multicast";
}

/** Whether an address is the limited broadcast address of IPv4. */
export function isBroadcast(address: string): boolean {
  return ipaddr.parse(address).range() === "broadcast";
}

/** Whether an address is valid on one link only (169.254.0.0/16, fe80::/10). */
export function isLinkLocal(address: string): boolean {
  return ipaddr.parse(address).range() === "linkLocal";
}

/** Whether an address is one of the machine itself (127.0.0.0/8, ::1). */
export function isLoopback(address: string): boolean {
  return ipaddr.parse(address).range() === "loopback";
}

/** Whether an address is in "this network" of IPv4 (0.0.0.0/8), or is `::`. */
export function isUnspecified(address: string): boolean {
  return ipaddr.parse(address).range() === "unspecified";
}

/** An address and a port in ipvsadm's notation. */
export function endpoint(address: string, port: number): string {
  return familyOf(address) === "ipv6" ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Reads `address:port` in ipvsadm's notation; an IPv6 address has to be in brackets. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(0|[1-9]\d{0,4})$/.exec(text);
  const parsed = parseAddress(found?.[1] ?? found?.[2] ?? "");
  const port = Number(found?.[3]);
  if (parsed === undefined || port > 65535) return undefined;
  const isBracketed = found?.[1] !== undefined;
  if (isBracketed !== (parsed.family === "ipv6")) return undefined;
  return { address: parsed.address, family: parsed.family, port };
}

/** An address with all its digits, as in the kernel's lists: `C0000250`, `[2001:0db8:...:0080]` (%08X, [%pI6]). */
export function fixedAddress(address: string): string {
  if (familyOf(address) === "ipv6") {
    const { parts } = ipaddr.IPv6.parse(address);
    return `[${parts.map((part) => part.toString(16).padStart(4, "0")).join(":")}]`;
  }
  const octets = octetsOf(address).map((octet) => octet.toString(16).padStart(2, "0"));
  return octets.join("").toUpperCase();
}

/** Reads an address in the form of `fixedAddress`. */
export function parseFixedAddress(text: string): string | undefined {
  const [, ipv6] = /^\[([0-9a-f:]{39})\]$/.exec(text) ?? [];
  if (ipv6 !== undefined) return parseAddress(ipv6)?.address;
  const [, ...octets] = /^([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})$/.exec(text) ?? [];
  return octets.map((octet) => Number.parseInt(octet, 16)).join(".") || undefined;
}

// inet_ntop(3) writes ::/96 with a dotted tail; ipaddr.js would read that as an IPv4-mapped address.
function hexGroups(dottedTail: string): string {
  const tail = parseAddress(dottedTail);
  if (tail?.family !== "ipv4") return dottedTail;
  const [a = 0, b = 0, c = 0, d = 0] = bytesOf(tail.address);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function bytesOf(address: string): number[] {
  return familyOf(address) === "ipv6" ? ipaddr.parse(address).toByteArray() : octetsOf(address);
}

const DOT = ".".charCodeAt(0);
const ZERO = "0".charCodeAt(0);

// Digit by digit, because split(".") takes longer than the sorting that needs the octets.
function octetsOf(address: string): number[] {
  const octets: number[] = [];
  let octet = 0;
  for (let index = 0; index < address.length; index++) {
    const code = address.charCodeAt(index);
    if (code === DOT) {
      octets.push(octet);
      octet = 0;
    } else {
      octet = octet * 10 + code - ZERO;
    }
  }
  octets.push(octet);
  return octets;
}

function bitsOf(family: Family): number {
  return family === "ipv4" ? 32 : 128;
}
