import { holdersOf } from "../../network/interfaces";
import { parseEndpoint } from "../../values/address";
import type { DeclaredResource } from "./declared";
import { driftOf, NOT_DECLARED } from "./drift";
import { isDirector, isOnMachine, type LookedAt, machineNames, snapshotOf } from "./looked";
import { byName } from "./names";
import { type DeclaredService, declaredServices, serviceView } from "./services";
import { thingView } from "./things";
import type { DirectorView, Drift, VipView } from "./view";

/** Kinds of resources that have a place of their own below a director. */
const PLACED = new Set(["Director", "VirtualIp", "VirtualService", "RealServer"]);

/** One director of a cluster, with the resources that the cluster has there. */
export function directorView(
  host: LookedAt,
  resources: readonly DeclaredResource[],
  hosts: readonly LookedAt[],
): DirectorView {
  const services = new Map<string, DeclaredService[]>();
  for (const service of declaredServices(resources).values()) {
    const known = services.get(vipOf(service)) ?? [];
    known.push(service);
    services.set(vipOf(service), known);
  }
  const vips = resources.filter(({ kind }) => kind === "VirtualIp").map(addressOf);
  const addresses = byName([...vips, ...services.keys()]);
  const nameOfMachine = machineNames(hosts);
  const things = resources.filter((one) => !PLACED.has(one.kind) && !isOnMachine(one));
  return {
    host: host.declared.host,
    drift: resourceDrift(host, ({ kind }) => kind === "Director"),
    things: things.map((thing) => thingView(thing, host)),
    vips: addresses.map((address) => ({
      ...vipView(address, host, hosts),
      services: (services.get(address) ?? []).map((service) =>
        serviceView(service, snapshotOf(host), nameOfMachine),
      ),
    })),
  };
}

function vipView(
  address: string,
  host: LookedAt,
  hosts: readonly LookedAt[],
): Omit<VipView, "services"> {
  const directors = hosts.filter(({ declared }) => isDirector(declared.resources));
  return {
    address,
    holders: directors.flatMap((director) => holdersAt(director, address)),
    areHoldersKnown: directors.every((director) => snapshotOf(director) !== undefined),
    drift: vipDrift(address, host, directors),
  };
}

function holdersAt(host: LookedAt, address: string): VipView["holders"] {
  const links = snapshotOf(host)?.facts.links;
  const holders = links ? holdersOf(links, address) : [];
  return holders
    .filter(({ device }) => !isHidden(host, address, device))
    .map(({ device }) => ({ host: host.declared.host, interface: device }));
}

/** A director can be a real server of the same VIP too, and then has the VIP where nobody asks for it. */
function isHidden({ declared }: LookedAt, address: string, device: string): boolean {
  const isPrepared = declared.resources.some(
    (one) => isOnMachine(one) && one.inputs.vip === address,
  );
  return isPrepared && (device === "lo" || device.startsWith("lvs"));
}

/** A VIP belongs to the director that declares it, and to no other one. One that nobody declares is not ours to judge. */
function vipDrift(address: string, host: LookedAt, directors: readonly LookedAt[]): Drift[] {
  const isVip = (one: DeclaredResource) => one.kind === "VirtualIp" && addressOf(one) === address;
  const declares = ({ declared }: LookedAt) => declared.resources.some(isVip);
  const intruders = directors.filter((one) => !declares(one) && holdersAt(one, address).length > 0);
  if (declares(host)) {
    const others = intruders.map(({ declared }) => declared.host).join(", ");
    const alsoHeld: Drift = { attribute: "also held by", declared: "nobody", live: others };
    return [...resourceDrift(host, isVip), ...(others === "" ? [] : [alsoHeld])];
  }
  return directors.some(declares) && intruders.includes(host) ? [NOT_DECLARED] : [];
}

function resourceDrift(host: LookedAt, isMeant: (one: DeclaredResource) => boolean): Drift[] {
  const snapshot = snapshotOf(host);
  if (!snapshot) return [];
  return host.declared.resources.filter(isMeant).flatMap((one) => driftOf(one, snapshot));
}

function addressOf({ inputs }: DeclaredResource): string {
  return String(inputs.address);
}

/** The VIP of a virtual service by its name: `tcp 192.0.2.80:80`. */
function vipOf({ name }: DeclaredService): string {
  const [, where = ""] = name.split(" ");
  return parseEndpoint(where)?.address ?? where;
}
