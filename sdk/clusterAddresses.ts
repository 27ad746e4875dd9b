import * as pulumi from "@pulumi/pulumi";
import { type Family, familyOf } from "../provider/values/address";
import type { NamedAddress } from "./clusterArgs";
import type { RealServerModel } from "./clusterModel";
import { isLater } from "./later";
import { refusal } from "./refusal";

/**
 * The address of a real server for a VIP: of the family of the VIP, or for a tunnel of the other one. Where that
 * depends on an output, the choice is an output too.
 */
export function ripFor(
  { name, rips, forwardingMethod }: RealServerModel,
  vip: pulumi.Input<string>,
): pulumi.Input<string> {
  const isMaybeTunnel = forwardingMethod === "tun" || isLater(forwardingMethod);
  return chosen(rips, vip, (known, address) => {
    const rip = ofFamily(known, address) ?? (isMaybeTunnel ? known[0] : undefined);
    if (rip !== undefined) return rip;
    throw refusal(
      `realServers: ${name} has no rip of the family of the VIP ${address}: add one, as in rip: ["192.0.2.11", "2001:db8::11"]`,
    );
  });
}

/** A RIP and the DIP that its replies go through. */
export interface GatewayModel {
  /** What names it beside its real server: gateway-ipv4. */
  readonly name: string;
  readonly rip: pulumi.Input<string>;
  readonly dip: pulumi.Input<string>;
}

/** The gateways of a real server: for each DIP, the RIP of its family. */
export function gatewaysOf(
  { name, rips }: RealServerModel,
  dips: readonly NamedAddress[],
): GatewayModel[] {
  return dips.flatMap((dip) => {
    const possible = rips.filter((rip) => isMaybeOneFamily(rip, dip.address));
    if (possible.length === 0) return [];
    const rip = chosen(possible, dip.address, (known, address) => {
      const found = ofFamily(known, address);
      if (found !== undefined) return found;
      throw refusal(`realServers: ${name} has no rip of the family of the DIP ${address}: add one`);
    });
    return [{ name: dip.name === "" ? "gateway" : `gateway-${dip.name}`, rip, dip: dip.address }];
  });
}

/** Whether two addresses can be of one family; an address that is an output can be of each. */
export function isMaybeOneFamily(one: pulumi.Input<string>, other: pulumi.Input<string>): boolean {
  const [first, second] = [familyIfKnown(one), familyIfKnown(other)];
  return first === undefined || second === undefined || first === second;
}

function familyIfKnown(address: pulumi.Input<string>): Family | undefined {
  return isLater(address) ? undefined : familyOf(address);
}

function ofFamily(addresses: readonly string[], like: string): string | undefined {
  return addresses.find((address) => familyOf(address) === familyOf(like));
}

/**
 * Chooses one of the addresses for another address, now if that can be. A single one is taken whatever it is: the
 * resource that gets it says what is wrong with it.
 */
function chosen(
  addresses: readonly pulumi.Input<string>[],
  like: pulumi.Input<string>,
  choose: (known: readonly string[], like: string) => string,
): pulumi.Input<string> {
  const [only] = addresses;
  if (only !== undefined && addresses.length === 1) return only;
  const known = addresses.filter((address): address is string => !isLater(address));
  if (!isLater(like)) {
    if (known.length === addresses.length) return choose(known, like);
    const rip = ofFamily(known, like);
    if (rip !== undefined) return rip;
  }
  return pulumi.all([like, ...addresses]).apply(([address, ...all]) => choose(all, address ?? ""));
}
