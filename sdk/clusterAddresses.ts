import * as pulumi from "@pulumi/pulumi";
import { type Family, familyOf } from "../provider/values/address";
import type { NamedAddress } from "./clusterArgs";
import type { RealServerModel } from "./clusterModel";
import { isLater } from "./later";

/** A RIP and the DIP that its replies go through. */
export interface GatewayModel {
  /** Its name after that of its real server, such as gateway-ipv4. */
  readonly name: string;
  readonly rip: pulumi.Input<string>;
  readonly dip: pulumi.Input<string>;
}

/** The gateways of a real server: for each DIP, the RIP of its family. */
export function gatewaysOf(
  { rips }: RealServerModel,
  dips: readonly NamedAddress[],
): GatewayModel[] {
  return dips.flatMap(({ name, address }) => {
    const possible = rips.filter((rip) => isMaybeOneFamily(rip, address));
    if (possible.length === 0) return [];
    const rip = addressLike(possible, address);
    return [{ name: name === "" ? "gateway" : `gateway-${name}`, rip, dip: address }];
  });
}

/** Whether two addresses can be of one family; an output can be of either. */
export function isMaybeOneFamily(one: pulumi.Input<string>, other: pulumi.Input<string>): boolean {
  const [first, second] = [familyIfKnown(one), familyIfKnown(other)];
  return first === undefined || second === undefined || first === second;
}

/**
 * The first of the addresses that is of the family of another address, such as a VIP. Without any it is the first
 * address: right for a tunnel, and refused by what gets it for other methods. It is an output where it depends on one.
 */
export function addressLike(
  addresses: readonly pulumi.Input<string>[],
  other: pulumi.Input<string>,
): pulumi.Input<string> {
  const isAlike = (address: pulumi.Input<string>) =>
    !isLater(address) && !isLater(other) && familyOf(address) === familyOf(other);
  const [first = ""] = addresses;
  const alike = addresses.find(isAlike);
  if (alike !== undefined || addresses.length === 1) return alike ?? first;
  if (![other, ...addresses].some(isLater)) return first;
  return pulumi.all([other, ...addresses]).apply(([known, ...all]) => {
    return (
      all.find((address) => familyOf(address) === familyOf(known as string)) ?? (all[0] as string)
    );
  });
}

function familyIfKnown(address: pulumi.Input<string>): Family | undefined {
  return isLater(address) ? undefined : familyOf(address);
}
