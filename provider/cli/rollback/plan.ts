import { kindNames } from "../../../sdk/engine";
import { CliError } from "../cliError";
import {
  type Deployment,
  isLvs,
  liveResources,
  lvsKind,
  type StateResource,
} from "../state/checkpoint";

/** What a rollback declares again, in an order in which each resource comes after those that it refers to. */
export interface RollbackPlan {
  /** Resources and components of this package as they were, and the components of others above them. */
  readonly declared: readonly StateResource[];
  /** Resources of others, as they are now, that the declared ones depend on: named, and not changed. */
  readonly references: readonly StateResource[];
  /** The URNs that the update may change: what this package had then, and what it has now. */
  readonly targets: readonly string[];
  /** Dependencies of then that the stack does not have any more. */
  readonly lost: readonly string[];
}

/** The names of a project and its stack now: state of then may carry others. */
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
  const declared = former.filter(
    (resource) => own.includes(resource) || ancestors.includes(resource),
  );
  refuseUnknownKinds(declared);
  const outside = dependenciesOutside(declared);
  const references = [...outside].flatMap((urn) => currentByUrn.get(urn) ?? []);
  const created = ancestors.filter(({ urn }) => !currentByUrn.has(urn));
  const targets = [...own, ...created, ...current.filter(isLvs)].map(({ urn }) => urn);
  return {
    declared,
    references: references.filter(isReferable),
    targets: [...new Set(targets)],
    lost: [...outside].filter((urn) => !currentByUrn.has(urn)),
  };
}

const STACK_TYPE = "pulumi:pulumi:Stack";

/** Whether a program can name a resource without its provider's own code. */
function isReferable({ custom, external, type }: StateResource): boolean {
  return custom && external !== true && !type.startsWith("pulumi:");
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
