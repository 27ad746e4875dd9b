import { familyOf, parseAddress } from "../provider/values/address";
import type { ClusterArgs, ClusterRealServerArgs } from "./clusterArgs";
import { Director } from "./director";
import { refusal } from "./refusal";

/** Refuses what can be seen to be wrong before any resource is declared. */
export function refuseUnusable({ directors, vips, services }: ClusterArgs): void {
  const active = directors.filter((one) => !Director.isInstance(one) && one.active);
  if (active.length > 1) {
    throw refusal(
      `directors: ${active.length} directors are active, but on one network only one can hold a VIP: set active: true on one of them`,
    );
  }
  if (directors.length === 0) throw refusal("directors is []: give at least one director");
  const twice = vips.find((vip, index) => vips.findIndex((one) => same(one, vip)) !== index);
  if (twice !== undefined) throw refusal(`vips: ${twice} is there twice: name each VIP once`);
  const stray = services
    .flatMap((service) => service.vips ?? [])
    .find((vip) => !vips.includes(vip));
  if (stray !== undefined) {
    throw refusal(
      `services: ${stray} is not one of the cluster's vips: add it there, or leave it out`,
    );
  }
}

/** The address of a real server for a VIP: of its family, or for a tunnel of the other one. */
export function ripFor(realServer: ClusterRealServerArgs, vip: string, method: string): string {
  const rips = [realServer.rip].flat();
  const rip =
    rips.find((one) => familyOf(one) === familyOf(vip)) ?? (method === "tun" ? rips[0] : undefined);
  // One address of the wrong family is refused by the virtual service, which says what to do.
  if (rip === undefined && rips[0] !== undefined && rips.length === 1) return rips[0];
  if (rip !== undefined) return rip;
  throw refusal(
    `realServers: ${nameOf(realServer)} has no rip of the family of the VIP ${vip}: add one, as in rip: ["192.0.2.11", "2001:db8::11"]`,
  );
}

function same(one: string, other: string): boolean {
  return (parseAddress(one)?.address ?? one) === (parseAddress(other)?.address ?? other);
}

/** What names a real server in the names of resources. */
export function nameOf(realServer: ClusterRealServerArgs): string {
  return realServer.name ?? String([realServer.rip].flat()[0]);
}
