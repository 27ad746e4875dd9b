import { familyOf, fixedAddress } from "../values/address";
import { type Command, command } from "../values/command";
import type { PartType } from "../values/part";
import type { Step } from "../values/step";
import { type Holder, holdersOf } from "./interfaces";
import type { Links } from "./links";

/**
 * An address with its prefix length (ip-address(8)). `192.0.2.80/32 dev lo` is the one at that place, wherever else it
 * is; `192.0.2.80/32` is the only one of the host, and its value is its place, `dev eth1`: so it can be moved.
 */
export const addressType: PartType<"links", Links> = {
  fact: "links",
  takesOver: false,
  read(links, id) {
    const [prefix = "", , device] = id.split(" ");
    const [address = ""] = prefix.split("/");
    const holders = holdersOf(links, address).filter((one) => one.prefix === prefix);
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
  // That of a director waits for the network manager, which would take it for somebody else's, and for IPVS.
  boot(id, value) {
    const [prefix = "", , fixed] = id.split(" ");
    const [device] = placesOf(id, value).map((one) => one.device);
    if (fixed !== undefined || device === undefined) return { conditions: [], afterwards: [] };
    const [address = ""] = prefix.split("/");
    const isIpv6 = familyOf(address) === "ipv6";
    const printed = isIpv6 ? `[${address}]` : address;
    return {
      conditions: [command("is_up", device), command("is_served", printed, fixedAddress(address))],
      afterwards: isIpv6 ? [] : [announcement(address, device)],
    };
  },
  unset: (id, live) => placesOf(id, live).map(({ device }) => addressStep("delete", id, device)),
};

/** Tells the neighbours who has an IPv4 address now (arping(8), -U). */
export function announcement(address: string, device: string): Command {
  return command("arping", "-q", "-U", "-c", "1", "-I", device, address);
}

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
    description: `${verb === "add" ? "add" : "remove"} the address ${prefix} dev ${device}`,
  };
}
