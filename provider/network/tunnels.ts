import { type Family, familyOf } from "../values/address";
import { tunnelValue } from "./linkPart";

/** The interface that unpacks what a director sends to a real server with `tun` (ipip). */
export interface Tunnel {
  readonly name: string;
  readonly kind: string;
  readonly module: string;
  /** Its canonical text as a part of the host. */
  readonly value: string;
  /** The source check must not be strict on it: replies leave by another interface (ip-sysctl.rst, rp_filter). */
  readonly needsLooseRpFilter: boolean;
}

/** By the family of the real server's address (outer) and that of the VIP (inner). */
const KINDS: Record<Family, Record<Family, { kind: string; module: string; letter: string }>> = {
  ipv4: {
    ipv4: { kind: "ipip", module: "ipip", letter: "4" },
    ipv6: { kind: "sit", module: "sit", letter: "s" },
  },
  ipv6: {
    ipv4: { kind: "ip6tnl", module: "ip6_tunnel", letter: "6" },
    ipv6: { kind: "ip6tnl", module: "ip6_tunnel", letter: "6" },
  },
};

/** The tunnel interface for a real server and a VIP; all VIPs of a family share it. */
export function tunnelFor(rip: string, vip: string): Tunnel {
  const { kind, module, letter } = KINDS[familyOf(rip)][familyOf(vip)];
  return {
    name: `lvs${letter}-${shortName(rip)}`,
    kind,
    module,
    value: tunnelValue(kind, rip),
    needsLooseRpFilter: familyOf(vip) === "ipv4",
  };
}

/** Eight characters that tell the addresses of one machine apart: an interface's name has room for fifteen. */
function shortName(address: string): string {
  if (familyOf(address) === "ipv4") {
    return address
      .split(".")
      .map((octet) => Number(octet).toString(16).padStart(2, "0"))
      .join("");
  }
  let hash = 0x811c9dc5;
  for (const char of address) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
