import { type Family, fixedAddress, parseAddress } from "./address";

/**
 * The VIP that the advertisements of a virtual router name, since a backup compares it with its own: the first one of the
 * family over which they are sent.
 */
export function advertisedVip(vips: readonly string[], family: Family): string | undefined {
  return vips.find((vip) => parseAddress(vip)?.family === family);
}

/**
 * The virtual router ID where none is given: the last byte of the first VIP of IPv4, or where there is none of the first
 * VIP; 255 in the place of 0.
 */
export function virtualRouterIdOf(vips: readonly string[]): number {
  const vip = advertisedVip(vips, "ipv4") ?? advertisedVip(vips, "ipv6");
  const lastByte =
    vip === undefined ? 0 : Number.parseInt(fixedAddress(vip).replace("]", "").slice(-2), 16);
  return lastByte || 255;
}
