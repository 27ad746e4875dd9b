import { isLvs, type StateResource } from "../state/checkpoint";

/** A resource of another package in the current state, on which a declared resource depends directly or indirectly. */
export interface Reference {
  readonly resource: StateResource;
  /** The version of the provider's plugin; undefined when the state has no version. */
  readonly version: string | undefined;
  /** The URN of the resource's explicit provider; undefined for a default provider. */
  readonly provider: string | undefined;
}

const PROVIDER = "pulumi:providers:";

export const STACK_TYPE = "pulumi:pulumi:Stack";

/** The package of a provider resource: `aws`; undefined for other resources. */
export function providerPackage({ type }: Pick<StateResource, "type">): string | undefined {
  return type.startsWith(PROVIDER) ? type.slice(PROVIDER.length) : undefined;
}

/**
 * A resource with everything that it needs before it: its parent components, its explicit provider, and the provider's
 * dependencies. Empty when one of these is gone, or cannot be named by another program.
 */
export function referencesTo(
  urn: string,
  all: ReadonlyMap<string, StateResource>,
): readonly Reference[] {
  return chainTo(urn, all) ?? [];
}

function chainTo(
  urn: string,
  all: ReadonlyMap<string, StateResource>,
): readonly Reference[] | undefined {
  const resource = all.get(urn);
  if (!resource || !canBeNamed(resource)) return undefined;
  const reference = referenceTo(resource, all);
  const chains = neededBy(reference, all).map((needed) => chainTo(needed, all));
  const isWhole = chains.every((chain) => chain !== undefined);
  return isWhole ? [...chains.flatMap((chain) => chain ?? []), reference] : undefined;
}

function canBeNamed(resource: StateResource): boolean {
  if (isLvs(resource) || resource.external) return false;
  if (providerPackage(resource) === undefined) return !resource.type.startsWith("pulumi:");
  // Only a generated SDK can request the plugin of a parameterized package.
  const internal = Object.keys(Object(resource.inputs?.[INTERNAL]));
  return internal.every((key) => key === "pluginDownloadURL");
}

const INTERNAL = "__internal";

/** Separates the arguments of a provider from the options that Pulumi stores among its inputs. */
export function providerInputs({ inputs = {} }: StateResource) {
  const { [INTERNAL]: internal, version, ...given } = inputs;
  const url = Object(internal).pluginDownloadURL;
  return {
    given,
    options: {
      ...(typeof version === "string" && { version }),
      ...(typeof url === "string" && { pluginDownloadURL: url }),
    },
  };
}

function referenceTo(resource: StateResource, all: ReadonlyMap<string, StateResource>): Reference {
  const [, urn] = /^(.+)::[^:]*$/.exec(resource.provider ?? "") ?? [];
  const isDefault = urn === undefined || /::default(_[^:]*)?$/.test(urn);
  const version = urn === undefined ? undefined : all.get(urn)?.inputs?.version;
  return {
    resource,
    version: typeof version === "string" ? version : undefined,
    provider: isDefault ? undefined : urn,
  };
}

function neededBy(
  { resource, provider }: Reference,
  all: ReadonlyMap<string, StateResource>,
): string[] {
  const { parent, dependencies = [] } = resource;
  const above = parent === undefined ? undefined : all.get(parent);
  return [
    ...(above && above.type !== STACK_TYPE ? [above.urn] : []),
    ...(provider === undefined ? [] : [provider]),
    ...(providerPackage(resource) === undefined ? [] : dependencies),
  ];
}
