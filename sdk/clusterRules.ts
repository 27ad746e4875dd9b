import * as pulumi from "@pulumi/pulumi";
import { canonicalAddress, familyOf } from "../provider/values/address";
import type { ClusterModel } from "./clusterModel";
import { hasLater, type KnownPart, knownPart } from "./later";
import { refusal } from "./refusal";

/**
 * Refuses what is wrong with a cluster as a whole, before any resource is declared. Rules about outputs run when all of
 * these are known; what is wrong with one resource alone, its check says.
 */
export function refuseUnusable(model: ClusterModel): void {
  refuseDirectors(model);
  const values = valuesOf(model);
  refuseValues(knownPart(values));
  refuseNames(model);
  if (hasLater(values)) pulumi.output(values).apply((known) => refuseValues(known as Values));
}

function refuseDirectors({ directors }: ClusterModel): void {
  const active = directors.filter(({ args }) => args.active);
  if (active.length > 1) {
    throw refusal(
      `directors: ${active.length} directors are active, but on one network only one can hold a VIP: set active: true on one of them`,
    );
  }
  if (directors.length === 0) throw refusal("directors is []: give at least one director");
  const twice = firstTwice(directors.map((director) => director.name));
  if (twice !== undefined)
    throw refusal(
      `directors: ${twice} is there twice: name each director once, or give each a name of its own`,
    );
}

function refuseNames({ vips, dips, services, realServers }: ClusterModel): void {
  const serviceNames = services.flatMap(({ places }) => places);
  const all = { vips, dip: dips, services: serviceNames, realServers };
  for (const [argument, named] of Object.entries(all)) {
    const name = firstTwice(named.map((one) => one.name));
    if (name !== undefined)
      throw refusal(
        `${argument}: the name ${name} is there twice: give each one a name of its own`,
      );
  }
}

/** What the rules look at of the values of a cluster. */
function valuesOf({ vips, dips, services, realServers, forwardingMethod }: ClusterModel) {
  return {
    forwardingMethod,
    vips: vips.map((vip) => vip.address),
    dips: dips.map((dip) => dip.address),
    services: services.map(({ args: { port }, protocol, places }) => {
      return { port, protocol, vips: places.map(({ vip }) => vip.name) };
    }),
    realServers: realServers.map(({ rips, forwardingMethod }) => ({ rips, forwardingMethod })),
  };
}

/** The values of a cluster; undefined is not known yet. */
type Values = KnownPart<ReturnType<typeof valuesOf>>;

function refuseValues(values: Values): void {
  refuseVips(values);
  refuseServices(values);
  refuseRealServers(values);
  refuseDips(values);
}

function refuseVips({ vips }: Values): void {
  const twice = firstTwice(knownOf(vips).map(canonicalAddress));
  if (twice !== undefined) throw refusal(`vips: ${twice} is there twice: name each VIP once`);
}

function refuseServices({ services }: Values): void {
  const endpoints = services.flatMap(({ protocol, port, vips }) =>
    protocol === undefined || port === undefined
      ? []
      : vips.map((vip) => `${protocol} port ${port} of the VIP ${vip}`),
  );
  const same = firstTwice(endpoints);
  if (same !== undefined)
    throw refusal(`services: ${same} is there twice: name each service of a VIP once`);
}

function refuseRealServers({ realServers }: Values): void {
  const rips = realServers.map(({ rips }) => [...new Set(knownOf(rips).map(canonicalAddress))]);
  const rip = firstTwice(rips.flat());
  if (rip !== undefined)
    throw refusal(`realServers: the rip ${rip} is there twice: name each real server once`);
}

function refuseDips(values: Values): void {
  refuseUselessDips(values);
  const { dips, vips, realServers } = values;
  const rips = realServers.flatMap((realServer) => realServer.rips);
  for (const dip of knownOf(dips)) {
    const family = familyOf(dip);
    const ofFamily = knownOf(dips).filter((other) => familyOf(other) === family);
    // None at all may be about to come, and one that is not known yet may be of this family.
    const isAmong = (addresses: readonly (string | undefined)[]) =>
      addresses.length === 0 ||
      addresses.some((address) => address === undefined || familyOf(address) === family);
    const problem =
      (ofFamily.length > 1 &&
        `${ofFamily.join(" and ")} are both ${family}: give one address of each family at most`) ||
      (!isAmong(rips) &&
        `${dip} is ${family}, and no real server has an ${family} rip: add one, or leave it out`) ||
      (!isAmong(vips) &&
        `${dip} is ${family}, and no VIP is ${family}: add one to vips, or leave it out`);
    if (problem) throw refusal(`dip: ${problem}`);
  }
}

function refuseUselessDips({ dips, realServers, forwardingMethod }: Values): void {
  const methods = [forwardingMethod, ...realServers.map((one) => one.forwardingMethod)];
  const isUseless = methods.every((method) => method === "dr" || method === "tun");
  if (dips.length === 0 || !isUseless) return;
  throw refusal(
    `dip is ${knownOf(dips).join(", ") || "given"}, but "${forwardingMethod}" has no use for it, since replies do not ` +
      'pass the director: leave it out, or use forwardingMethod "nat"',
  );
}

function knownOf(addresses: readonly (string | undefined)[]): string[] {
  return addresses.filter((address) => address !== undefined);
}

function firstTwice(texts: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return texts.find((text) => seen.size === seen.add(text).size);
}
