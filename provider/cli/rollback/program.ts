import * as pulumi from "@pulumi/pulumi";
import { engineText, type KindName } from "../../../sdk/engine";
import { lvsKind, type StateResource } from "../state/checkpoint";
import { withSecrets } from "../state/secrets";
import type { RollbackPlan } from "./plan";
import { providerInputs, providerPackage, type Reference } from "./references";

type Declared = Resource | Component | Provider;

/** A component of the state, whose class in the user's program is not available here. */
class Component extends pulumi.ComponentResource {
  constructor(
    type: string,
    name: string,
    inputs: pulumi.Inputs,
    outputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, inputs, options);
    this.registerOutputs(outputs);
  }
}

/** A provider that the user's program configures. */
class Provider extends pulumi.ProviderResource {}

/** A resource of this package, or a referenced resource of another package. */
class Resource extends pulumi.CustomResource {}

/** The Pulumi program of a rollback: declares the resources of the plan, and returns the current outputs of the stack. */
export function rollbackProgram(plan: RollbackPlan, outputs: unknown): pulumi.automation.PulumiFn {
  return async () => {
    const declared = new Map<string, Declared>();
    const add = (urn: string, make: () => Declared) => {
      if (!declared.has(urn)) declared.set(urn, make());
    };
    for (const reference of plan.references)
      add(reference.resource.urn, () => declareReference(reference, declared));
    for (const resource of plan.declared) add(resource.urn, () => declare(resource, declared));
    return markSecrets(outputs);
  };
}

/**
 * Declares a resource that the update must not change. For a resource that is no target, Pulumi needs only the name and
 * keeps the state. For a provider, Pulumi takes the inputs from the program, so that they are copied from the state.
 */
function declareReference(
  { resource, version, provider }: Reference,
  declared: ReadonlyMap<string, Declared>,
): Declared {
  const { type, urn, custom, parent } = resource;
  const plugin = providerPackage(resource);
  if (plugin !== undefined) {
    const { given, options } = providerInputs(resource);
    const allOptions = { ...optionsOf(resource, declared), ...options };
    return new Provider(plugin, nameOf(urn), markSecrets(given), allOptions);
  }
  const configured = provider === undefined ? undefined : declared.get(provider);
  const options = {
    ...(parent !== undefined && parentOption(parent, declared)),
    ...(version !== undefined && { version }),
    ...(configured instanceof Provider && { provider: configured }),
  };
  return custom
    ? new Resource(type, nameOf(urn), {}, options)
    : new Component(type, nameOf(urn), {}, {}, options);
}

function declare(resource: StateResource, declared: ReadonlyMap<string, Declared>): Declared {
  const { type, urn, inputs = {}, outputs = {} } = resource;
  const kind = lvsKind(resource);
  const options = optionsOf(resource, declared);
  if (kind === undefined)
    return new Component(type, nameOf(urn), markSecrets(inputs), markSecrets(outputs), options);
  const __provider = engineText(kind as KindName);
  return new Resource(type, nameOf(urn), { ...markSecrets(inputs), __provider }, options);
}

/** Copies values with `pulumi.secret` around each secret. */
function markSecrets(values: unknown): pulumi.Inputs {
  return withSecrets(values, (plain) => pulumi.secret(plain)) as pulumi.Inputs;
}

function optionsOf(
  resource: StateResource,
  declared: ReadonlyMap<string, Declared>,
): pulumi.CustomResourceOptions {
  const { parent, dependencies = [], deletedWith } = resource;
  const owner = deletedWith === undefined ? undefined : declared.get(deletedWith);
  return {
    ...(parent !== undefined && parentOption(parent, declared)),
    dependsOn: dependencies.flatMap((urn) => declared.get(urn) ?? []),
    ...(owner && { deletedWith: owner }),
    ...pick(resource, ["protect", "retainOnDelete", "customTimeouts"]),
    ...copied(resource, [
      "aliases",
      "additionalSecretOutputs",
      "ignoreChanges",
      "replaceOnChanges",
    ]),
  };
}

function parentOption(urn: string, declared: ReadonlyMap<string, Declared>) {
  const parent = declared.get(urn);
  return parent && { parent };
}

function pick<Key extends keyof StateResource>(resource: StateResource, keys: readonly Key[]) {
  const given = keys.filter((key) => resource[key] !== undefined);
  return Object.fromEntries(given.map((key) => [key, resource[key]]));
}

function copied<Key extends keyof StateResource>(resource: StateResource, keys: readonly Key[]) {
  const given = keys.filter((key) => resource[key] !== undefined);
  return Object.fromEntries(given.map((key) => [key, [...(resource[key] as readonly string[])]]));
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
