import { parseAddress } from "./address";

/** A host name or address in canonical form. Case is insignificant in names (RFC 4343), but not in a zone id. */
export function canonicalHost(host: string): string {
  return parseAddress(host)?.address ?? host.replace(/^[^%]*/, (name) => name.toLowerCase());
}
