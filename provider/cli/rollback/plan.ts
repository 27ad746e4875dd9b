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

/** What a rollback declares again, in an order in which each resource comes after those that it refers to. */
export interface RollbackPlan {
  /** Resources and components of this package as they were, and the components of others above them. */
  readonly declared: readonly StateResource[];
  /** What the declared resources depend on, of others, each after what it needs: named, and not changed. */
  readonly references: readonly Reference[];
  /** The URNs that the update may change: what this package had then, and what it has now. */
  readonly targets: readonly string[];
  /** Dependencies that are gone from the stack, or that a program cannot name: the update does without them. */
  readonly lost: readonly string[];
}

/** The names that a project and its stack have now: an older state may carry others. */
export interface StackName {
  readonly name: string;
  readonly stack: string;
}

/** Plans how to bring the resources of this package in `now` back to what they were in `then`. */
export function planRollback(then: Deployment, now: Deployment, names: StackName): RollbackPlan {
  const former = liveResources(renamed(then, names));
  const current = liveResources(now);
  const formerByUrn = byUrn(former);
  const currentByUrn = byUrn(current);
  const own = former.filter(isLvs);
  const ancestors = own.flatMap((resource) => ancestorsOf(resource, formerByUrn));
  const presentNames = renamedSince(own, formerByUrn, current);
  const declared = former
    .filter((resource) => own.includes(resource) || ancestors.includes(resource))
    .map((resource) => withAlias(resource, presentNames.get(resource.urn)));
  refuseUnknownKinds(declared);
  const outside = dependenciesOutside(declared);
  const references = [...outside].flatMap((urn) => referencesTo(urn, currentByUrn));
  const found = new Set(references.map(({ resource }) => resource.urn));
  const created = ancestors.filter(({ urn }) => !currentByUrn.has(urn));
  const targets = [...own, ...created, ...current.filter(isLvs)].map(({ urn }) => urn);
  return {
    declared,
    references,
    targets: [...new Set(targets)],
    lost: [...outside].filter((urn) => !found.has(urn)),
  };
}

/**
 * The present URN of each resource that has another name now: the same kind, for the same thing on the same host. By an
 * alias to it the claims on the host are handed over, and not made beside those that are there.
 */
function renamedSince(
  own: readonly StateResource[],
  formerByUrn: ReadonlyMap<string, StateResource>,
  current: readonly StateResource[],
): Map<string, string> {
  const present = new Set(current.map(({ urn }) => urn));
  const unknown = current.filter(({ urn }) => !formerByUrn.has(urn));
  const pairs = own.flatMap(({ urn, type, id }): [string, string][] => {
    if (id === undefined || present.has(urn)) return [];
    const same = unknown.find((resource) => resource.type === type && resource.id === id);
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
  const known = new Set(declared.map(({ urn }) => urn));
  const all = declared.flatMap(({ dependencies = [], deletedWith }) => [
    ...dependencies,
    ...(deletedWith ? [deletedWith] : []),
  ]);
  return new Set(all.filter((urn) => !known.has(urn)));
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

/** The state with the URNs of the stack as it is named now. */
function renamed(deployment: Deployment, { stack, name }: StackName): Deployment {
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

/** The state that an update of these targets brings about: everything else stays as it is now. */
export function plannedState(
  { declared }: RollbackPlan,
  { resources: now = [] }: Deployment,
  targets: readonly string[],
): Deployment {
  const isTarget = ({ urn }: StateResource) => targets.includes(urn);
  const staying = now.filter((resource) => !isTarget(resource));
  return { resources: [...staying, ...declared.filter(isTarget)] };
}
