import { command } from "../values/command";
import type { Fact } from "../values/fact";
import { parseJsonList } from "./json";

/** An address on an interface. */
export interface LinkAddress {
  readonly address: string;
  readonly prefixLength: number;
  /**
   * Whether IPv6 duplicate address detection found another holder, so that the kernel does not use the address. During
   * the detection, which takes a second or two, the address counts as usable.
   */
  readonly isDuplicate: boolean;
  /** How long the kernel keeps the address, and prefers it as a source (ip-address(8)). @default - for ever */
  readonly lifetimes?: Lifetimes;
}

/** The lifetimes of an address in seconds; undefined: for ever. */
export interface Lifetimes {
  readonly valid: number | undefined;
  readonly preferred: number | undefined;
}

/** A network interface with its addresses. */
export interface Link {
  readonly name: string;
  readonly isUp: boolean;
  /** `ipip`, `sit`, `ip6tnl` for a tunnel; undefined for an interface without a kind. */
  readonly kind: string | undefined;
  /** The local end of a tunnel. */
  readonly local: string | undefined;
  /** The bridge or bond that the interface is a port of. @default - none */
  readonly master?: string;
  readonly addresses: readonly LinkAddress[];
}

/** The interfaces of a host by name. */
export type Links = ReadonlyMap<string, Link>;

interface JsonLink {
  ifname?: string;
  flags?: string[];
  master?: string;
  linkinfo?: { info_kind?: string; info_data?: { local?: string } };
  addr_info?: {
    local?: string;
    prefixlen?: number;
    dadfailed?: boolean;
    valid_life_time?: number;
    preferred_life_time?: number;
  }[];
}

/** The interfaces, their kinds and their addresses (ip-address(8)). */
export const linksFact: Fact<Links> = {
  commands: [command("ip", "-json", "-details", "address", "show")],
  parse([shown]) {
    const links = parseJsonList<JsonLink>("ip address", shown).filter((link) => link.ifname);
    return new Map(links.map((link) => [String(link.ifname), readLink(link)]));
  },
};

function readLink(link: JsonLink): Link {
  return {
    name: String(link.ifname),
    isUp: link.flags?.includes("UP") ?? false,
    kind: link.linkinfo?.info_kind,
    local: link.linkinfo?.info_data?.local,
    ...(link.master !== undefined && { master: link.master }),
    addresses: (link.addr_info ?? []).map((info) => ({
      address: String(info.local),
      prefixLength: Number(info.prefixlen),
      isDuplicate: info.dadfailed === true,
      ...lifetimesOf(info.valid_life_time, info.preferred_life_time),
    })),
  };
}

/** What the kernel has for a time without an end (INFINITY_LIFE_TIME, addrconf.h). */
const FOR_EVER = 0xffffffff;

function lifetimesOf(valid = FOR_EVER, preferred = FOR_EVER): { lifetimes?: Lifetimes } {
  if (valid === FOR_EVER && preferred === FOR_EVER) return {};
  const seconds = (time: number) => (time === FOR_EVER ? undefined : time);
  return { lifetimes: { valid: seconds(valid), preferred: seconds(preferred) } };
}
