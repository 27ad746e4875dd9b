import { parseAddress } from "./address";

/** A host in the one spelling that is compared and kept: names have no case (RFC 4343), but a zone id does. */
export function canonicalHost(host: string): string {
  return parseAddress(host)?.address ?? host.replace(/^[^%]*/, (name) => name.toLowerCase());
}
