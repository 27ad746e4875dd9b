import * as pulumi from "@pulumi/pulumi";
import { canonicalAddress, endpoint, familyOf } from "../provider/values/address";
import { canonicalHost } from "../provider/values/host";
import type { ConnectionArgs } from "./connection";
import { isLater } from "./later";
import { refusal } from "./refusal";

type Word = string | number | undefined;

interface Owner {
  readonly name: string;
  /** The host; undefined when the connection is an output. */
  readonly host?: string | undefined;
  /** How it shares a VIP with other directors: one has it at a time, or all. @default - it has the VIP alone */
  readonly shares?: "failover" | "anycast";
}

/** The owners in each program. A process may run several programs (Automation API). */
const programs = new WeakMap<object, Map<string, Owner>>();
const withoutEngine = {};

function ownersOfThisProgram(): Map<string, Owner> {
  const program = pulumi.runtime.getMonitor() ?? withoutEngine;
  const owners = programs.get(program) ?? new Map<string, Owner>();
  programs.set(program, owners);
  return owners;
}

/**
 * Refuses two resources of a program that own the same thing on a host, as soon as the values are known. `describe` gets
 * the values in canonical form.
 */
export function ownOnce(
  name: string,
  connection: pulumi.Input<ConnectionArgs>,
  values: readonly pulumi.Input<Word>[],
  describe: (...values: string[]) => string,
): void {
  const owners = ownersOfThisProgram();
  const host = pulumi.output(connection).apply(hostOf);
  pulumi.all([host, ...values]).apply(([where, ...known]) => {
    const thing = `${describe(...known.map(canonical))} on ${where}`;
    const owner = owners.get(thing);
    if (owner !== undefined) {
      throw refusal(
        `"${owner.name}" and "${name}" both declare the ${thing}: declare it in one of them only`,
      );
    }
    owners.set(thing, { name });
  });
}

/**
 * Refuses two resources of a program that have the same VIP on any directors, as soon as the address is known. The
 * directors are not compared, because their hosts may be unknown until the update.
 */
export function holdOnce(
  name: string,
  connection: pulumi.Input<ConnectionArgs>,
  address: pulumi.Input<string>,
): void {
  const owners = ownersOfThisProgram();
  const host = declaredHost(connection);
  pulumi.output(address).apply((known) => {
    const vip = canonical(known);
    const holder = owners.get(`VIP ${vip}`);
    if (holder?.shares) throw refusal(heldAndShared(vip, { name }, holder));
    if (holder !== undefined) throw refusal(heldTwice(vip, holder, { name, host }));
    owners.set(`VIP ${vip}`, { name, host });
  });
}

/**
 * Notes that several directors share VIPs, of which one has them at a time, and refuses a VIP that another resource has
 * otherwise, or one that a director shares twice.
 */
export function shareBetweenDirectors(
  name: string,
  connection: pulumi.Input<ConnectionArgs>,
  vips: pulumi.Input<readonly string[]>,
): void {
  share({ name, shares: "failover" }, connection, vips);
}

/** Notes that a director has a VIP that others have too (anycast), and refuses what `shareBetweenDirectors` refuses. */
export function holdTogether(
  name: string,
  connection: pulumi.Input<ConnectionArgs>,
  address: pulumi.Input<string>,
): void {
  share({ name, shares: "anycast" }, connection, [address]);
}

function share(
  sharer: Owner,
  connection: pulumi.Input<ConnectionArgs>,
  vips: pulumi.Input<readonly pulumi.Input<string>[]>,
): void {
  const { name } = sharer;
  const owners = ownersOfThisProgram();
  const host = pulumi.output(connection).apply(hostOf);
  pulumi.all([host, vips]).apply(([where, known]) => {
    for (const vip of new Set(known.map(canonical))) {
      const [holder, other] = [owners.get(`VIP ${vip}`), owners.get(`VIP ${vip} of ${where}`)];
      if (holder !== undefined && holder.shares !== sharer.shares)
        throw refusal(heldAndShared(vip, holder, sharer));
      if (other !== undefined) throw refusal(heldTwice(vip, other, { name, host: where }));
      owners.set(`VIP ${vip}`, sharer);
      owners.set(`VIP ${vip} of ${where}`, { name, host: where });
    }
  });
}

const RESOURCES = {
  ...{ alone: "a VirtualIp", anycast: "an anycast VirtualIp", failover: "a Failover" },
} as const;

function heldAndShared(vip: string, one: Owner, other: Owner): string {
  const [first, second] = [one, other].map(({ shares }) => RESOURCES[shares ?? "alone"]);
  return (
    `"${one.name}" and "${other.name}" both declare the VIP ${vip}, the first as ${first} and the second as ${second}: ` +
    "declare it in one of them only, since both would add and remove it"
  );
}

function heldTwice(vip: string, one: Owner, other: Owner): string {
  const both = `"${one.name}" and "${other.name}" both declare the VIP ${vip}`;
  const isKnown = one.host !== undefined && other.host !== undefined;
  if (isKnown && one.host === other.host)
    return `${both} on ${one.host}: declare it in one of them only`;
  const where = isKnown ? `, on ${one.host} and on ${other.host}` : "";
  const asked = familyOf(vip) === "ipv6" ? "neighbour solicitations" : "ARP";
  return (
    `${both}${where}: declare the address in one of them only, since two directors would both answer ${asked} for it ` +
    "(a Cluster of both has one hold its vips; a network of its own needs a stack of its own)"
  );
}

/** An endpoint in ipvsadm's notation. */
export function endpointName(address = "", port = ""): string {
  return endpoint(address, Number(port));
}

/** A virtual service in ipvsadm's notation: tcp 192.0.2.80:80. */
export function serviceName(protocol = "", vip = "", port = ""): string {
  return `${protocol} ${endpointName(vip, port)}`;
}

function hostOf({ host, port, proxy }: pulumi.Unwrap<ConnectionArgs>): string {
  return placeName(host, port, proxy && hostOf(proxy));
}

function placeName(host: string, port = 22, through?: string): string {
  const known = canonicalHost(String(host));
  const name = port === 22 ? known : `${known}:${port}`;
  return through === undefined ? name : `${name} (through ${through})`;
}

/** The host of a connection; undefined when the host is an output. */
export function declaredHost(connection: pulumi.Input<ConnectionArgs>): string | undefined {
  if (isLater(connection)) return undefined;
  const { host, port, proxy } = connection;
  if (isLater(host) || isLater(port)) return undefined;
  if (proxy === undefined) return placeName(host, port);
  const through = declaredHost(proxy);
  return through && placeName(host, port, through);
}

function canonical(value: Word): string {
  return canonicalAddress(String(value));
}
