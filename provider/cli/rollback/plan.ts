import { kindNames } from "../../../sdk/engine";
import { CliError } from "../cliError";
import {
  type Deployment,
  isLvs,
  liveResources,
  lvsKind,
  type StateResource,
} from "../state/checkpoint";
import { type Reference, referencesTo, STACK_TYPE } from "./references";

/** The plan of a rollback. In each list, a resource comes after the resources that it refers to. */
export interface RollbackPlan {
  /** The former resources and components of this package, and the components above them. */
  readonly declared: readonly StateResource[];
  /** The resources of other packages that the declared resources depend on. The update does not change them. */
  readonly references: readonly Reference[];
  /** The URNs that the update may change: the former and the current resources of this package. */
  readonly targets: readonly string[];
  /** The dependencies that are gone from the stack, or that another program cannot name. The update drops them. */
  readonly lostDependencies: readonly string[];
}

/** The current names of a project and its stack. An older state may have other names. */
export interface StackName {
  readonly name: string;
  readonly stack: string;
}

/** Plans the rollback of this package's resources from the state `now` to the state `then`. */
export function planRollback(then: Deployment, now: Deployment, names: StackName): RollbackPlan {
  const former = liveResources(withCurrentNames(then, names));
  const current = liveResources(now);
  const formerByUrn = byUrn(former);
  const currentByUrn = byUrn(current);
  const own = former.filter(isLvs);
  const ancestors = own.flatMap((resource) => ancestorsOf(resource, formerByUrn));
  const newUrns = findRenamed(own, formerByUrn, current);
  const declared = former
    .filter((resource) => own.includes(resource) || ancestors.includes(resource))
    .map((resource) => withAlias(resource, newUrns.get(resource.urn)));
  refuseUnknownKinds(declared);
  const outside = dependenciesOutside(declared);
  const references = [...outside].flatMap((urn) => referencesTo(urn, currentByUrn));
  const referenced = new Set(references.map(({ resource }) => resource.urn));
  const created = ancestors.filter(({ urn }) => !currentByUrn.has(urn));
  const targets = [...own, ...created, ...current.filter(isLvs)].map(({ urn }) => urn);
  return {
    declared,
    references,
    targets: [...new Set(targets)],
    lostDependencies: [...outside].filter((urn) => !referenced.has(urn)),
  };
}

/**
 * The current URNs of renamed resources, by former URN: the kind and the ID are the same, so that the resource is for the
 * same thing on the same host. An alias to the current URN hands the claims on the host over.
 */
function findRenamed(
  own: readonly StateResource[],
  formerByUrn: ReadonlyMap<string, StateResource>,
  current: readonly StateResource[],
): Map<string, string> {
  const currentUrns = new Set(current.map(({ urn }) => urn));
  const added = current.filter(({ urn }) => !formerByUrn.has(urn));
  const pairs = own.flatMap(({ urn, type, id }): [string, string][] => {
    if (id === undefined || currentUrns.has(urn)) return [];
    const same = added.find((resource) => resource.type === type && resource.id === id);
    return same ? [[urn, same.urn]] : [];
  });
  return new Map(pairs);
}

function withAlias(resource: StateResource, urn: string | undefined): StateResource {
  if (urn === undefined) return resource;
  return { ...resource, aliases: [...(resource.aliases ?? []), urn] };
}

function byUrn(resources: readonly StateResource[]): Map<string, StateResource> {
  return new Map(resources.map((resource) => [resource.urn, resource]));
}

function ancestorsOf(
  { parent }: StateResource,
  all: ReadonlyMap<string, StateResource>,
): StateResource[] {
  const above = parent === undefined ? undefined : all.get(parent);
  if (!above || above.type === STACK_TYPE) return [];
  return [above, ...ancestorsOf(above, all)];
}

function dependenciesOutside(declared: readonly StateResource[]): Set<string> {
  const declaredUrns = new Set(declared.map(({ urn }) => urn));
  const all = declared.flatMap(({ dependencies = [], deletedWith }) => [
    ...dependencies,
    ...(deletedWith ? [deletedWith] : []),
  ]);
  return new Set(all.filter((urn) => !declaredUrns.has(urn)));
}

const KINDS = new Set<string>(kindNames);

function refuseUnknownKinds(declared: readonly StateResource[]): void {
  const unknown = declared.map(lvsKind).filter((kind) => kind !== undefined && !KINDS.has(kind));
  if (unknown.length === 0) return;
  throw new CliError(
    `the state has resources that this version of pulumi-lvs does not know (${[...new Set(unknown)].join(", ")}): ` +
      "install the version that wrote the state, or a newer one",
  );
}

/** Copies a state with the current names of project and stack in its URNs. */
function withCurrentNames(deployment: Deployment, { stack, name }: StackName): Deployment {
  const urns = (deployment.resources ?? []).map(
    ({ urn }) => /^urn:pulumi:.+?::.+?::/.exec(urn)?.[0],
  );
  const before = urns.find((prefix) => prefix !== undefined);
  const after = `urn:pulumi:${stack}::${name}::`;
  if (before === undefined || before === after) return deployment;
  return replaceIn(deployment, (text) =>
    text.startsWith(before) ? after + text.slice(before.length) : text,
  ) as Deployment;
}

function replaceIn(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, replace));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, replaceIn(inner, replace)]);
  return Object.fromEntries(entries);
}

/** The state after an update of these targets. Other resources keep their current state. */
export function plannedState(
  { declared }: RollbackPlan,
  { resources: now = [] }: Deployment,
  targets: readonly string[],
): Deployment {
  const isTarget = ({ urn }: StateResource) => targets.includes(urn);
  const staying = now.filter((resource) => !isTarget(resource));
  return { resources: [...staying, ...declared.filter(isTarget)] };
}
