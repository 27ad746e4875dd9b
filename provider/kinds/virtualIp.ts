import { z } from "zod";
import type { DrainSetting } from "../drain/settings";
import { vipsOfFile } from "../keepalived/vrrp/virtualRouter";
import { announcement } from "../network/addressPart";
import {
  type Holder,
  holdersOf,
  hostPrefix,
  interfacesTowards,
  interfaceTowards,
  refuseElsewhere,
  requireInterface,
} from "../network/interfaces";
import { interfaceSysctl } from "../network/sysctls";
import { requireTools } from "../network/tools";
import type { Facts } from "../registry/facts";
import { familyOf } from "../values/address";
import { LvsError } from "../values/errors";
import type { Part } from "../values/part";
import { drain } from "./drainField";
import {
  address,
  adopt,
  filledByCheck,
  hostFields,
  hostIdentity,
  idOf,
  interfaceName,
  persist,
} from "./fields";
import type { HostInputs, Kind } from "./kind";

/** A VIP on a director. */
export interface VirtualIpInputs extends HostInputs {
  readonly address: string;
  readonly drain?: DrainSetting | undefined;
  readonly interface?: string | undefined;
  /** Of an IPv6 address: whether its interface announces it. Filled by check, and by read with what is live. */
  readonly ndiscNotify?: number | undefined;
}

const fields = z.strictObject({
  ...hostFields,
  address: address("address"),
  interface: interfaceName("interface").optional(),
  adopt,
  drain,
  persist,
  ndiscNotify: filledByCheck(undefined),
});

/** One VIP on one interface of a director, announced to the network when it is added. */
export const virtualIp: Kind<VirtualIpInputs> = {
  fields,
  argumentNames: { connection: "director", ndiscNotify: undefined },
  complete: (given: VirtualIpInputs) => ({ ...given, ...wantedNotify(given) }),
  identity: [...hostIdentity, "address"],
  // Two directors that both hold one VIP on one network would both answer for it.
  removeFirst: hostIdentity,
  id: (inputs) => idOf(inputs, "vip", inputs.address),
  facts: ({ address }) => [
    ...(["links", "routes", "tools", "failover"] as const),
    ...(familyOf(address) === "ipv6" ? (["sysctls"] as const) : []),
  ],
  parts(inputs, facts) {
    refuseFailover(inputs, facts);
    const device = deviceOf(inputs, facts);
    const prefix = hostPrefix(inputs.address);
    if (!inputs.adopt)
      refuseElsewhere(facts.links, inputs.address, (holder) => holder.prefix === prefix);
    const vip: Part = { type: "address", id: prefix, value: `dev ${device}`, shared: false };
    if (familyOf(inputs.address) === "ipv4") {
      requireTools(facts.tools, "ip", "arping");
      return [vip];
    }
    // The kernel announces an IPv6 address itself once this is on, after it has seen that nobody else has it.
    const notify = interfaceSysctl("ipv6", device, "ndisc_notify");
    return [{ type: "sysctl", id: notify, value: "1", shared: true }, vip];
  },
  pace: ({ drain, address: vip }) => ({ drainOf: () => drain, vip }),
  live(inputs, facts) {
    const all = holders(inputs, facts);
    if (all.length === 0) return undefined;
    const wanted = placeOf(inputs, facts);
    const wrong = all.find((one) => one.isDuplicate || one.device !== wanted);
    const found = { ...inputs, ...liveNotify(inputs, wanted, facts) };
    return wrong ? { ...found, interface: describe(wrong) } : found;
  },
  announce(inputs, facts) {
    if (familyOf(inputs.address) === "ipv6") return [];
    const device = deviceOf(inputs, facts);
    return [
      {
        run: announcement(inputs.address, device),
        description: `announce ${inputs.address} on ${device}`,
        // Nobody answers an announcement, which some versions take for a failure.
        mayFail: true,
      },
    ];
  },
};

/** Refuses a VIP that keepalived moves between directors: both would add and remove it. */
function refuseFailover({ address: vip }: VirtualIpInputs, { failover }: Facts): void {
  if (![...failover.files.values()].flatMap(vipsOfFile).includes(vip)) return;
  throw new LvsError(
    "conflict",
    `the VIP ${vip} belongs to a Failover on this host, with which keepalived moves it; nothing was changed. ` +
      "Declare it in one of the two only",
  );
}

function wantedNotify({ address }: VirtualIpInputs): Pick<VirtualIpInputs, "ndiscNotify"> {
  return familyOf(address) === "ipv6" ? { ndiscNotify: 1 } : {};
}

function liveNotify(
  { address }: VirtualIpInputs,
  device: string | undefined,
  { sysctls }: Facts,
): Pick<VirtualIpInputs, "ndiscNotify"> {
  if (familyOf(address) === "ipv4" || device === undefined) return {};
  const live = sysctls.get(interfaceSysctl("ipv6", device, "ndisc_notify"));
  return { ndiscNotify: Number(live ?? -1) };
}

function deviceOf(inputs: VirtualIpInputs, facts: Facts): string {
  const device =
    placeOf(inputs, facts) ?? interfaceTowards(facts.routes, inputs.address, "address");
  requireInterface(facts.links, device);
  return device;
}

/** Where the VIP belongs: it stays where it is as long as its network is there, or no network of the host holds it. */
function placeOf(inputs: VirtualIpInputs, facts: Facts): string | undefined {
  const held = holders(inputs, facts).map((one) => one.device);
  const near = interfacesTowards(facts.routes, inputs.address);
  const [found] = inputs.adopt ? held : held.filter((device) => near.includes(device));
  return inputs.interface ?? found ?? near[0] ?? held[0];
}

/** A difference that a preview shows, also of a VIP that is in its place and that the kernel does not use. */
function describe({ device, isDuplicate }: Holder): string {
  return isDuplicate ? `${device} (another machine has this address too)` : device;
}

/** Who holds the VIP as we add it. */
function holders(inputs: VirtualIpInputs, facts: Facts): Holder[] {
  const prefix = hostPrefix(inputs.address);
  return holdersOf(facts.links, inputs.address).filter((one) => one.prefix === prefix);
}
