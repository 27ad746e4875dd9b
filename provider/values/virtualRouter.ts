import { fixedAddress, parseAddress } from "./address";

/**
 * The VIP that the advertisements of a virtual router name, since a backup compares it with its own: the first one of
 * IPv4.
 */
export function advertisedVip(vips: readonly string[]): string | undefined {
  return vips.find((vip) => parseAddress(vip)?.family === "ipv4");
}

/** The virtual router ID where none is given: the last byte of the advertised VIP, and 255 in the place of 0. */
export function virtualRouterIdOf(vips: readonly string[]): number {
  const vip = advertisedVip(vips);
  const lastByte = vip === undefined ? 0 : Number.parseInt(fixedAddress(vip).slice(-2), 16);
  return lastByte || 255;
}
