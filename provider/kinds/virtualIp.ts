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
import { anycastDevice } from "./anycast";
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
  wanted,
} from "./fields";
import type { HostInputs, Kind } from "./kind";

/** The inputs of a VIP on a director. */
export interface VirtualIpInputs extends HostInputs {
  readonly address: string;
  readonly drain?: DrainSetting | undefined;
  readonly interface?: string | undefined;
  /** Whether other directors have the VIP too, to which routers share out the clients. */
  readonly anycast?: boolean | undefined;
  /** The sysctl ndisc_notify of the interface of an IPv6 VIP. Check fills in 1, read the live value. */
  readonly ndiscNotify?: number | undefined;
}

const fields = z.strictObject({
  ...hostFields,
  address: address("address"),
  interface: interfaceName("interface").optional(),
  anycast: z.boolean(wanted("anycast", "true or false")).optional(),
  adopt,
  drain,
  persist,
  ndiscNotify: filledByCheck(undefined),
});

/** A VIP on an interface of a director. A VIP that is added is announced to the network. */
export const virtualIp: Kind<VirtualIpInputs> = {
  fields,
  argumentNames: { connection: "director", ndiscNotify: undefined },
  complete: (given: VirtualIpInputs) => ({ ...given, ...declaredNotify(given) }),
  identity: [...hostIdentity, "address"],
  // The old director must lose the VIP first: two directors with the VIP on one network would both answer ARP for it.
  removeFirst: hostIdentity,
  id: (inputs) => idOf(inputs, "vip", inputs.address),
  facts: (inputs) => [
    ...(["links", "routes", "tools", "failover"] as const),
    ...(isAnnouncedByKernel(inputs) ? (["sysctls"] as const) : []),
  ],
  parts(inputs, facts) {
    refuseFailover(inputs, facts);
    const device = deviceOf(inputs, facts);
    const prefix = hostPrefix(inputs.address);
    if (!inputs.adopt)
      refuseElsewhere(facts.links, inputs.address, (holder) => holder.prefix === prefix);
    const vip: Part = { type: "address", id: prefix, value: `dev ${device}`, shared: false };
    if (!isAnnouncedByKernel(inputs)) {
      requireTools(facts.tools, "ip", ...(inputs.anycast ? [] : (["arping"] as const)));
      return [vip];
    }
    // With ndisc_notify the kernel announces an IPv6 address after duplicate address detection (ip-sysctl.rst).
    const notify = interfaceSysctl("ipv6", device, "ndisc_notify");
    return [{ type: "sysctl", id: notify, value: "1", shared: true }, vip];
  },
  // While an anycast VIP drained, routers would go on to send clients, who would be refused.
  pace: ({ drain, anycast, address: vip }) => ({
    drainOf: () => drain ?? (anycast ? false : undefined),
    vip,
  }),
  live(inputs, facts) {
    const live = holders(inputs, facts);
    if (live.length === 0) return undefined;
    const declared = placeOf(inputs, facts);
    const misplaced = live.find(({ isDuplicate, device }) => isDuplicate || device !== declared);
    const liveInputs = { ...inputs, ...liveNotify(inputs, declared, facts) };
    return misplaced ? { ...liveInputs, interface: describe(misplaced) } : liveInputs;
  },
  announce(inputs, facts) {
    if (inputs.anycast || familyOf(inputs.address) === "ipv6") return [];
    const device = deviceOf(inputs, facts);
    return [
      {
        run: announcement(inputs.address, device),
        description: `announce ${inputs.address} on ${device}`,
        // Nobody answers an announcement, and some versions of arping report a failure then.
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

/** Whether the kernel announces the VIP: an IPv6 address on a network, on which one director has it. */
function isAnnouncedByKernel({ address, anycast }: VirtualIpInputs): boolean {
  return familyOf(address) === "ipv6" && !anycast;
}

function declaredNotify(inputs: VirtualIpInputs): Pick<VirtualIpInputs, "ndiscNotify"> {
  return isAnnouncedByKernel(inputs) ? { ndiscNotify: 1 } : {};
}

function liveNotify(
  inputs: VirtualIpInputs,
  device: string | undefined,
  { sysctls }: Facts,
): Pick<VirtualIpInputs, "ndiscNotify"> {
  if (!isAnnouncedByKernel(inputs) || device === undefined) return {};
  const live = sysctls.get(interfaceSysctl("ipv6", device, "ndisc_notify"));
  return { ndiscNotify: Number(live ?? -1) };
}

function deviceOf(inputs: VirtualIpInputs, facts: Facts): string {
  if (inputs.anycast) return anycastDevice(inputs.address, placeOf(inputs, facts), facts);
  const device =
    placeOf(inputs, facts) ?? interfaceTowards(facts.routes, inputs.address, "address");
  requireInterface(facts.links, device);
  return device;
}

/**
 * The interface of the VIP: the declared one, then the one that already has the VIP in its network, then the first
 * interface whose network contains the VIP, then the one that already has the VIP. For anycast it is lo.
 */
function placeOf(inputs: VirtualIpInputs, facts: Facts): string | undefined {
  const live = holders(inputs, facts).map(({ device }) => device);
  if (inputs.anycast) return inputs.interface ?? (inputs.adopt ? live[0] : undefined) ?? "lo";
  const near = interfacesTowards(facts.routes, inputs.address);
  const [kept] = inputs.adopt ? live : live.filter((device) => near.includes(device));
  return inputs.interface ?? kept ?? near[0] ?? live[0];
}

/** The live interface for the preview; a duplicate address is marked, because the kernel does not use the VIP then. */
function describe({ device, isDuplicate }: Holder): string {
  return isDuplicate ? `${device} (another machine has this address too)` : device;
}

/** The interfaces that have the VIP with the prefix with which we add it. */
function holders(inputs: VirtualIpInputs, facts: Facts): Holder[] {
  const prefix = hostPrefix(inputs.address);
  return holdersOf(facts.links, inputs.address).filter((holder) => holder.prefix === prefix);
}
