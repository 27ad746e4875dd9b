import * as pulumi from "@pulumi/pulumi";
import { familyOf, isLoopback, parseAddress } from "../provider/values/address";
import type { ClusterModel, DirectorModel } from "./clusterModel";
import type { ConnectionArgs } from "./connection";
import { isLater } from "./later";
import { refusal } from "./refusal";

const HIGHEST = 200;
const STEP = 10;

/** The Failover of each director, first that of the one that takes the VIPs last. */
export function failoverArgs({ directors, vips, failover }: ClusterModel) {
  const isActive = ({ args }: DirectorModel) => args.active === true;
  const ordered = [...directors.filter(isActive), ...directors.filter((one) => !isActive(one))];
  const addresses = ordered.map(addressOf);
  const each = ordered.map(({ name, args: { interface: device } }, index) => {
    const args = {
      ...{ ...failover, vips: vips.map((vip) => vip.address) },
      address: addresses[index] as pulumi.Input<string>,
      peers: addresses.filter((_, other) => other !== index),
      priority: Math.max(1, HIGHEST - STEP * index),
      ...(device !== undefined && { interface: device }),
    };
    return { name, args };
  });
  return each.reverse();
}

/** Refuses a failover that cannot be: with one director, or one whose address nobody says. */
export function refuseFailover(model: ClusterModel): void {
  const { failover, directors } = model;
  if (failover === undefined) {
    const stray = directors.find(({ args }) => args.address !== undefined);
    if (stray === undefined) return;
    throw refusal(
      `directors: ${stray.name} has an address, which only failover uses: give failover, or leave the address out`,
    );
  }
  const [only] = directors;
  if (only !== undefined && directors.length === 1)
    throw refusal(
      `failover needs two directors, and there is only ${only.name}: add another one, or leave failover out`,
    );
  if (failover.trackQuorum === true && !isChecked(model))
    throw refusal(
      "failover.trackQuorum is true, and no virtual service has a healthCheck, without which none loses its quorum: " +
        "give one, or leave trackQuorum out",
    );
  for (const { name, args } of directors) {
    const known = addressOf({ name, args });
    if (args.address !== undefined || isLater(known) || isUsable(known)) continue;
    throw refusal(
      `directors: ${name} is reached as ${known}, and failover needs the director's own address: ` +
        'give it, as in address: "192.0.2.2"',
    );
  }
}

function isChecked({ healthCheck, vips }: ClusterModel): boolean {
  const services = vips.flatMap((vip) => vip.services);
  return healthCheck !== undefined || services.some(({ args }) => args.healthCheck !== undefined);
}

/** What is known of the VIPs of a cluster, and of the addresses that advertisements leave from. */
interface Advertising {
  readonly vips: readonly { readonly address: string | undefined }[];
  readonly advertising: readonly (string | undefined)[];
}

/** Refuses VIPs of which advertisements could name none: they name one of the family that they are sent over. */
export function refuseUnadvertised({ vips, advertising }: Advertising): void {
  for (const own of advertising) {
    const isOther = ({ address }: Advertising["vips"][number]) =>
      own !== undefined && address !== undefined && familyOf(address) !== familyOf(own);
    if (vips.length === 0 || !vips.every(isOther)) continue;
    throw refusal(
      `failover: advertisements leave from ${own} and name a VIP of its family, and none of vips is: ` +
        "add one, or give the directors addresses of the other family",
    );
  }
}

function isUsable(address: string): boolean {
  return parseAddress(address) !== undefined && !isLoopback(address);
}

/** A director's own address: the one that is given, or the host of its connection. */
export function addressOf({
  args: { address, director, connection },
}: DirectorModel): pulumi.Input<string> {
  const reached = director?.connectionArgs ?? connection;
  if (address !== undefined) return address;
  if (!isLater(reached)) return reached?.host ?? "";
  return pulumi.output(reached as pulumi.Input<ConnectionArgs>).apply(({ host }) => host);
}
