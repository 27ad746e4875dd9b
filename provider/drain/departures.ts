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
  /** The real servers that it loses, by their key texts (`10.0.0.5:80`). */
  readonly leaving: readonly string[];
  /** What it is afterwards; undefined where it goes with all its real servers. */
  readonly afterwards: VirtualService | undefined;
}

/** The departures by the names of their virtual services (`tcp 192.0.2.80:80`). */
export type Departures = Readonly<Record<string, Departure>>;

/** What an owner claims on a host. */
interface Claims {
  readonly owner: Owner;
  readonly journal: Journal;
}

const SERVICE = "virtualService ";
const REAL_SERVER = "realServer ";

/**
 * The virtual services that lose real servers when an owner has exactly these parts, and nothing else of before. The
 * table is looked at only where it has some.
 */
export function departuresOf(
  wanted: readonly Part[],
  { owner, journal }: Claims,
  facts: { readonly ipvs: IpvsTable },
): Departures {
  const services = wanted.filter(({ type }) => type === "virtualService");
  const keep = new Set(wanted.map(partKey));
  const released = Object.entries(journal).filter(([key, entry]) => {
    if (!key.startsWith(SERVICE) && !key.startsWith(REAL_SERVER)) return false;
    if (!isClaimedBy(entry, owner) || othersOf(entry, owner).length > 0) return false;
    return !keep.has(key);
  });
  const found = [
    ...services.map(({ id, value }) => ofService(id, value, facts.ipvs)),
    ...released.map(([key, { before }]) => {
      if (key.startsWith(SERVICE)) return ofService(key.slice(SERVICE.length), before, facts.ipvs);
      if (before !== null) return undefined;
      return ofRealServer(key.slice(REAL_SERVER.length), journal, facts.ipvs);
    }),
  ];
  return byName(found);
}

/** The virtual services on a VIP that goes from its director: those of the stack, which stay without connections. */
export function departuresFrom(
  vip: string,
  { owner, journal }: Claims,
  table: IpvsTable,
): Departures {
  // What is checked keeps its weights: who was quiesced, and who was down, could not be told apart afterwards.
  const isOurs = (name: string) => {
    const entry = journal[SERVICE + name];
    if (!entry || readValue(entry.value).healthCheck !== undefined) return false;
    return entry.claims.some((one) => stackOf(one.urn) === stackOf(owner.urn));
  };
  const found = Object.entries(table).map(([name, live]): Named => {
    const { key } = live;
    if (key.kind !== "endpoint" || key.vip !== vip || !isOurs(name)) return undefined;
    const leaving = Object.keys(live.realServers);
    return [name, { key, live, leaving, afterwards: declaredService(name, live, journal) }];
  });
  return byName(found);
}

/** The virtual services that go with an owner, or that lose their VIP with it. */
export function servicesGoing(
  owner: Owner,
  journal: Journal,
  vip: string | undefined,
): EndpointKey[] {
  const names = Object.entries(journal).filter(([key, entry]) => {
    if (!key.startsWith(SERVICE)) return false;
    if (vip === undefined) return isClaimedBy(entry, owner);
    return entry.claims.some((one) => stackOf(one.urn) === stackOf(owner.urn));
  });
  const keys = names.map(([key]) => parseServiceKey(key.slice(SERVICE.length)));
  return keys.filter(
    (key) => key !== undefined && (vip === undefined || key.vip === vip),
  ) as EndpointKey[];
}

type Named = readonly [name: string, departure: Departure] | undefined;

function byName(found: readonly Named[]): Departures {
  const losing = found.filter((one) => one !== undefined && one[1].leaving.length > 0);
  return Object.fromEntries(losing as Exclude<Named, undefined>[]);
}

/** What a virtual service loses on its way to a value; null is its end. */
function ofService(name: string, value: string | null, table: IpvsTable): Named {
  const live = table[name];
  if (live?.key.kind !== "endpoint") return undefined;
  const { key } = live;
  const all = Object.keys(live.realServers);
  if (value === null) return [name, { key, live, leaving: all, afterwards: undefined }];
  if (value === renderService(live)) return undefined;
  const { service, managesRealServers } = readValue(value);
  if (!managesRealServers) return undefined;
  const leaving = all.filter((one) => !Object.hasOwn(service.realServers, one));
  return [name, { key, live, leaving, afterwards: service }];
}

function ofRealServer(id: string, journal: Journal, table: IpvsTable): Named {
  const [name = "", realServer = ""] = id.split(" -> ");
  const live = table[name];
  const outer = journal[SERVICE + name];
  const isKept = outer && Object.hasOwn(readValue(outer.value).service.realServers, realServer);
  if (live?.key.kind !== "endpoint" || !live.realServers[realServer] || isKept) return undefined;
  const { [realServer]: _leaving, ...realServers } = live.realServers;
  const others = { ...live, realServers };
  // Another one that drains needs the fallback that was set for it.
  const isLast = !isDraining(name, others, journal);
  const config = (isLast && outer && readValue(outer.value).service.config) || live.config;
  return [name, { key: live.key, live, leaving: [realServer], afterwards: { ...others, config } }];
}
