import { canonicalAddress, familyOf } from "../provider/values/address";
import type { ClusterArgs, ClusterRealServerArgs } from "./clusterArgs";
import { directorNames, nameOf } from "./clusterNames";
import { Director } from "./director";
import { refusal } from "./refusal";

/** Refuses what can be seen to be wrong before any resource is declared. */
export function refuseUnusable(args: ClusterArgs): void {
  refuseDirectors(args);
  refuseServices(args);
  refuseRealServers(args);
  refuseDip(args);
}

function refuseDirectors({ directors }: ClusterArgs): void {
  const active = directors.filter((one) => !Director.isInstance(one) && one.active);
  if (active.length > 1) {
    throw refusal(
      `directors: ${active.length} directors are active, but on one network only one can hold a VIP: set active: true on one of them`,
    );
  }
  if (directors.length === 0) throw refusal("directors is []: give at least one director");
  const twice = firstTwice(directorNames(directors));
  if (twice !== undefined)
    throw refusal(
      `directors: ${twice} is there twice: name each director once, or give each a name of its own`,
    );
}

function refuseServices({ vips, services }: ClusterArgs): void {
  const twice = firstTwice(vips.map(canonicalAddress));
  if (twice !== undefined) throw refusal(`vips: ${twice} is there twice: name each VIP once`);
  const stray = services
    .flatMap((service) => service.vips ?? [])
    .find((vip) => !vips.includes(vip));
  if (stray !== undefined) {
    throw refusal(
      `services: ${stray} is not one of the cluster's vips: add it there, or leave it out`,
    );
  }
  for (const vip of vips) {
    const its = services.filter((service) => !service.vips || service.vips.includes(vip));
    const same = firstTwice(its.map(({ protocol = "tcp", port }) => `${protocol} port ${port}`));
    if (same !== undefined) {
      throw refusal(
        `services: ${same} of the VIP ${vip} is there twice: name each service of a VIP once`,
      );
    }
  }
}

function refuseRealServers({ realServers }: ClusterArgs): void {
  const rips = realServers.map(({ rip }) => [...new Set([rip].flat().map(canonicalAddress))]);
  const rip = firstTwice(rips.flat());
  if (rip !== undefined)
    throw refusal(`realServers: the rip ${rip} is there twice: name each real server once`);
  const name = firstTwice(realServers.map(nameOf));
  if (name !== undefined)
    throw refusal(`realServers: the name ${name} is there twice: give each one a name of its own`);
}

function refuseDip({ dip, forwardingMethod, vips, realServers }: ClusterArgs): void {
  const dips = [dip ?? []].flat();
  if (dips.length > 0 && (forwardingMethod === "dr" || forwardingMethod === "tun")) {
    throw refusal(
      `dip is ${dips.join(", ")}, but "${forwardingMethod}" has no use for it, since replies do not pass the director: ` +
        'leave it out, or use forwardingMethod "nat"',
    );
  }
  const rips = realServers.flatMap(({ rip }) => rip);
  for (const one of dips) {
    const family = familyOf(one);
    const its = dips.filter((other) => familyOf(other) === family);
    // None at all may be about to come.
    const isAmong = (addresses: readonly string[]) =>
      addresses.length === 0 || addresses.some((address) => familyOf(address) === family);
    const problem =
      (its.length > 1 &&
        `${its.join(" and ")} are both ${family}: give one address of each family at most`) ||
      (!isAmong(rips) &&
        `${one} is ${family}, and no real server has an ${family} rip: add one, or leave it out`) ||
      (!isAmong(vips) &&
        `${one} is ${family}, and no VIP is ${family}: add one to vips, or leave it out`);
    if (problem) throw refusal(`dip: ${problem}`);
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

function firstTwice(texts: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return texts.find((text) => seen.size === seen.add(text).size);
}
