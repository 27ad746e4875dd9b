import type { Snapshot } from "../../host/batch";
import type { RealServer } from "../../ipvs/model";
import { realServerPartId } from "../../ipvs/realServerPart";
import { stackOf } from "../../journal/journal";
import { type HealthChecked, withoutChecks } from "../../kinds/healthChecked";
import { liveRealServer, type RealServerInputs } from "../../kinds/realServerFields";
import { type PartName, partKey } from "../../values/part";
import { type DeclaredResource, maskAll, type Values } from "./declared";
import { driftOf, MISSING, NOT_DECLARED, valueDrift } from "./drift";
import { healthOf } from "./health";
import { sortNames } from "./names";
import type { MachineNameLookup } from "./observedHost";
import type { LiveFigures, Manager, RealServerView, ServiceView } from "./view";

/** A declared real server, as a resource of its own or in its virtual service. */
type DeclaredRealServer = Pick<DeclaredResource, "inputs" | "shown">;

/** A virtual service with the declarations of its real servers. */
export interface DeclaredService {
  readonly name: string;
  /** The resource of the virtual service; undefined when only its real servers are declared. */
  readonly resource: DeclaredResource | undefined;
  /** The declared real servers by `192.0.2.11:80`. */
  readonly realServers: ReadonlyMap<string, DeclaredRealServer>;
}

/** The virtual services that the resources of a director declare, by name. */
export function declaredServices(
  resources: readonly DeclaredResource[],
): Map<string, DeclaredService> {
  const services = new Map<
    string,
    DeclaredService & { realServers: Map<string, DeclaredRealServer> }
  >();
  const serviceNamed = (name: string) => {
    const service = services.get(name) ?? { name, resource: undefined, realServers: new Map() };
    services.set(name, service);
    return service;
  };
  for (const resource of resources) {
    if (resource.kind === "VirtualService") {
      const service = serviceNamed(resource.name);
      for (const [name, realServer] of declaredList(resource))
        service.realServers.set(name, realServer);
      services.set(resource.name, { ...service, resource });
    }
    if (resource.kind === "RealServer") {
      const [service = "", name = ""] = resource.name.split(" -> ");
      serviceNamed(service).realServers.set(name, resource);
    }
  }
  return services;
}

function declaredList({ inputs, shown }: DeclaredResource): [string, DeclaredRealServer][] {
  const masked = Object(shown.realServers) as Record<string, Values>;
  const entries = Object.entries(Object(inputs.realServers) as Record<string, Values>);
  return entries.map(([name, values]) => [
    name,
    // When the whole list is a secret, each value in the list is a secret too.
    { inputs: values, shown: masked[name] ?? maskAll(values) },
  ]);
}

/** Makes the view of a virtual service from its declaration and its live state. */
export function serviceView(
  declared: DeclaredService,
  snapshot: Snapshot | undefined,
  machineName: MachineNameLookup,
): ServiceView {
  const { name, resource, realServers } = declared;
  const live = snapshot?.facts.ipvs[name];
  const names = sortNames([...realServers.keys(), ...Object.keys(live?.realServers ?? {})]);
  const views = names.map((realServer) =>
    realServerView(declared, realServer, snapshot, machineName),
  );
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
  const isCheckPath = (id: string) => partKey({ type: "checkPath", id }) in snapshot.journal;
  const names = Object.keys(snapshot.facts.ipvs).filter(
    (name) => !declared.has(name) && !isCheckPath(name),
  );
  return sortNames(names).map((name) => {
    const undeclared = { name, resource: undefined, realServers: new Map() };
    return serviceView(undeclared, snapshot, () => undefined);
  });
}

function realServerView(
  { name: service, resource, realServers }: DeclaredService,
  name: string,
  snapshot: Snapshot | undefined,
  machineName: MachineNameLookup,
): RealServerView {
  const declared = realServers.get(name);
  const table = snapshot?.facts.ipvs[service];
  const live = table?.realServers[name];
  const counters = snapshot?.facts.statistics.get(service)?.realServers.get(name);
  const { forwardingMethod, weight } = shownConfig(declared, live);
  const host = machineName(live?.key.rip ?? String(declared?.inputs.rip));
  // With `realServers`, the virtual service declares all of its real servers.
  const isExtra = !declared && resource?.inputs.realServers !== undefined;
  const inputs = (resource?.inputs ?? {}) as HealthChecked;
  // As a refresh reads it: a sorry server is none of the real servers.
  const [checked] = live ? withoutChecks([liveRealServer(live)], inputs, table) : [];
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

function shownConfig(declared: DeclaredRealServer | undefined, live: RealServer | undefined) {
  if (live) return live.config;
  const { forwardingMethod, weight } = (declared?.shown ?? {}) as unknown as RealServerInputs;
  return { forwardingMethod, weight };
}

function realServerDrift(declared: DeclaredRealServer, live: RealServerInputs | undefined) {
  if (!live) return [MISSING];
  const fields = Object.keys(live);
  // A RealServer resource also has the fields of its virtual service, which has its own drift.
  const pick = (values: Values) => Object.fromEntries(fields.map((key) => [key, values[key]]));
  return valueDrift({ inputs: pick(declared.inputs), shown: pick(declared.shown) }, { ...live });
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
