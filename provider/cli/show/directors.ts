import { holdersOf } from "../../network/interfaces";
import { parseEndpoint } from "../../values/address";
import type { DeclaredResource } from "./declared";
import { driftOf, NOT_DECLARED } from "./drift";
import { sortNames } from "./names";
import {
  isDirector,
  isOnMachine,
  machineNames,
  type ObservedHost,
  snapshotOf,
} from "./observedHost";
import { type DeclaredService, declaredServices, serviceView } from "./services";
import { thingView } from "./things";
import type { DirectorView, Drift, VipView } from "./view";

/** The kinds of resources with their own place in the tree below a director. */
const PLACED = new Set(["Director", "VirtualIp", "VirtualService", "RealServer"]);

/** Makes the view of a director from the resources that a cluster has there. */
export function directorView(
  host: ObservedHost,
  resources: readonly DeclaredResource[],
  hosts: readonly ObservedHost[],
): DirectorView {
  const services = new Map<string, DeclaredService[]>();
  for (const service of declaredServices(resources).values()) {
    const onVip = services.get(vipOf(service)) ?? [];
    onVip.push(service);
    services.set(vipOf(service), onVip);
  }
  const vips = resources.filter(({ kind }) => kind === "VirtualIp").map(addressOf);
  const addresses = sortNames([...vips, ...services.keys()]);
  const nameOfMachine = machineNames(hosts);
  const things = resources.filter(
    (resource) => !PLACED.has(resource.kind) && !isOnMachine(resource),
  );
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
  host: ObservedHost,
  hosts: readonly ObservedHost[],
): Omit<VipView, "services"> {
  const directors = hosts.filter(({ declared }) => isDirector(declared.resources));
  return {
    address,
    holders: directors.flatMap((director) => holdersAt(director, address)),
    areHoldersKnown: directors.every((director) => snapshotOf(director) !== undefined),
    drift: vipDrift(address, host, directors),
  };
}

function holdersAt(host: ObservedHost, address: string): VipView["holders"] {
  const links = snapshotOf(host)?.facts.links;
  const holders = links ? holdersOf(links, address) : [];
  return holders
    .filter(({ device }) => !isHidden(host, address, device))
    .map(({ device }) => ({ host: host.declared.host, interface: device }));
}

/** Whether a director has the VIP hidden from ARP, because the director is a real server of the same VIP too. */
function isHidden({ declared }: ObservedHost, address: string, device: string): boolean {
  const isRealServer = declared.resources.some(
    (resource) => isOnMachine(resource) && resource.inputs.vip === address,
  );
  return isRealServer && (device === "lo" || device.startsWith("lvs"));
}

/** The drift of a VIP: only the director that declares the VIP may have it. An undeclared VIP has no drift. */
function vipDrift(
  address: string,
  host: ObservedHost,
  directors: readonly ObservedHost[],
): Drift[] {
  const isVip = (resource: DeclaredResource) =>
    resource.kind === "VirtualIp" && addressOf(resource) === address;
  const declares = ({ declared }: ObservedHost) => declared.resources.some(isVip);
  const intruders = directors.filter(
    (director) => !declares(director) && holdersAt(director, address).length > 0,
  );
  if (declares(host)) {
    const names = intruders.map(({ declared }) => declared.host).join(", ");
    const alsoHeld: Drift = { attribute: "also held by", declared: "nobody", live: names };
    return [...resourceDrift(host, isVip), ...(names === "" ? [] : [alsoHeld])];
  }
  return directors.some(declares) && intruders.includes(host) ? [NOT_DECLARED] : [];
}

function resourceDrift(
  host: ObservedHost,
  isIncluded: (resource: DeclaredResource) => boolean,
): Drift[] {
  const snapshot = snapshotOf(host);
  if (!snapshot) return [];
  const resources = host.declared.resources.filter(isIncluded);
  return resources.flatMap((resource) => driftOf(resource, snapshot));
}

function addressOf({ inputs }: DeclaredResource): string {
  return String(inputs.address);
}

/** The VIP in the name of a virtual service (`tcp 192.0.2.80:80`). */
function vipOf({ name }: DeclaredService): string {
  const [, where = ""] = name.split(" ");
  return parseEndpoint(where)?.address ?? where;
}
