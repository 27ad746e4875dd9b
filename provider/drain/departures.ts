import {
  type EndpointKey,
  type IpvsTable,
  parseServiceKey,
  type VirtualService,
} from "../ipvs/model";
import { renderService } from "../ipvs/render";
import { readValue } from "../ipvs/virtualServicePart";
import { isClaimedBy, type Journal, type Owner, othersOf, stackOf } from "../journal/journal";
import { type Part, partKey } from "../values/part";
import { declaredService, isDraining } from "./declared";

/** A virtual service that loses real servers. */
export interface Departure {
  readonly key: EndpointKey;
  readonly live: VirtualService;
  /** The real servers to remove, by their key texts (`10.0.0.5:80`). */
  readonly leaving: readonly string[];
  /** The virtual service after the removal; undefined when the virtual service is removed too. */
  readonly afterwards: VirtualService | undefined;
}

/** The departures by the names of their virtual services (`tcp 192.0.2.80:80`). */
export type Departures = Readonly<Record<string, Departure>>;

/** A resource, and the journal with its claims on the host. */
interface OwnerClaims {
  readonly owner: Owner;
  readonly journal: Journal;
}

const SERVICE = "virtualService ";
const REAL_SERVER = "realServer ";

/**
 * The virtual services that lose real servers when an owner keeps exactly the declared parts and releases its other
 * claims. The function reads the IPVS table only when the owner claims virtual services or real servers.
 */
export function departuresOf(
  declared: readonly Part[],
  { owner, journal }: OwnerClaims,
  facts: { readonly ipvs: IpvsTable },
): Departures {
  const services = declared.filter(({ type }) => type === "virtualService");
  const kept = new Set(declared.map(partKey));
  const released = Object.entries(journal).filter(([key, entry]) => {
    if (!key.startsWith(SERVICE) && !key.startsWith(REAL_SERVER)) return false;
    if (!isClaimedBy(entry, owner) || othersOf(entry, owner).length > 0) return false;
    return !kept.has(key);
  });
  return withoutEmpty([
    ...services.map(({ id, value }) => serviceDeparture(id, value, facts.ipvs)),
    ...released.map(([key, { before }]) => {
      if (key.startsWith(SERVICE))
        return serviceDeparture(key.slice(SERVICE.length), before, facts.ipvs);
      if (before !== null) return undefined;
      return realServerDeparture(key.slice(REAL_SERVER.length), journal, facts.ipvs);
    }),
  ]);
}

/** The stack's virtual services on a VIP that is removed. They stay on the director, and all their connections end. */
export function departuresFrom(
  vip: string,
  { owner, journal }: OwnerClaims,
  table: IpvsTable,
): Departures {
  // A virtual service with health checks is not drained: its weight 0 means either quiesced or down, and nobody could
  // tell afterwards which weights to restore.
  const drains = (name: string) => {
    const entry = journal[SERVICE + name];
    if (!entry || readValue(entry.value).healthCheck !== undefined) return false;
    return entry.claims.some(({ urn }) => stackOf(urn) === stackOf(owner.urn));
  };
  const departures = Object.entries(table).map(([name, live]): DepartureEntry => {
    const { key } = live;
    if (key.kind !== "endpoint" || key.vip !== vip || !drains(name)) return undefined;
    const leaving = Object.keys(live.realServers);
    return [name, { key, live, leaving, afterwards: declaredService(name, live, journal) }];
  });
  return withoutEmpty(departures);
}

/** The virtual services that are removed with an owner, or that lose their VIP with the owner. */
export function servicesGoing(
  owner: Owner,
  journal: Journal,
  vip: string | undefined,
): EndpointKey[] {
  const names = Object.entries(journal).filter(([key, entry]) => {
    if (!key.startsWith(SERVICE)) return false;
    if (vip === undefined) return isClaimedBy(entry, owner);
    return entry.claims.some(({ urn }) => stackOf(urn) === stackOf(owner.urn));
  });
  const keys = names.map(([key]) => parseServiceKey(key.slice(SERVICE.length)));
  return keys.filter(
    (key) => key !== undefined && (vip === undefined || key.vip === vip),
  ) as EndpointKey[];
}

type DepartureEntry = readonly [name: string, departure: Departure] | undefined;

function withoutEmpty(entries: readonly DepartureEntry[]): Departures {
  const departures = entries.filter((entry) => entry !== undefined && entry[1].leaving.length > 0);
  return Object.fromEntries(departures as Exclude<DepartureEntry, undefined>[]);
}

/** The departure of a virtual service that changes to a value, or is removed when the value is null. */
function serviceDeparture(name: string, value: string | null, table: IpvsTable): DepartureEntry {
  const live = table[name];
  if (live?.key.kind !== "endpoint") return undefined;
  const { key } = live;
  const all = Object.keys(live.realServers);
  if (value === null) return [name, { key, live, leaving: all, afterwards: undefined }];
  if (value === renderService(live)) return undefined;
  const { service, managesRealServers } = readValue(value);
  if (!managesRealServers) return undefined;
  const leaving = all.filter((realServer) => !Object.hasOwn(service.realServers, realServer));
  return [name, { key, live, leaving, afterwards: service }];
}

/** The departure of a real server that is a part of its own, unless its virtual service declares it too. */
function realServerDeparture(id: string, journal: Journal, table: IpvsTable): DepartureEntry {
  const [name = "", realServer = ""] = id.split(" -> ");
  const live = table[name];
  const outer = journal[SERVICE + name];
  const isKept = outer && Object.hasOwn(readValue(outer.value).service.realServers, realServer);
  if (live?.key.kind !== "endpoint" || !live.realServers[realServer] || isKept) return undefined;
  const { [realServer]: _leaving, ...realServers } = live.realServers;
  const remaining = { ...live, realServers };
  // Another real server that drains still needs the fallback flag of the scheduler.
  const isLast = !isDraining(name, remaining, journal);
  const config = (isLast && outer && readValue(outer.value).service.config) || live.config;
  const afterwards = { ...remaining, config };
  return [name, { key: live.key, live, leaving: [realServer], afterwards }];
}
