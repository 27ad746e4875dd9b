import { isLvs, type StateResource } from "../state/checkpoint";

/** A resource of others as the stack has it now: what a declared one depends on, or what that needs itself. */
export interface Reference {
  readonly resource: StateResource;
  /** The version of its provider's plugin; undefined where the state names none. */
  readonly version: string | undefined;
  /** The URN of the provider that the program configures for it; undefined for a default provider. */
  readonly provider: string | undefined;
}

const PROVIDER = "pulumi:providers:";

export const STACK_TYPE = "pulumi:pulumi:Stack";

/** The package of a provider that a program configures: `aws`; undefined for other resources. */
export function providerPackage({ type }: Pick<StateResource, "type">): string | undefined {
  return type.startsWith(PROVIDER) ? type.slice(PROVIDER.length) : undefined;
}

/**
 * A resource after all that it needs: the components above it, a provider that the program configures, and what that
 * depends on. Nothing where one of these is gone, or cannot be named by another program.
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
  // The plugin of a package that was made from parameters, and others that only an SDK can ask for.
  const internal = Object.keys(Object(resource.inputs?.[INTERNAL]));
  return internal.every((key) => key === "pluginDownloadURL");
}

const INTERNAL = "__internal";

/** The inputs of a provider as a program gives them, and the options that Pulumi keeps among them. */
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
