import { type Family, familyOf } from "../values/address";
import { tunnelValue } from "./linkPart";

/** The interface of a real server that decapsulates the packets of a director with `tun` (ipip). */
export interface Tunnel {
  readonly name: string;
  readonly kind: string;
  readonly module: string;
  /** The value of the interface as a part of the host. */
  readonly value: string;
  /** Whether rp_filter must be loose, because replies leave by another interface (ip-sysctl.rst, rp_filter). */
  readonly needsLooseRpFilter: boolean;
}

/** The kinds of tunnels by the family of the real server's address (outer), then by that of the VIP (inner). */
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

/** A hash of eight characters, because the name of an interface has at most fifteen. */
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
