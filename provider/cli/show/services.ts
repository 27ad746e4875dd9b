import type { Snapshot } from "../../host/batch";
import type { RealServer } from "../../ipvs/model";
import { realServerPartId } from "../../ipvs/realServerPart";
import { stackOf } from "../../journal/journal";
import { type HealthChecked, withoutChecks } from "../../kinds/healthChecked";
import { liveRealServer, type RealServerInputs } from "../../kinds/realServerFields";
import { type PartName, partKey } from "../../values/part";
import { type DeclaredResource, hidden, type Values } from "./declared";
import { driftOf, MISSING, NOT_DECLARED, valueDrift } from "./drift";
import { healthOf } from "./health";
import type { MachineName } from "./looked";
import { byName } from "./names";
import type { LiveFigures, Manager, RealServerView, ServiceView } from "./view";

/** A real server as a resource declares it, by itself or within its virtual service. */
type DeclaredRealServer = Pick<DeclaredResource, "inputs" | "shown">;

/** A virtual service as the state declares it. */
export interface DeclaredService {
  readonly name: string;
  /** Undefined when only real servers of it are declared. */
  readonly resource: DeclaredResource | undefined;
  /** By `192.0.2.11:80`. */
  readonly realServers: ReadonlyMap<string, DeclaredRealServer>;
}

/** The virtual services that resources of one director declare, by name. */
export function declaredServices(
  resources: readonly DeclaredResource[],
): Map<string, DeclaredService> {
  const services = new Map<
    string,
    DeclaredService & { realServers: Map<string, DeclaredRealServer> }
  >();
  const at = (name: string) => {
    const known = services.get(name) ?? { name, resource: undefined, realServers: new Map() };
    services.set(name, known);
    return known;
  };
  for (const resource of resources) {
    if (resource.kind === "VirtualService") {
      const known = at(resource.name);
      for (const [name, one] of declaredList(resource)) known.realServers.set(name, one);
      services.set(resource.name, { ...known, resource });
    }
    if (resource.kind === "RealServer") {
      const [service = "", name = ""] = resource.name.split(" -> ");
      at(service).realServers.set(name, resource);
    }
  }
  return services;
}

function declaredList({ inputs, shown }: DeclaredResource): [string, DeclaredRealServer][] {
  const visible = Object(shown.realServers) as Record<string, Values>;
  return Object.entries(Object(inputs.realServers) as Record<string, Values>).map(([name, one]) => [
    name,
    // Where the whole list is a secret, so is each value of it.
    { inputs: one, shown: visible[name] ?? hidden(one) },
  ]);
}

/** A declared virtual service against what is live. */
export function serviceView(
  declared: DeclaredService,
  snapshot: Snapshot | undefined,
  machineName: MachineName,
): ServiceView {
  const { name, resource, realServers } = declared;
  const live = snapshot?.facts.ipvs[name];
  const names = byName([...realServers.keys(), ...Object.keys(live?.realServers ?? {})]);
  const views = names.map((one) => realServerView(declared, one, snapshot, machineName));
  return {
    name,
    presence: !snapshot ? "unknown" : live ? "present" : "absent",
    isOurs: resource !== undefined,
    managedBy: resource ? null : managerOf(snapshot, "virtualService", name),
    scheduler: live?.config.scheduler ?? String(resource?.shown.scheduler ?? "none"),
    drift: resource && snapshot ? driftOf(resource, snapshot) : [],
    ...figuresOf(name, snapshot, views),
    realServers: views,
  };
}

/** The virtual services of a director that the stack does not declare. */
export function otherServices(
  snapshot: Snapshot,
  declared: ReadonlyMap<string, unknown>,
): ServiceView[] {
  const names = Object.keys(snapshot.facts.ipvs).filter((name) => !declared.has(name));
  return byName(names).map((name) => {
    const unknown = { name, resource: undefined, realServers: new Map() };
    return serviceView(unknown, snapshot, () => undefined);
  });
}

function realServerView(
  { name: service, resource, realServers }: DeclaredService,
  name: string,
  snapshot: Snapshot | undefined,
  machineName: MachineName,
): RealServerView {
  const declared = realServers.get(name);
  const table = snapshot?.facts.ipvs[service];
  const live = table?.realServers[name];
  const counters = snapshot?.facts.statistics.get(service)?.realServers.get(name);
  const { forwardingMethod, weight } = shownConfig(declared, live);
  const host = machineName(live?.key.rip ?? String(declared?.inputs.rip));
  // A list names all real servers of its virtual service.
  const isExtra = !declared && resource?.inputs.realServers !== undefined;
  const checked = live && asChecked(name, liveRealServer(live), resource, declared);
  const isSorryServer = live !== undefined && checked === undefined;
  const health = healthOf({ service, name, resource, declared: declared?.inputs, live }, snapshot);
  return {
    ...{ name, forwardingMethod, weight, ...counters },
    ...(health && { health }),
    ...(host !== undefined && { host }),
    presence: !snapshot ? "unknown" : live ? "present" : "absent",
    isOurs: declared !== undefined,
    managedBy: declared ? null : managerOf(snapshot, "realServer", realServerPartId(service, name)),
    drift:
      isExtra && !isSorryServer
        ? [NOT_DECLARED]
        : table && declared
          ? realServerDrift(declared, checked)
          : [],
  };
}

/** A live real server as a refresh finds it: weight 0 after a failed check is none, and a sorry server is none either. */
function asChecked(
  name: string,
  live: RealServerInputs,
  resource: DeclaredResource | undefined,
  declared: DeclaredRealServer | undefined,
): RealServerInputs | undefined {
  const own = declared ? { [name]: declared.inputs as unknown as RealServerInputs } : {};
  return withoutChecks([live], (resource?.inputs ?? {}) as HealthChecked, own)[0];
}

function shownConfig(declared: DeclaredRealServer | undefined, live: RealServer | undefined) {
  if (live) return live.config;
  const { forwardingMethod, weight } = (declared?.shown ?? {}) as unknown as RealServerInputs;
  return { forwardingMethod, weight };
}

function realServerDrift(declared: DeclaredRealServer, live: RealServerInputs | undefined) {
  if (!live) return [MISSING];
  const own: Values = { ...live };
  const named = Object.keys(live);
  // A resource of its own also has fields of its virtual service, which says itself how they are.
  const only = (values: Values) => Object.fromEntries(named.map((key) => [key, values[key]]));
  return valueDrift({ inputs: only(declared.inputs), shown: only(declared.shown) }, own);
}

function figuresOf(
  name: string,
  snapshot: Snapshot | undefined,
  realServers: readonly RealServerView[],
): LiveFigures {
  const counters = snapshot?.facts.statistics.get(name);
  if (!counters) return {};
  const { rates, totals } = counters;
  const sum = (of: "active" | "inactive") =>
    realServers.reduce((total, realServer) => total + (realServer[of] ?? 0), 0);
  return { active: sum("active"), inactive: sum("inactive"), rates, totals };
}

/** The stack that claims a part of a host in its journal. */
function managerOf(snapshot: Snapshot | undefined, type: PartName, id: string): Manager {
  const [claim] = snapshot?.journal[partKey({ type, id })]?.claims ?? [];
  const [, , stack, , project] = claim ? stackOf(claim.urn).split(":") : [];
  return stack !== undefined && project !== undefined ? { project, stack } : null;
}
