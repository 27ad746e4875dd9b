import {
  type EndpointKey,
  type FwmarkKey,
  type RealServerKey,
  realServerKeyText,
  serviceKeyText,
} from "../ipvs/model";
import { familyOf } from "../values/address";

/** From here on, 30 bits are a hash: other programs take small marks, or single bits further down. */
const FIRST_MARK = 2 ** 30;

/**
 * The firewall mark of the check of one real server through the VIP. It follows from the names alone, so that it is the
 * same on each director and at each change.
 */
export function pathKey(service: EndpointKey, realServer: RealServerKey): FwmarkKey {
  const hash = hashOf(`${serviceKeyText(service)} -> ${realServerKeyText(realServer)}`);
  return { kind: "fwmark", fwmark: FIRST_MARK + hash, family: familyOf(service.vip) };
}

/** 30 bits of FNV-1a, whose last bytes are mixed as those of MurmurHash3 are. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 2;
}
