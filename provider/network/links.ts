import type { Fact } from "../values/command";
import { command } from "../values/command";
import type { PartType } from "../values/part";
import { parseJsonList } from "./json";

/** An address on an interface. */
export interface LinkAddress {
  readonly address: string;
  readonly prefixLength: number;
  /** The kernel found another holder of the address (IPv6 duplicate address detection). */
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
    // ip6tnl carries IPv6 only unless told otherwise.
    const mode = kind === "ip6tnl" ? ["mode", "any"] : [];
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

/** An address on an interface, named `192.0.2.80/32 dev lo` (ip-address(8)). */
export const addressType: PartType = {
  fact: "links",
  takesOver: false,
  read(facts, id) {
    const [text, , device = ""] = id.split(" ");
    const found = facts.links
      .get(device)
      ?.addresses.find((entry) => `${entry.address}/${entry.prefixLength}` === text);
    return found && (found.isDuplicate ? "duplicate" : "present");
  },
  set: (id) => [
    { run: command("ip", "address", "add", ...id.split(" ")), because: `add the address ${id}` },
  ],
  unset: (id) => [
    {
      run: command("ip", "address", "delete", ...id.split(" ")),
      because: `remove the address ${id}`,
    },
  ],
};
