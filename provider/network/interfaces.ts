import { familyOf, networkHolds, parseNetwork } from "../values/address";
import { LvsError } from "../values/errors";
import type { Lifetimes, Links } from "./links";
import type { Routes } from "./routes";

/** An interface that has an address, with the prefix length and the state of the address there. */
export interface Holder {
  readonly device: string;
  /** The address with its prefix length: `192.0.2.80/32`. */
  readonly prefix: string;
  readonly isDuplicate: boolean;
  /** @default - for ever */
  readonly lifetimes?: Lifetimes;
}

/** An address with the prefix length of a single host: /32, or /128 for IPv6. */
export function hostPrefix(address: string): string {
  return `${address}/${familyOf(address) === "ipv4" ? 32 : 128}`;
}

/** The interfaces of a host that have an address, with any prefix length. */
export function holdersOf(links: Links, address: string): Holder[] {
  return [...links.values()].flatMap(({ name, addresses }) =>
    addresses
      .filter((one) => one.address === address)
      .map(({ prefixLength, isDuplicate, lifetimes }) => ({
        ...{ device: name, prefix: `${address}/${prefixLength}`, isDuplicate },
        ...(lifetimes && { lifetimes }),
      })),
  );
}

/** The interface that has an address. Throws an `input` error when none has it. */
export function interfaceWith(links: Links, address: string, argument: string): string {
  const [found] = holdersOf(links, address);
  if (found) return found.device;
  throw new LvsError(
    "input",
    `${argument} is ${address}, but no interface of this host has that address; nothing was changed. ` +
      `It has ${allAddresses(links).join(", ") || "none"}: correct ${argument}`,
  );
}

/** The interfaces whose networks contain an address, the longest prefix first, as routing chooses. */
export function interfacesTowards(routes: Routes, address: string): string[] {
  const fitting = routes.flatMap(({ gateway, table, type, destination, device }) => {
    const isOwn = gateway === undefined && table === "main" && type === "unicast";
    const network = isOwn ? parseNetwork(destination) : undefined;
    return network && device && networkHolds(network, address) ? [{ network, device }] : [];
  });
  fitting.sort((a, b) => b.network.prefixLength - a.network.prefixLength);
  return [...new Set(fitting.map((one) => one.device))];
}

/** The kinds of interfaces that lead out of the host by others (ip-link(8)). An interface of hardware has no kind. */
const LEADING_OUT: readonly (string | undefined)[] = [undefined, "bond", "team", "vlan"];

/** The ports of bridges and bonds that lead out of the host: not those of its guests and containers, which come and go. */
export function portsOf(links: Links, devices: readonly string[]): string[] {
  const ports = [...links.values()]
    .filter(({ master = "", kind }) => devices.includes(master) && LEADING_OUT.includes(kind))
    .map(({ name }) => name);
  return ports.length === 0 ? [] : [...ports, ...portsOf(links, ports)];
}

/** The interface whose network contains an address. Throws an `input` error when no interface does. */
export function interfaceTowards(routes: Routes, address: string, argument: string): string {
  const [found] = interfacesTowards(routes, address);
  if (found) return found;
  throw new LvsError(
    "input",
    `${argument} is ${address}, but no interface of this host is in a network that holds it; nothing was changed. ` +
      'Name the interface (interface: "eth1") when the VIP is routed to this host',
  );
}

/** Throws an `input` error for an interface that the host does not have. */
export function requireInterface(links: Links, device: string): void {
  if (links.has(device)) return;
  throw new LvsError(
    "input",
    `interface is ${device}, but this host has no such interface; nothing was changed. ` +
      `It has ${[...links.keys()].join(", ")}`,
  );
}

/** Throws a `conflict` error when the host has a VIP on an interface, or with a prefix, that is not ours. */
export function refuseElsewhere(
  links: Links,
  vip: string,
  isOurs: (holder: Holder) => boolean,
): void {
  const other = holdersOf(links, vip).find((one) => !isOurs(one));
  if (!other) return;
  throw new LvsError(
    "conflict",
    `the VIP ${vip} is on this host already, as ${other.prefix} on ${other.device}; nothing was changed. ` +
      "Remove it there, or choose another VIP",
  );
}

function allAddresses(links: Links): string[] {
  return [...links.values()]
    .filter((link) => link.name !== "lo")
    .flatMap((link) => link.addresses.map((one) => one.address));
}
