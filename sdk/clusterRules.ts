import * as pulumi from "@pulumi/pulumi";
import { canonicalAddress, familyOf } from "../provider/values/address";
import { refuseAnycast, refuseAnycastNat } from "./clusterAnycast";
import { addressOf, refuseFailover, refuseUnadvertised } from "./clusterFailover";
import { refuseLocalRealServers } from "./clusterLocal";
import type { ClusterModel, RealServerModel } from "./clusterModel";
import { hasLater, type KnownPart, knownPart } from "./later";
import { refusal } from "./refusal";

/**
 * Refuses a cluster with contradictory arguments, before any resource is declared. Rules about outputs run when all
 * outputs are known. Problems of a single resource are left to its check.
 */
export function refuseUnusable(model: ClusterModel): void {
  refuseDirectors(model);
  refuseFailover(model);
  refuseAnycast(model);
  refuseLocalRealServers(model);
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
  const given = directors.find(({ args }) => args.director && args.exclusive !== undefined);
  if (given !== undefined)
    throw refusal(
      `directors: ${given.name} has exclusive and a director of the program: set exclusive on that Director`,
    );
  const twice = firstTwice(directors.map((director) => director.name));
  if (twice !== undefined)
    throw refusal(
      `directors: ${twice} is there twice: name each director once, or give each a name of its own`,
    );
}

function refuseNames({ vips, dips, realServers }: ClusterModel): void {
  const all = { vips, services: vips.flatMap((vip) => vip.services), realServers, dip: dips };
  for (const [argument, named] of Object.entries(all)) {
    const name = firstTwice(named.map((one) => one.name));
    if (name !== undefined)
      throw refusal(
        `${argument}: the name ${name} is there twice: give each one a name of its own`,
      );
  }
}

/** The values of a cluster that the rules read. */
function valuesOf(model: ClusterModel) {
  const { forwardingMethod, vips, realServers, dips, failover, anycast, directors } = model;
  const realServerOf = (one: RealServerModel) => {
    return { name: one.name, rips: one.rips, forwardingMethod: one.forwardingMethod };
  };
  return {
    forwardingMethod,
    vips: vips.map(({ name, address, services, realServers: prepared }) => ({
      ...{ name, address, realServers: prepared.map(realServerOf) },
      services: services.map(({ protocol, args }) => ({ protocol, port: args.port })),
    })),
    realServers: realServers.map(realServerOf),
    dips: dips.map((dip) => dip.address),
    anycast,
    syncConnections: failover && (failover.syncConnections ?? true),
    advertising: failover ? directors.map(addressOf) : [],
  };
}

/** The values of a cluster, with undefined for an unknown value. */
type Values = KnownPart<ReturnType<typeof valuesOf>>;
type Vip = Values["vips"][number];
type RealServer = Values["realServers"][number];

function refuseValues(values: Values): void {
  refuseVips(values);
  refuseServices(values);
  refuseRealServers(values);
  refuseDips(values);
  refuseMixedSync(values);
  refuseUnadvertised(values);
  refuseAnycastNat(values);
}

function refuseVips({ vips }: Values): void {
  const twice = firstTwice(knownOf(vips.map((vip) => vip.address)).map(canonicalAddress));
  if (twice !== undefined) throw refusal(`vips: ${twice} is there twice: name each VIP once`);
}

function refuseServices({ vips }: Values): void {
  for (const { name, services } of vips) {
    const same = firstTwice(
      services.flatMap(({ protocol, port }) =>
        protocol === undefined || port === undefined ? [] : [`${protocol} port ${port}`],
      ),
    );
    if (same !== undefined)
      throw refusal(
        `services: ${same} of the VIP ${name} is there twice: name each service of a VIP once`,
      );
  }
}

function refuseRealServers({ vips, realServers }: Values): void {
  const rips = realServers.map(({ rips }) => [...new Set(knownOf(rips).map(canonicalAddress))]);
  const rip = firstTwice(rips.flat());
  if (rip !== undefined)
    throw refusal(`realServers: the rip ${rip} is there twice: name each real server once`);
  for (const vip of vips) for (const realServer of vip.realServers) refuseFamily(realServer, vip);
}

/** Refuses a real server with several addresses, none of the VIP's family. A single address is left to the checks. */
function refuseFamily({ name, rips, forwardingMethod }: RealServer, { address }: Vip): void {
  if (rips.length === 1 || address === undefined || forwardingMethod === undefined) return;
  const isFine = (rip: string | undefined) =>
    rip === undefined || familyOf(rip) === familyOf(address) || forwardingMethod === "tun";
  if (rips.some(isFine)) return;
  throw refusal(
    `realServers: ${name} has no rip of the family of the VIP ${address}: add one, as in rip: ["192.0.2.11", "2001:db8::11"]`,
  );
}

function refuseDips(values: Values): void {
  refuseUselessDips(values);
  const { dips, realServers } = values;
  const vips = values.vips.map((vip) => vip.address);
  const rips = realServers.flatMap((realServer) => realServer.rips);
  for (const dip of knownOf(dips)) {
    const family = familyOf(dip);
    const ofFamily = knownOf(dips).filter((other) => familyOf(other) === family);
    // An empty list may be filled later, and an unknown address may be of this family.
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

/** The kernel refuses a destination of the other family while it synchronises (ip_vs_ctl.c, ip_vs_add_dest). */
function refuseMixedSync({ vips, syncConnections }: Values): void {
  if (syncConnections !== true) return;
  for (const { address, realServers } of vips) {
    const isOther = (rip: string | undefined) =>
      rip !== undefined && address !== undefined && familyOf(rip) !== familyOf(address);
    const other = realServers.find(({ rips }) => rips.length > 0 && rips.every(isOther));
    if (other === undefined) continue;
    throw refusal(
      `failover: connections to ${other.name} go through a tunnel of the other family than the VIP ${address}, which ` +
        "the kernel does not synchronise: set syncConnections: false, or give it a rip of the family of the VIP",
    );
  }
}

function knownOf(addresses: readonly (string | undefined)[]): string[] {
  return addresses.filter((address) => address !== undefined);
}

function firstTwice(texts: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return texts.find((text) => seen.size === seen.add(text).size);
}
