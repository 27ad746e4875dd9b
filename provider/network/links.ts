import { familyOf } from "../values/address";
import type { Fact, Step } from "../values/command";
import { command } from "../values/command";
import type { PartType } from "../values/part";
import { type Holder, holdersOf } from "./interfaces";
import { parseJsonList } from "./json";

/** An address on an interface. */
export interface LinkAddress {
  readonly address: string;
  readonly prefixLength: number;
  /**
   * The kernel found another holder of the address (IPv6 duplicate address detection), and does not use it. As long as
   * it still looks, the address counts as there: that takes a second or two.
   */
  readonly isDuplicate: boolean;
}

/** A network interface with its addresses. */
export interface Link {
  readonly name: string;
  readonly isUp: boolean;
  /** `ipip`, `sit`, `ip6tnl` for a tunnel; undefined for an interface without a kind. */
  readonly kind: string | undefined;
  /** The local end of a tunnel. */
  readonly local: string | undefined;
  readonly addresses: readonly LinkAddress[];
}

/** The interfaces of a host by name. */
export type Links = ReadonlyMap<string, Link>;

interface JsonLink {
  ifname?: string;
  flags?: string[];
  linkinfo?: { info_kind?: string; info_data?: { local?: string } };
  addr_info?: { local?: string; prefixlen?: number; dadfailed?: boolean }[];
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
    addresses: (link.addr_info ?? []).map((info) => ({
      address: String(info.local),
      prefixLength: Number(info.prefixlen),
      isDuplicate: info.dadfailed === true,
    })),
  };
}

/** What a tunnel interface has to be, as a canonical text: `ipip local 10.0.0.11 up`. */
export function tunnelValue(kind: string, local: string): string {
  return `${kind} local ${local} up`;
}

/** A tunnel interface of our own that takes the packets of any director (ip-link(8), `remote any`). */
export const linkType: PartType = {
  fact: "links",
  takesOver: false,
  read(facts, id) {
    const link = facts.links.get(id);
    return link && `${link.kind ?? "device"} local ${link.local} ${link.isUp ? "up" : "down"}`;
  },
  set(id, value, live) {
    const [kind = "", , local = ""] = value.split(" ");
    // ip6tnl carries IPv6 only unless told otherwise, and drops what comes from an address of the host itself: a
    // director may send with the VIP as the outer source (ip6_tunnel.c).
    const mode = kind === "ip6tnl" ? ["mode", "any", "allow-localremote"] : [];
    const add = command(
      "ip",
      "link",
      "add",
      id,
      "type",
      kind,
      ...mode,
      "local",
      local,
      "remote",
      "any",
    );
    const isOnlyDown = live === value.replace(/ up$/, " down");
    return [
      ...(isOnlyDown
        ? []
        : [{ run: add, because: `make the tunnel interface ${id} (${kind}, ${local})` }]),
      { run: command("ip", "link", "set", id, "up"), because: `bring up ${id}` },
    ];
  },
  unset: (id) => [
    { run: command("ip", "link", "delete", id), because: `remove the interface ${id}` },
  ],
};

/**
 * An address with its prefix length (ip-address(8)). `192.0.2.80/32 dev lo` is the one at that place, wherever else it
 * is; `192.0.2.80/32` is the only one of the host, and its value is its place, `dev eth1`: so it can be moved.
 */
export const addressType: PartType = {
  fact: "links",
  takesOver: false,
  read(facts, id) {
    const [prefix = "", , device] = id.split(" ");
    const [address = ""] = prefix.split("/");
    const holders = holdersOf(facts.links, address).filter((one) => one.prefix === prefix);
    if (device === undefined) return holders.map(placeText).join(", ") || undefined;
    const holder = holders.find((one) => one.device === device);
    return holder && (holder.isDuplicate ? "duplicate" : "present");
  },
  set(id, value, live) {
    const [wanted, there] = [placesOf(id, value), placesOf(id, live)];
    const isOneOf = (places: readonly Place[], device: string) =>
      places.some((one) => one.device === device);
    const add = wanted
      .filter(({ device }) => !isOneOf(there.filter(isUsable), device))
      .map(({ device }) => addressStep("add", id, device));
    const remove = there
      .filter((one) => !isUsable(one) || !isOneOf(wanted, one.device))
      .map(({ device }) => addressStep("delete", id, device));
    // Two interfaces may have it for a moment, but with IPv6 the second would find that the first one has it.
    return familyOf(id) === "ipv6" ? [...remove, ...add] : [...add, ...remove];
  },
  unset: (id, live) => placesOf(id, live).map(({ device }) => addressStep("delete", id, device)),
};

type Place = Pick<Holder, "device" | "isDuplicate">;

/** The kernel does not use an address that another machine has as well. */
function isUsable({ isDuplicate }: Place): boolean {
  return !isDuplicate;
}

function placeText({ device, isDuplicate }: Place): string {
  return `dev ${device}${isDuplicate ? " duplicate" : ""}`;
}

function placesOf(id: string, text: string | undefined): Place[] {
  if (text === undefined) return [];
  const [, , fixed] = id.split(" ");
  if (fixed !== undefined) return [{ device: fixed, isDuplicate: text === "duplicate" }];
  return text.split(", ").map((place) => {
    const [, device = "", state] = place.split(" ");
    return { device, isDuplicate: state === "duplicate" };
  });
}

function addressStep(verb: "add" | "delete", id: string, device: string): Step {
  const [prefix = "", , fixed] = id.split(" ");
  const isNoSource = verb === "add" && fixed === undefined && familyOf(prefix) === "ipv6";
  // The kernel would take a director's VIP as the source of what it sends itself (RFC 6724), tunnels too.
  const lifetime = isNoSource ? ["preferred_lft", "0"] : [];
  return {
    run: command("ip", "address", verb, prefix, "dev", device, ...lifetime),
    because: `${verb === "add" ? "add" : "remove"} the address ${prefix} dev ${device}`,
  };
}
