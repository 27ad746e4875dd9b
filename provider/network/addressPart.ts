import { familyOf, fixedAddress } from "../values/address";
import { type Command, command } from "../values/command";
import type { PartType } from "../values/part";
import type { Step } from "../values/step";
import { type Holder, holdersOf } from "./interfaces";
import type { Links } from "./links";

/**
 * An address with its prefix length (ip-address(8)). The ID `192.0.2.80/32 dev lo` names the address on that interface
 * only. The ID `192.0.2.80/32` names the address on the whole host, and its value is the interface (`dev eth1`), so that
 * a change of the value moves the address. A value to restore has the lifetimes as well.
 */
export const addressType: PartType<"links", Links> = {
  fact: "links",
  takesOver: false,
  read(links, id) {
    const [prefix = "", , device] = id.split(" ");
    const holders = holdersOfPrefix(links, prefix);
    if (device === undefined) return holders.map(placeText).join(", ") || undefined;
    const holder = holders.find((one) => one.device === device);
    return holder && (holder.isDuplicate ? "duplicate" : "present");
  },
  set(id, value, live) {
    const [wanted, there] = [placesOf(id, value), placesOf(id, live)];
    const isOneOf = (places: readonly Place[], device: string) =>
      places.some((one) => one.device === device);
    const isThere = ({ device }: Place) => isOneOf(there.filter(isUsable), device);
    const add = wanted.flatMap((one) => {
      if (!isThere(one)) return [addressStep("add", id, one)];
      // It may have come back here from another interface, without the lifetimes that it had. They pass, so that nobody
      // can tell afterwards whether they were set.
      return one.lifetimes ? [{ ...addressStep("change", id, one), mayFail: true }] : [];
    });
    const remove = there
      .filter((one) => !isUsable(one) || !isOneOf(wanted, one.device))
      .map((one) => addressStep("delete", id, one));
    // Add before remove leaves no gap. IPv6 is the other way round: duplicate detection would find the first interface.
    return familyOf(id) === "ipv6" ? [...remove, ...add] : [...add, ...remove];
  },
  matches: (value, live) => withoutLifetimes(value) === live,
  valueAsRead: withoutLifetimes,
  valueToRestore({ id }, live, links) {
    const [prefix = "", , device] = id.split(" ");
    if (device !== undefined) return live;
    const holders = holdersOfPrefix(links, prefix);
    return holders.map((one) => `${placeText(one)}${lifetimesText(prefix, one)}`).join(", ");
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
      // Nobody asks for an address of lo.
      afterwards: isIpv6 || device === "lo" ? [] : [announcement(address, device)],
    };
  },
  unset: (id, live) => placesOf(id, live).map((one) => addressStep("delete", id, one)),
};

/** Every interface that has an address with this prefix length. */
function holdersOfPrefix(links: Links, prefix: string): Holder[] {
  const [address = ""] = prefix.split("/");
  return holdersOf(links, address).filter((one) => one.prefix === prefix);
}

/** Announces the new holder of an IPv4 address to its neighbours (arping(8), -U). */
export function announcement(address: string, device: string): Command {
  return command("arping", "-q", "-U", "-c", "1", "-I", device, address);
}

interface Place extends Pick<Holder, "device" | "isDuplicate"> {
  /** The words of ip-address(8). */
  readonly lifetimes?: readonly string[];
}

/** Whether the kernel uses the address: it does not when another machine has the address too. */
function isUsable({ isDuplicate }: Pick<Place, "isDuplicate">): boolean {
  return !isDuplicate;
}

function placeText({ device, isDuplicate }: Pick<Place, "device" | "isDuplicate">): string {
  return `dev ${device}${isDuplicate ? " duplicate" : ""}`;
}

const LIFETIMES = / valid_lft \S+ preferred_lft \w+/g;

function withoutLifetimes(value: string): string {
  return value.replaceAll(LIFETIMES, "");
}

/** Of an IPv6 address always, since ours have others than what somebody adds by hand. */
function lifetimesText(prefix: string, { lifetimes }: Pick<Holder, "lifetimes">): string {
  if (!lifetimes && familyOf(prefix) === "ipv4") return "";
  const { valid = "forever", preferred = "forever" } = lifetimes ?? {};
  return ` valid_lft ${valid} preferred_lft ${preferred}`;
}

function placesOf(id: string, text: string | undefined): Place[] {
  if (text === undefined) return [];
  const [, , fixed] = id.split(" ");
  if (fixed !== undefined) return [{ device: fixed, isDuplicate: text === "duplicate" }];
  return text.split(", ").map((place) => {
    const [, device = "", state] = place.split(" ");
    const [lifetimes] = place.match(LIFETIMES) ?? [];
    return {
      ...{ device, isDuplicate: state === "duplicate" },
      ...(lifetimes !== undefined && { lifetimes: lifetimes.trim().split(" ") }),
    };
  });
}

const VERBS = { add: "add", delete: "remove", change: "set the lifetimes of" } as const;

function addressStep(verb: keyof typeof VERBS, id: string, { device, lifetimes }: Place): Step {
  const [prefix = "", , fixed] = id.split(" ");
  const isNoSource = fixed === undefined && familyOf(prefix) === "ipv6";
  // Otherwise the kernel may use a director's VIP as the source of its own packets and of tunnels (RFC 6724).
  const words = lifetimes ?? (isNoSource ? ["preferred_lft", "0"] : []);
  return {
    run: command("ip", "address", verb, prefix, "dev", device, ...(verb === "delete" ? [] : words)),
    description: `${VERBS[verb]} the address ${prefix} dev ${device}`,
  };
}
