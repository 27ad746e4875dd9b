import * as pulumi from "@pulumi/pulumi";
import { type Family, familyOf } from "../provider/values/address";
import type { NamedAddress } from "./clusterArgs";
import type { RealServerModel } from "./clusterModel";
import { isLater } from "./later";

/** A gateway: a RIP and the DIP for its replies. */
export interface GatewayModel {
  /** The name of the gateway without its real server, such as gateway-ipv4. */
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

/** Whether two addresses may be of the same family. An output may be of either family. */
export function isMaybeOneFamily(one: pulumi.Input<string>, other: pulumi.Input<string>): boolean {
  const [first, second] = [familyIfKnown(one), familyIfKnown(other)];
  return first === undefined || second === undefined || first === second;
}

/**
 * The first address of the same family as another address, such as a VIP. Without one, the result is the first address,
 * which is right for a tunnel and refused by the resources of other methods. The result is an output when the choice
 * depends on an output.
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
