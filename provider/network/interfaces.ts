import { familyOf, networkHolds, parseNetwork } from "../values/address";
import { LvsError } from "../values/errors";
import type { Link, Links } from "./links";
import type { Routes } from "./routes";

/** The prefix of one address: /32, or /128 for IPv6. */
export function hostPrefix(address: string): string {
  return `${address}/${familyOf(address) === "ipv4" ? 32 : 128}`;
}

/** The interface that has an address. Throws an `input` error when none has it. */
export function interfaceWith(links: Links, address: string, argument: string): string {
  const found = [...links.values()].find((link) => holdsAddress(link, address));
  if (found) return found.name;
  throw new LvsError(
    "input",
    `${argument} is ${address}, but no interface of this host has that address; nothing was changed. ` +
      `It has ${allAddresses(links).join(", ") || "none"}: correct ${argument}, or name the interface`,
  );
}

/** The interface whose network holds an address. Throws an `input` error when there is none. */
export function interfaceTowards(routes: Routes, address: string, argument: string): string {
  const fitting = routes.routes.flatMap(({ gateway, table, type, destination, device }) => {
    const isOwn = gateway === undefined && table === "main" && type === "unicast";
    const network = isOwn ? parseNetwork(destination) : undefined;
    return network && device && networkHolds(network, address) ? [{ network, device }] : [];
  });
  // As in every choice of a route, the longest prefix wins.
  const [found] = fitting.sort((a, b) => b.network.prefixLength - a.network.prefixLength);
  if (found) return found.device;
  throw new LvsError(
    "input",
    `${argument} is ${address}, but no interface of this host is in a network that holds it; nothing was changed. ` +
      'Name the interface (interface: "eth1") when the VIP is routed to this host',
  );
}

function holdsAddress(link: Link, address: string): boolean {
  return link.addresses.some((one) => one.address === address);
}

function allAddresses(links: Links): string[] {
  return [...links.values()]
    .filter((link) => link.name !== "lo")
    .flatMap((link) => link.addresses.map((one) => one.address));
}
