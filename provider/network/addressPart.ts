import { familyOf, fixedAddress } from "../values/address";
import { type Command, command } from "../values/command";
import type { PartType } from "../values/part";
import type { Step } from "../values/step";
import { type Holder, holdersOf } from "./interfaces";
import type { Links } from "./links";

/**
 * An address with its prefix length (ip-address(8)). The ID `192.0.2.80/32 dev lo` names the address on that interface
 * only. The ID `192.0.2.80/32` names the address on the whole host, and its value is the interface (`dev eth1`), so that
 * a change of the value moves the address.
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
    // Add before remove leaves no gap. IPv6 is the other way round: duplicate detection would find the first interface.
    return familyOf(id) === "ipv6" ? [...remove, ...add] : [...add, ...remove];
  },
  // A director's VIP waits until IPVS serves it, and until the network manager, which would remove it, has the link up.
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

/** Announces the new holder of an IPv4 address to its neighbours (arping(8), -U). */
export function announcement(address: string, device: string): Command {
  return command("arping", "-q", "-U", "-c", "1", "-I", device, address);
}

type Place = Pick<Holder, "device" | "isDuplicate">;

/** Whether the kernel uses the address: it does not when another machine has the address too. */
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
  // Otherwise the kernel may use a director's VIP as the source of its own packets and of tunnels (RFC 6724).
  const lifetime = isNoSource ? ["preferred_lft", "0"] : [];
  return {
    run: command("ip", "address", verb, prefix, "dev", device, ...lifetime),
    description: `${verb === "add" ? "add" : "remove"} the address ${prefix} dev ${device}`,
  };
}
